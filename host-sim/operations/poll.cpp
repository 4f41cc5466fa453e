#include "host-sim/operations/poll.hpp"

#include <optional>

#include "host-sim/tickets/dry_run.hpp"
#include "host-sim/operations/organizations.hpp"
#include "host-sim/operations/provider_run.hpp"
#include "host-sim/operations/settings.hpp"
#include "host-sim/operations/words.hpp"
#include "host-sim/store/connections.hpp"
#include "host-sim/store/leases.hpp"
#include "host-sim/store/ticket_events.hpp"
#include "sdk/host/settings.hpp"

namespace picket::operations {
namespace {

// Why this connection is not polled, or nothing.
std::string reason_to_skip(const registry::Entry& entry, const store::Tenant& tenant, const std::optional<store::Connection>& connection) {
  const std::string& id = entry.manifest.id;
  if (!connection) return id + " is not connected for the tenant " + tenant.name + "; run \"picket connect " + id + " --tenant ...\" first";
  if (!connection->is_active) return id + " is disconnected for the tenant " + tenant.name + "; connect it again to poll";
  const std::vector<std::string> missing = host::missing_settings(entry.manifest, connection->settings);
  if (!missing.empty())
    return "the set-up is not finished, missing: " + joined(missing) + "; run \"picket settings set " + id + " --tenant ... KEY=VALUE\"";
  return {};
}

bool is_of_the_configuration(Status status) {
  return status == Status::invalid || status == Status::not_found || status == Status::unsupported || status == Status::auth;
}

// The findings are done when this begins: what fails here is told beside them.
void carry_events(HostContext& context, const registry::Entry& entry, const store::Connection& connection, ProviderRun& run,
                  store::Lease& lease, PollResult& result) {
  if (!takes_ticket_events(entry.manifest)) {
    store::drop_ticket_events(context.db(), connection.tenant, connection.integration_id);
    return;
  }
  try {
    tell_ticket_events(context, connection, psa_title(context.db(), connection.tenant), run.session(), make_call(context, &lease), lease,
                       result.events);
  } catch (const Error& e) {
    result.events_error = reason_of(e, lease);
    result.retry_after = e.retry_after();
  }
}

}  // namespace

std::string_view name_of(PollState state) {
  switch (state) {
    case PollState::completed: return "completed";
    case PollState::error: return "error";
    case PollState::skipped: break;
  }
  return "skipped";
}

PollResult poll(HostContext& context, const std::string& provider, const std::string& tenant_text, const PollOptions& options) {
  const std::int64_t begun = context.clock().monotonic();
  const registry::Entry& entry = context.registry().find(provider);
  store::Database& db = context.db();
  const store::Tenant tenant = store::find_tenant(db, tenant_text);
  PollResult result;
  result.provider = entry.manifest.id;
  result.tenant = tenant.name;
  const auto skipped = [&](std::string reason) {
    result.state = PollState::skipped;
    result.skipped_reason = std::move(reason);
    return result;
  };

  auto connection = store::find_connection(db, tenant.id, provider);
  if (std::string reason = reason_to_skip(entry, tenant, connection); !reason.empty()) return skipped(std::move(reason));

  std::optional<store::Lease> lease;
  try {
    lease.emplace(db, context.clock(), tenant.id, connection->integration_id, "a poll");
  } catch (const Error& e) {
    if (e.status() != Status::conflict) throw;
    return skipped(e.what());
  }
  // Read again under the lease: it may have been disconnected or changed while we waited.
  connection = store::find_connection(db, tenant.id, provider);
  if (std::string reason = reason_to_skip(entry, tenant, connection); !reason.empty()) return skipped(std::move(reason));

  const std::string& integration = connection->integration_id;
  // Who lost the lease writes no state either: it is another's now.
  const auto set_state = [&](const store::SyncState& state, std::optional<Time> done_sweep_request = {}) {
    if (options.dry_run) return;
    store::Transaction transaction(db);
    lease->fence(db);
    store::set_sync_state(db, tenant.id, integration, state, context.now());
    if (done_sweep_request) store::clear_sweep_request(db, tenant.id, integration, *done_sweep_request);
    transaction.commit();
  };
  const auto failed = [&](const std::string& reason) {
    result.state = PollState::error;
    result.error = reason;
    if (lease->is_lost()) return;
    try {
      set_state({"error", reason});
    } catch (const std::exception& second) {
      context.log().write(PICKET_LOG_ERROR, std::string("the error could not be written to the connection: ") + second.what());
    }
  };

  tickets::DryRunTickets dry_run;
  std::unique_ptr<ProviderRun> run;
  bool polling = false;
  try {
    host::validate_settings(entry.manifest, connection->settings, true);
    set_state({"syncing", connection->sync_error});
    host::Call call = make_call(context, &*lease);
    call.progress = options.progress;
    RunSpec spec;
    spec.entry = &entry;
    spec.tenant = tenant.id;
    spec.integration_id = integration;
    spec.base_url = connection->instance_url;
    spec.lease = &*lease;
    spec.secrets = options.connection.secrets;
    spec.verify_tls = options.connection.verify_tls;
    if (options.dry_run) spec.tickets = &dry_run;
    run = std::make_unique<ProviderRun>(context, spec, call);
    std::uint32_t flags = 0;
    if (options.sweep || connection->sweep_requested_at) flags |= PICKET_POLL_SWEEP;
    polling = true;
    run->session().poll(call, flags, result.report);
    // The request for a sweep that was carried out; one that came meanwhile is for the next poll.
    set_state({"completed", "", context.now()}, connection->sweep_requested_at);
    if (!options.dry_run) carry_events(context, entry, *connection, *run, *lease, result);
  } catch (const Error& e) {
    result.retry_after = e.retry_after();
    result.error_status = e.status();
    result.misconfigured = !polling && is_of_the_configuration(e.status());
    failed(reason_of(e, *lease));
  } catch (const std::exception& e) {
    failed(std::string("a defect of picket: ") + e.what());
  }
  if (run) result.requests = run->requests_sent();
  result.changes = dry_run.change_sets();
  result.duration = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::nanoseconds{context.clock().monotonic() - begun});
  return result;
}

TellResult tell_ticket_events(HostContext& context, const Target& target, const ConnectionSecrets& secrets) {
  TellResult result;
  const store::Connection& connection = target.connection;
  if (!takes_ticket_events(target.entry->manifest)) {
    store::drop_ticket_events(context.db(), connection.tenant, connection.integration_id);
    return result;
  }
  if (!has_due_ticket_events(context, connection)) return result;
  std::optional<store::Lease> lease;
  try {
    lease.emplace(context.db(), context.clock(), connection.tenant, connection.integration_id, "telling the vendor of ticket events");
  } catch (const Error& e) {
    if (e.status() != Status::conflict) throw;
    return result;  // whoever works on it tells them
  }
  std::unique_ptr<ProviderRun> run;
  try {
    const host::Call call = make_call(context, &*lease);
    RunSpec spec;
    spec.entry = target.entry;
    spec.tenant = connection.tenant;
    spec.integration_id = connection.integration_id;
    spec.base_url = connection.instance_url;
    spec.lease = &*lease;
    spec.secrets = secrets.secrets;
    spec.verify_tls = secrets.verify_tls;
    run = std::make_unique<ProviderRun>(context, spec, call);
    tell_ticket_events(context, connection, psa_title(context.db(), connection.tenant), run->session(), call, *lease, result.events);
  } catch (const Error& e) {
    result.error = reason_of(e, *lease);
    result.retry_after = e.retry_after();
  }
  if (run) result.requests = run->requests_sent();
  return result;
}

}  // namespace picket::operations
