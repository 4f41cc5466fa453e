#include "host-sim/serve/pair_cycle.hpp"

#include <functional>

#include "host-sim/operations/connect.hpp"
#include "host-sim/operations/poll.hpp"
#include "host-sim/operations/settings.hpp"
#include "host-sim/serve/known_pairs.hpp"
#include "host-sim/migration/old_database.hpp"
#include "host-sim/migration/old_import.hpp"
#include "host-sim/store/connections.hpp"
#include "host-sim/store/leases.hpp"
#include "host-sim/store/outbox.hpp"
#include "host-sim/store/tenant_psa.hpp"
#include "sdk/host/settings.hpp"

namespace picket::serve {
namespace {

constexpr std::int64_t directory_age_ns = 3600'000'000'000;

bool is_of_the_configuration(Status status) {
  return status == Status::invalid || status == Status::not_found || status == Status::unsupported || status == Status::auth;
}

// One list that cannot be read is no reason to keep what people did from the vendor; refused credentials and a limit are.
bool may_be_told(const operations::PollResult& polled) {
  if (!polled.events_error.empty() || polled.misconfigured) return false;
  return polled.state != operations::PollState::error || polled.error_status == Status::unavailable ||
         polled.error_status == Status::invalid || polled.error_status == Status::internal;
}

}  // namespace

// The steps of one cycle: runs them, and keeps the account of what failed.
class PairCycle::Steps {
 public:
  Steps(PairCycle& pair, CycleReport& report) : pair_(pair), report_(report) {}

  // Whether it succeeded. A step that was cut short because the work is to end is neither done nor failed.
  bool step(const std::string& name, const std::function<void()>& work) {
    if (ending()) return false;
    try {
      work();
      report_.steps_done.push_back(name);
      return true;
    } catch (const Error& e) {
      failed(name, e.what(), e.status(), e.retry_after());
    }
    return false;
  }

  void failed(const std::string& name, const std::string& message, Status status, std::optional<std::chrono::milliseconds> retry_after) {
    if (ending()) return;
    report_.errors.push_back({name, message, is_of_the_configuration(status)});
    if (retry_after && (!report_.retry_after || *retry_after > *report_.retry_after)) report_.retry_after = retry_after;
  }

  // A step at the PSA, under its lease. After one that failed the PSA is left alone for the rest of the cycle.
  bool psa_step(const std::string& name, const std::function<void(const host::Call&, store::Lease&)>& work) {
    if (psa_is_away_) return false;
    bool elsewhere = false;
    const bool is_done = step(name, [&] {
      std::optional<store::Lease> lease;
      try {
        lease.emplace(context().db(), context().clock(), pair_.tenant_.id, "desk", "the work on " + pair_.psa());
      } catch (const Error& e) {
        if (e.status() != Status::conflict) throw;
        elsewhere = true;
        return;
      }
      try {
        work(operations::make_call(context(), &*lease), *lease);
      } catch (const Error& e) {
        throw Error(e.status(), operations::reason_of(e, *lease), e.field(), e.retry_after());
      }
    });
    psa_is_away_ = !is_done || elsewhere;
    return is_done && !elsewhere;
  }

  void deliver() {
    psa_step("telling " + pair_.psa() + " what is new",
              [&](const host::Call& call, store::Lease& lease) { add(report_.delivery, pair_.sync_->deliver(call, &lease)); });
  }

  bool ending() const { return pair_.context_.cancel().load(); }

 private:
  operations::HostContext& context() { return pair_.context_; }

  PairCycle& pair_;
  CycleReport& report_;
  bool psa_is_away_ = false;
};

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
    if (!facts_) return;  // names can be looked up only when the directory is there
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
  // Other routing may make more findings eligible.
  if (connection.last_incremental_sync_at) store::request_sweep(context_.db(), tenant_.id, connection.integration_id, context_.now());
}

void PairCycle::import_old_container() {
  const std::filesystem::path file = migration::set_aside_name(configuration_.runtime.sqlite_filename);
  const migration::OldLinks old = migration::read_old_links(file, configuration_.runtime.instance_key);
  for (const std::string& instance : old.other_instances)
    context_.log().write(PICKET_LOG_WARNING, file.string() + " has no links of INSTANCE_KEY \"" + configuration_.runtime.instance_key +
                                                 "\"; those of \"" + instance + "\" are taken");
  const migration::OldImport done =
      migration::import_old_links(context_.db(), {tenant_.id, target().connection.integration_id, provider(), psa_->id(), facts_->defaults}, old,
                       file.string(), context_.now());
  std::string text = "the links of the old container were taken over from " + file.string() + ": " + std::to_string(done.open) +
                     " open tickets, " + std::to_string(done.closed) + " closed ones";
  if (done.known > 0) text += ", " + std::to_string(done.known) + " known already";
  if (old.without_ticket > 0) text += "; " + std::to_string(old.without_ticket) + " cases had no ticket yet";
  context_.log().write(PICKET_LOG_INFO, text);
}

CycleReport PairCycle::run() {
  CycleReport report;
  report.provider = provider();
  report.tenant = tenant();
  report.psa = psa();
  report.begun = context_.now();
  const std::uint64_t psa_requests_before = psa_->requests_sent();
  Steps steps(*this, report);
  const auto is_old = [&](const std::optional<std::int64_t>& at) { return !at || context_.clock().monotonic() - *at >= directory_age_ns; };

  if (is_old(directory_at_ns_))
    steps.psa_step("reading " + psa() + "'s directory", [&](const host::Call& call, store::Lease&) {
      facts_ = PsaFacts{sync_->sync_directory(call), store::list_entities(context_.db(), tenant_.id, store::EntityKind::priority)};
      apply_settings();
      directory_at_ns_ = context_.clock().monotonic();
    });

  bool ready = true;  // to poll
  std::error_code ignored;
  if (configuration_.replaces_old_container && std::filesystem::exists(migration::set_aside_name(configuration_.runtime.sqlite_filename), ignored) &&
      !migration::is_imported(context_.db(), tenant_.id))
    ready = facts_ && steps.step("taking over the links of the old container", [&] { import_old_container(); });
  // Before the directory was read once there is nothing that a ticket could be opened with; why it was not is told already.
  if (const auto missing = host::missing_settings(*configuration_.manifest, target().connection.settings); !missing.empty()) {
    ready = false;
    if (facts_) steps.failed("setting up " + configuration_.manifest->title, words_for_missing(missing, psa()), Status::invalid, {});
  }

  if (ready && !account_known_)
    ready = steps.step("checking the credentials of " + configuration_.manifest->title, [&] {
      const host::Call call = operations::make_call(context_);
      const operations::Target t = target();
      operations::RunSpec spec;
      spec.entry = t.entry;
      spec.tenant = tenant_.id;
      spec.integration_id = t.connection.integration_id;
      spec.base_url = t.connection.instance_url;
      spec.secrets = &secrets_;
      spec.verify_tls = configuration_.verify_tls;
      operations::ProviderRun provider_run(context_, spec, call);
      const std::string account = provider_run.session().check(call);
      report.vendor_requests += provider_run.requests_sent();
      const json::object known =
          operations::account_settings(context_, *configuration_.manifest, json::parse_object(account, "the account"));
      store::update_settings(context_.db(), tenant_.id, t.connection.integration_id, context_.now(), [&](json::object& settings) {
        for (const auto& member : known) settings[member.key()] = member.value();
      });
      apply_settings();  // what a key says wins
      account_known_ = true;
    });

  if (ready && is_old(organizations_at_ns_)) {
    const bool read = steps.step("reading the organizations of " + configuration_.manifest->title, [&] {
      report.organizations = operations::sync_organizations(context_, target(), {secrets(), configuration_.runtime.match_tenants});
      report.vendor_requests += report.organizations->requests;
      organizations_at_ns_ = context_.clock().monotonic();
    });
    // A ticket that opened on the fallback client stays there: so the first poll waits for the organizations.
    ready = read || target().connection.last_full_sync_at.has_value();
  }

  steps.deliver();
  if (ready && !steps.ending()) {
    operations::PollOptions options;
    options.connection = secrets();
    report.poll = operations::poll(context_, provider(), tenant_.id, options);
    const operations::PollResult& polled = *report.poll;
    report.vendor_requests += polled.requests;
    report.events += polled.events;
    const std::string name = "reading " + configuration_.manifest->title;
    if (polled.state == operations::PollState::error)
      steps.failed(name, polled.error, polled.misconfigured ? Status::invalid : Status::unavailable, polled.retry_after);
    else
      report.steps_done.push_back(name);
    if (!polled.events_error.empty())
      steps.failed("telling " + configuration_.manifest->title + " what people did", polled.events_error, Status::unavailable,
                   polled.retry_after);
    steps.deliver();
  }
  steps.psa_step("reading what changed in " + psa(),
                  [&](const host::Call& call, store::Lease& lease) { report.pull = sync_->pull(call, &lease); });
  if (ready && (!report.poll || may_be_told(*report.poll)))
    steps.step("telling " + configuration_.manifest->title + " what people did", [&] {
      const operations::TellResult told = operations::tell_ticket_events(context_, target(), secrets());
      report.events += told.events;
      report.vendor_requests += told.requests;
      if (!told.error.empty()) throw Error(Status::unavailable, told.error, {}, told.retry_after);
    });
  steps.deliver();

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
