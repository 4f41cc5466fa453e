#include "host-sim/operations/poll.hpp"

#include <optional>

#include "host-sim/config/misconfiguration.hpp"
#include "host-sim/operations/organizations.hpp"
#include "host-sim/operations/provider_run.hpp"
#include "host-sim/operations/settings.hpp"
#include "host-sim/store/connections.hpp"
#include "host-sim/store/leases.hpp"
#include "host-sim/store/ticket_events.hpp"
#include "host-sim/tickets/dry_run.hpp"
#include "sdk/common/list.hpp"
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

class Poll {
 public:
  Poll(HostContext& context, const std::string& provider, const std::string& tenant, const PollOptions& options)
      : context_(context), options_(options), entry_(context.registry().find(provider)), tenant_(store::find_tenant(context.db(), tenant)) {
    result_.provider = entry_.manifest.id;
    result_.tenant = tenant_.name;
  }

  PollResult run() {
    const std::int64_t begun = context_.clock().monotonic();
    if (!find_connection() || !take_lease()) return std::move(result_);
    carry();
    if (run_) result_.requests = run_->requests_sent();
    result_.changes = dry_run_.change_sets();
    const std::chrono::nanoseconds taken{context_.clock().monotonic() - begun};
    result_.duration = std::chrono::duration_cast<std::chrono::milliseconds>(taken);
    return std::move(result_);
  }

 private:
  [[nodiscard]] bool skip(std::string reason) {
    result_.state = PollState::skipped;
    result_.skipped_reason = std::move(reason);
    return false;
  }

  [[nodiscard]] bool find_connection() {
    connection_ = store::find_connection(context_.db(), tenant_.id, entry_.manifest.id);
    std::string reason = reason_to_skip(entry_, tenant_, connection_);
    return reason.empty() || skip(std::move(reason));
  }

  [[nodiscard]] bool take_lease() {
    store::LeaseAttempt attempt = store::try_lease(context_.db(), context_.clock(), tenant_.id, connection_->integration_id, "a poll");
    if (!attempt.lease) return skip(std::move(attempt.busy));
    lease_ = std::move(attempt.lease);
    // Another process may have disconnected or changed the connection before the lease was ours.
    return find_connection();
  }

  void carry() {
    bool polling = false;
    try {
      host::validate_settings(entry_.manifest, connection_->settings, true);
      set_state({"syncing", connection_->sync_error});
      host::Call call = make_call(context_, lease_.get());
      call.progress = options_.progress;
      RunSpec spec = run_spec(entry_, *connection_, options_.connection, lease_.get());
      if (options_.dry_run) spec.tickets = &dry_run_;
      run_ = std::make_unique<ProviderRun>(context_, spec, call);
      polling = true;
      carry_findings(call);
      if (!options_.dry_run) carry_events();
    } catch (const Error& e) {
      result_.retry_after = e.retry_after();
      result_.error_status = e.status();
      result_.misconfigured = !polling && config::is_misconfiguration(e.status());
      fail(reason_of(e, *lease_));
    } catch (const std::exception& e) {
      fail(std::string("a defect of picket: ") + e.what());
    }
  }

  void carry_findings(const host::Call& call) {
    std::uint32_t flags = 0;
    if (options_.sweep || connection_->sweep_requested_at) flags |= PICKET_POLL_SWEEP;
    run_->session().poll(call, flags, result_.report);
    // Clears only the request that this poll carried out; a later one is for the next poll.
    set_state({"completed", "", context_.now()}, connection_->sweep_requested_at);
  }

  // The findings are complete by now, so a failure is reported beside them.
  void carry_events() {
    if (!takes_ticket_events(entry_.manifest)) {
      store::drop_ticket_events(context_.db(), tenant_.id, connection_->integration_id);
      return;
    }
    try {
      send_ticket_events(context_, *connection_, psa_title(context_.db(), tenant_.id), run_->session(), make_call(context_, lease_.get()),
                         *lease_, result_.events);
    } catch (const Error& e) {
      result_.events_error = reason_of(e, *lease_);
      result_.retry_after = e.retry_after();
    }
  }

  void set_state(const store::SyncState& state, std::optional<Time> done_sweep_request = {}) {
    if (options_.dry_run) return;
    store::FencedTransaction transaction(context_.db(), lease_.get());
    store::set_sync_state(context_.db(), tenant_.id, connection_->integration_id, state, context_.now());
    if (done_sweep_request) store::clear_sweep_request(context_.db(), tenant_.id, connection_->integration_id, *done_sweep_request);
    transaction.commit();
  }

  // Without the lease the state belongs to another process, so it is not written.
  void fail(const std::string& reason) {
    result_.state = PollState::error;
    result_.error = reason;
    if (lease_->is_lost()) return;
    try {
      set_state({"error", reason});
    } catch (const std::exception& second) {
      context_.log().write(PICKET_LOG_ERROR, std::string("the error could not be written to the connection: ") + second.what());
    }
  }

  HostContext& context_;
  const PollOptions& options_;
  const registry::Entry& entry_;
  const store::Tenant tenant_;
  std::optional<store::Connection> connection_;
  std::unique_ptr<store::Lease> lease_;
  tickets::DryRunTickets dry_run_;
  std::unique_ptr<ProviderRun> run_;
  PollResult result_;
};

}  // namespace

std::string_view name_of(PollState state) {
  switch (state) {
    case PollState::completed: return "completed";
    case PollState::error: return "error";
    case PollState::skipped: break;
  }
  return "skipped";
}

PollResult poll(HostContext& context, const std::string& provider, const std::string& tenant, const PollOptions& options) {
  return Poll(context, provider, tenant, options).run();
}

SendResult send_ticket_events(HostContext& context, const Target& target, const ConnectionSecrets& secrets) {
  SendResult result;
  const store::Connection& connection = target.connection;
  if (!takes_ticket_events(target.entry->manifest)) {
    store::drop_ticket_events(context.db(), connection.tenant, connection.integration_id);
    return result;
  }
  if (!has_due_ticket_events(context, connection)) return result;
  const auto lease =
      store::try_lease(context.db(), context.clock(), connection.tenant, connection.integration_id, "sending ticket events to the vendor")
          .lease;
  if (!lease) return result;  // the process that holds it sends them
  std::unique_ptr<ProviderRun> run;
  try {
    const host::Call call = make_call(context, lease.get());
    run = std::make_unique<ProviderRun>(context, run_spec(*target.entry, connection, secrets, lease.get()), call);
    send_ticket_events(context, connection, psa_title(context.db(), connection.tenant), run->session(), call, *lease, result.events);
  } catch (const Error& e) {
    result.error = reason_of(e, *lease);
    result.retry_after = e.retry_after();
  }
  if (run) result.requests = run->requests_sent();
  return result;
}

}  // namespace picket::operations
