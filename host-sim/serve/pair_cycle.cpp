#include "host-sim/serve/pair_cycle.hpp"

#include <functional>

#include "host-sim/config/misconfiguration.hpp"
#include "host-sim/migration/old_database.hpp"
#include "host-sim/migration/old_import.hpp"
#include "host-sim/operations/connect.hpp"
#include "host-sim/operations/poll.hpp"
#include "host-sim/operations/settings.hpp"
#include "host-sim/serve/known_pairs.hpp"
#include "host-sim/store/connections.hpp"
#include "host-sim/store/leases.hpp"
#include "host-sim/store/outbox.hpp"
#include "host-sim/store/tenant_psa.hpp"
#include "host-sim/store/ticket_events.hpp"
#include "sdk/host/settings.hpp"

namespace picket::serve {
namespace {

constexpr std::int64_t directory_age_ns = 3600'000'000'000;

// Events are sent even if the vendor's list cannot be read, but not after refused credentials or a rate limit.
bool takes_events_after(const operations::PollResult& polled) {
  if (!polled.events_error.empty() || polled.misconfigured) return false;
  return polled.state != operations::PollState::error || polled.error_status == Status::unavailable ||
         polled.error_status == Status::invalid || polled.error_status == Status::internal;
}

}  // namespace

// One cycle: its steps, and a report of what failed. `ready_`: the vendor can be polled.
class PairCycle::Steps {
 public:
  explicit Steps(PairCycle& pair) : pair_(pair) {
    report_.provider = pair.provider();
    report_.tenant = pair.tenant();
    report_.psa = pair.psa();
    report_.begun = pair.context_.now();
  }

  void read_directory();
  void import_old_container();
  void check_settings();
  void check_account();
  void read_organizations();
  void deliver();
  void poll();
  void pull();
  void send_events();
  CycleReport report() { return std::move(report_); }

 private:
  // Returns whether it succeeded. A step that is cancelled is neither done nor failed.
  bool step(const std::string& name, const std::function<void()>& work);
  // A step at the PSA, under its lease. After a failure the PSA is left alone for the rest of the cycle.
  void psa_step(const std::string& name, const std::function<void(const host::Call&, store::Lease&)>& work);
  void failed(const std::string& name, const std::string& message, Status status, std::optional<std::chrono::milliseconds> retry_after);

  bool is_ending() const { return pair_.context_.cancel().load(); }
  bool is_old(const std::optional<std::int64_t>& at_ns) const {
    return !at_ns || pair_.context_.clock().monotonic() - *at_ns >= directory_age_ns;
  }
  const host::Manifest& manifest() const { return *pair_.configuration_.manifest; }
  std::string sending_events() const { return "sending " + manifest().title + " what technicians did"; }

  PairCycle& pair_;
  CycleReport report_;
  bool ready_ = true;
  bool psa_is_away_ = false;
};

bool PairCycle::Steps::step(const std::string& name, const std::function<void()>& work) {
  if (is_ending()) return false;
  try {
    work();
    report_.steps_done.push_back(name);
    return true;
  } catch (const Error& e) {
    failed(name, e.what(), e.status(), e.retry_after());
  }
  return false;
}

void PairCycle::Steps::psa_step(const std::string& name, const std::function<void(const host::Call&, store::Lease&)>& work) {
  if (psa_is_away_) return;
  bool is_elsewhere = false;
  const bool is_done = step(name, [&] {
    operations::HostContext& context = pair_.context_;
    const auto lease = store::try_lease(context.db(), context.clock(), pair_.tenant_.id, "desk", "the work on " + pair_.psa()).lease;
    is_elsewhere = lease == nullptr;
    if (is_elsewhere) return;
    try {
      work(operations::make_call(context, lease.get()), *lease);
    } catch (const Error& e) {
      throw Error(e.status(), operations::reason_of(e, *lease), e.field(), e.retry_after());
    }
  });
  psa_is_away_ = !is_done || is_elsewhere;
}

void PairCycle::Steps::failed(const std::string& name, const std::string& message, Status status,
                              std::optional<std::chrono::milliseconds> retry_after) {
  if (is_ending()) return;
  report_.errors.push_back({name, message, config::is_misconfiguration(status)});
  if (retry_after && (!report_.retry_after || *retry_after > *report_.retry_after)) report_.retry_after = retry_after;
}

void PairCycle::Steps::read_directory() {
  if (!is_old(pair_.directory_at_ns_)) return;
  psa_step("reading " + pair_.psa() + "'s directory", [&](const host::Call& call, store::Lease&) {
    pair_.facts_ = PsaFacts{pair_.sync_->sync_directory(call),
                            store::list_entities(pair_.context_.db(), pair_.tenant_.id, store::EntityKind::priority)};
    pair_.apply_settings();
    pair_.directory_at_ns_ = pair_.context_.clock().monotonic();
  });
}

void PairCycle::Steps::import_old_container() {
  const config::Configuration& configuration = pair_.configuration_;
  std::error_code ignored;
  if (configuration.replaces_old_container &&
      std::filesystem::exists(migration::set_aside_name(configuration.runtime.sqlite_filename), ignored) &&
      !migration::is_imported(pair_.context_.db(), pair_.tenant_.id))
    ready_ = pair_.facts_ && step("taking over the links of the old container", [&] { pair_.import_old_container(); });
}

void PairCycle::Steps::check_settings() {
  const auto missing = host::missing_settings(manifest(), pair_.target().connection.settings);
  if (missing.empty()) return;
  ready_ = false;
  // Without a directory no ticket can be opened; the step that reads it has reported why there is none.
  if (pair_.facts_) failed("setting up " + manifest().title, words_for_missing(manifest(), missing, pair_.psa()), Status::invalid, {});
}

void PairCycle::Steps::check_account() {
  if (ready_ && !pair_.account_known_)
    ready_ = step("checking the credentials of " + manifest().title, [&] { report_.vendor_requests += pair_.read_account(); });
}

void PairCycle::Steps::read_organizations() {
  if (!ready_ || !is_old(pair_.organizations_at_ns_)) return;
  const bool is_read = step("reading the organizations of " + manifest().title, [&] {
    report_.organizations =
        operations::sync_organizations(pair_.context_, pair_.target(), {pair_.secrets(), pair_.configuration_.runtime.match_tenants});
    report_.vendor_requests += report_.organizations->requests;
    pair_.organizations_at_ns_ = pair_.context_.clock().monotonic();
  });
  // A ticket that opens on the fallback client stays there, so the first poll waits for the organizations.
  ready_ = is_read || pair_.target().connection.last_full_sync_at.has_value();
}

void PairCycle::Steps::deliver() {
  psa_step("sending " + pair_.psa() + " what is new",
           [&](const host::Call& call, store::Lease& lease) { add(report_.delivery, pair_.sync_->deliver(call, &lease)); });
}

void PairCycle::Steps::poll() {
  if (!ready_ || is_ending()) return;
  operations::PollOptions options;
  options.connection = pair_.secrets();
  report_.poll = operations::poll(pair_.context_, pair_.provider(), pair_.tenant_.id, options);
  const operations::PollResult& polled = *report_.poll;
  report_.vendor_requests += polled.requests;
  report_.events += polled.events;
  const std::string name = "reading " + manifest().title;
  if (polled.state == operations::PollState::error)
    failed(name, polled.error, polled.misconfigured ? Status::invalid : Status::unavailable, polled.retry_after);
  else
    report_.steps_done.push_back(name);
  if (!polled.events_error.empty()) failed(sending_events(), polled.events_error, Status::unavailable, polled.retry_after);
  deliver();
}

void PairCycle::Steps::pull() {
  psa_step("reading what changed in " + pair_.psa(),
           [&](const host::Call& call, store::Lease& lease) { report_.pull = pair_.sync_->pull(call, &lease); });
}

void PairCycle::Steps::send_events() {
  if (!ready_ || (report_.poll && !takes_events_after(*report_.poll))) return;
  step(sending_events(), [&] {
    const operations::SendResult sent = operations::send_ticket_events(pair_.context_, pair_.target(), pair_.secrets());
    report_.events += sent.events;
    report_.vendor_requests += sent.requests;
    if (!sent.error.empty()) throw Error(Status::unavailable, sent.error, {}, sent.retry_after);
  });
}

PairCycle::PairCycle(operations::HostContext& context, const config::Configuration& configuration)
    : context_(context),
      configuration_(configuration),
      secrets_(configuration.secrets),
      psa_(configuration.psa->make(configuration.psa_environment, context.clock(), context.log())),
      tenant_(store::find_or_make_tenant(context.db(), configuration.runtime.instance_key)),
      sync_(std::make_unique<psa::PsaSync>(*psa_, context.db(), tenant_.id, context.clock(), context.log())) {
  make_connection();
}

void PairCycle::make_connection() {
  store::Database& db = context_.db();
  const store::TenantPsa now{std::string(configuration_.psa->id), configuration_.psa_address};
  const auto before = store::find_tenant_psa(db, tenant_.id);
  if (before)
    if (const std::string other = words_for_other_psa(configuration_, *before); !other.empty())
      throw Error(Status::invalid, other, "INSTANCE_KEY");
  if (!before || *before != now) store::put_tenant_psa(db, tenant_.id, now);

  const auto connection = store::find_connection(db, tenant_.id, provider());
  if (!connection || !connection->is_active || connection->instance_url != configuration_.base_url)
    store::upsert_connection(db, tenant_.id, provider(), configuration_.base_url, {}, context_.now());
  apply_settings();
}

operations::Target PairCycle::target() { return operations::find_target(context_, provider(), tenant_.id); }

void PairCycle::apply_settings() {
  const host::Manifest& manifest = *configuration_.manifest;
  json::object configured = configuration_.settings;
  for (const host::SettingField& field : host::setting_fields(manifest)) {
    if (field.env.empty() || field.entity.empty()) continue;
    const json::value* name = host::setting_at(configured, field.path);
    if (name == nullptr) continue;
    if (!facts_) return;  // names are looked up in the directory
    const store::Entity found =
        store::find_entity(context_.db(), tenant_.id, operations::entity_kind(field.entity), std::string(name->as_string()));
    host::set_setting(configured, field.path, json::value(found.id));
  }
  const store::Connection connection = target().connection;
  const json::object wanted = pair_settings(manifest, connection.settings, configured, facts_);
  if (wanted == connection.settings) return;
  host::validate_settings(manifest, wanted, false);
  store::update_settings(context_.db(), tenant_.id, connection.integration_id, context_.now(),
                         [&](json::object& settings) { settings = pair_settings(manifest, std::move(settings), configured, facts_); });
  // New routing may make more findings eligible.
  if (connection.last_incremental_sync_at) store::request_sweep(context_.db(), tenant_.id, connection.integration_id, context_.now());
}

void PairCycle::import_old_container() {
  const std::filesystem::path file = migration::set_aside_name(configuration_.runtime.sqlite_filename);
  const migration::OldLinks old = migration::read_old_links(file, configuration_.runtime.instance_key);
  for (const std::string& instance : old.other_instances)
    context_.log().write(PICKET_LOG_WARNING, file.string() + " has no links of INSTANCE_KEY \"" + configuration_.runtime.instance_key +
                                                 "\"; those of \"" + instance + "\" are taken");
  if (!old.unusable.empty())
    context_.log().write(PICKET_LOG_WARNING,
                         file.string() + " has " + std::to_string(old.unusable.size()) +
                             " links that name no possible case or ticket, which are left out; the first: " + old.unusable.front());
  const migration::OldImport done =
      migration::import_old_links(context_.db(), {tenant_.id, target().connection.integration_id, provider(), psa_->id(), facts_->defaults},
                                  old, file.string(), context_.now());
  std::string text = "the links of the old container were taken over from " + file.string() + ": " + std::to_string(done.open) +
                     " open tickets, " + std::to_string(done.closed) + " closed ones";
  if (done.known > 0) text += ", " + std::to_string(done.known) + " known already";
  if (old.without_ticket > 0) text += "; " + std::to_string(old.without_ticket) + " cases had no ticket yet";
  context_.log().write(PICKET_LOG_INFO, text);
}

std::uint64_t PairCycle::read_account() {
  const host::Call call = operations::make_call(context_);
  const operations::Target t = target();
  operations::ProviderRun provider_run(context_, operations::run_spec(*t.entry, t.connection, secrets(), nullptr), call);
  const std::string account = provider_run.session().check(call);
  const json::object known = operations::account_settings(context_, *configuration_.manifest, json::parse_object(account, "the account"));
  store::update_settings(context_.db(), tenant_.id, t.connection.integration_id, context_.now(), [&](json::object& settings) {
    for (const auto& member : known) settings[member.key()] = member.value();
  });
  apply_settings();  // what a key says wins
  account_known_ = true;
  return provider_run.requests_sent();
}

CycleReport PairCycle::run() {
  const std::uint64_t psa_requests_before = psa_->requests_sent();
  Steps steps(*this);
  steps.read_directory();
  steps.import_old_container();
  steps.check_settings();
  steps.check_account();
  steps.read_organizations();
  steps.deliver();
  steps.poll();
  steps.pull();
  steps.send_events();
  steps.deliver();
  CycleReport report = steps.report();
  report.psa_requests = psa_->requests_sent() - psa_requests_before;
  report.ended = context_.now();
  return report;
}

Queues PairCycle::queues() {
  const store::Connection connection = target().connection;
  return {store::outbox_queue(context_.db(), tenant_.id, provider()),
          store::ticket_event_queue(context_.db(), tenant_.id, connection.integration_id)};
}

}  // namespace picket::serve
