#include "host-sim/operations/ticket_events.hpp"

#include <algorithm>

#include "host-sim/config/psa_kinds.hpp"
#include "host-sim/store/tenant_psa.hpp"
#include "host-sim/store/ticket_events.hpp"
#include "sdk/common/json.hpp"
#include "sdk/common/list.hpp"

namespace picket::operations {
namespace {

constexpr std::size_t batch_size = 200;
constexpr std::size_t max_errors = 10;

std::chrono::hours give_up_after(const store::Connection& connection) {
  const auto hours = json::integer_at(connection.settings, "giveUpAfterHours");
  return hours ? std::chrono::hours(*hours) : store::default_give_up_after;
}

// One batch, and the outcome of each event in it.
class Batch {
 public:
  Batch(HostContext& context, const store::Connection& connection, store::Lease& lease, std::vector<TicketEvent> events,
        EventsReport& report)
      : context_(context),
        connection_(connection),
        lease_(lease),
        events_(std::move(events)),
        is_decided_(events_.size()),
        report_(report) {}

  const std::vector<TicketEvent>& events() const { return events_; }

  void mark() {
    std::vector<std::string> ids;
    for (const TicketEvent& event : events_) ids.push_back(event.event_id);
    write([&](store::Database& db) { store::ticket_event_retry.mark(db, connection_.tenant, ids, context_.now()); });
  }

  void decide(std::size_t index, Status status, std::string_view message) {
    const TicketEvent& event = events_.at(index);
    is_decided_[index] = true;
    ++decided_;
    if (status == Status::ok) {
      write([&](store::Database& db) { store::ticket_event_retry.finish(db, connection_.tenant, event.event_id); });
      ++report_.sent;
      return;
    }
    if (report_.errors.size() < max_errors) report_.errors.push_back(event.external_id + ": " + std::string(message));
    // The finding is gone for good; what the vendor only refuses it may take later.
    const bool is_refused = status == Status::invalid;
    const store::Refusals before = store::ticket_event_retry.refusals(context_.db(), connection_.tenant, event.event_id);
    const Time now = context_.now();
    const auto attempts = store::ticket_event_retry.attempts(context_.db(), connection_.tenant, event.event_id);
    const Time next = now + store::next_attempt_delay(attempts + 1, is_refused ? store::longest_delay_of_refused : store::longest_delay);
    const auto since = store::refused_since(before, is_refused, now, next);
    if (status == Status::not_found || (is_refused && now - *since >= give_up_after(connection_))) {
      write([&](store::Database& db) { store::ticket_event_retry.give_up(db, connection_.tenant, event.event_id, message, false, now); });
      ++report_.given_up;
      return;
    }
    // An earlier attempt may have had an effect even if this one had none.
    const bool had_no_effect = status != Status::unknown_outcome && !event.repeated;
    write([&](store::Database& db) {
      store::ticket_event_retry.postpone(db, connection_.tenant, event.event_id, message, had_no_effect, next, since);
    });
    ++report_.postponed;
  }

  // Called when the provider has returned: it has not touched the events that it reported nothing about.
  void end() {
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < events_.size(); ++i)
      if (!is_decided_[i] && !events_[i].repeated) ids.push_back(events_[i].event_id);
    if (!ids.empty()) write([&](store::Database& db) { store::ticket_event_retry.unmark(db, connection_.tenant, ids); });
  }

  std::size_t decided() const { return decided_; }

 private:
  void write(const std::function<void(store::Database&)>& what) {
    store::FencedTransaction transaction(context_.db(), &lease_);
    what(context_.db());
    transaction.commit();
  }

  HostContext& context_;
  const store::Connection& connection_;
  store::Lease& lease_;
  std::vector<TicketEvent> events_;
  std::vector<bool> is_decided_;
  std::size_t decided_ = 0;
  EventsReport& report_;
};

}  // namespace

EventsReport& EventsReport::operator+=(const EventsReport& other) {
  sent += other.sent;
  postponed += other.postponed;
  given_up += other.given_up;
  for (const std::string& error : other.errors)
    if (errors.size() < max_errors) errors.push_back(error);
  return *this;
}

bool takes_ticket_events(const host::Manifest& manifest) { return contains(manifest.capabilities, "ticket_events"); }

std::string psa_title(store::Database& db, const std::string& tenant) {
  const auto row = store::find_tenant_psa(db, tenant);
  if (!row) return "Picket";
  const psa::PsaKind* kind = config::find_psa_kind(row->psa);
  return kind == nullptr ? row->psa : std::string(kind->title);
}

bool has_due_ticket_events(HostContext& context, const store::Connection& connection) {
  return !store::due_ticket_events(context.db(), connection.tenant, connection.integration_id, "", context.now(), 1).empty();
}

void send_ticket_events(HostContext& context, const store::Connection& connection, const std::string& psa, host::ProviderSession& session,
                        const host::Call& call, store::Lease& lease, EventsReport& report) {
  while (true) {
    auto due = store::due_ticket_events(context.db(), connection.tenant, connection.integration_id, psa, context.now(), batch_size);
    if (due.empty()) return;
    call.check();
    Batch batch(context, connection, lease, std::move(due), report);
    batch.mark();
    try {
      session.ticket_events(call, batch.events(),
                            [&](std::size_t index, Status status, std::string_view message) { batch.decide(index, status, message); });
    } catch (const Error&) {
      batch.end();
      throw;
    }
    batch.end();
    // A provider that answers for none of the events would get them again forever.
    if (batch.decided() == 0) {
      if (report.errors.size() < max_errors) report.errors.push_back("the provider took none of the ticket events");
      report.postponed += batch.events().size();
      return;
    }
  }
}

}  // namespace picket::operations
