// A tenant whose tickets live in a FakePsa.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "host-sim/psa/psa_sync.hpp"
#include "host-sim/store/outbox.hpp"
#include "host-sim/store/remote_tickets.hpp"
#include "host-sim/store/ticket_events.hpp"
#include "tests/host-sim/tickets/tickets_fixture.hpp"
#include "tests/host-sim/psa/fake_psa.hpp"

namespace picket::test {

class Lines final : public host::Log {
 public:
  void write(int, std::string_view message) override { lines.emplace_back(message); }
  std::vector<std::string> lines;
};

struct RemoteFixture {
  explicit RemoteFixture(StorageUnderTest& under_test, const std::string& psa_id = "fakepsa") : f(under_test), psa(f.clock, psa_id) {
    f.connection.has_outbox = true;
    tickets = std::make_unique<tickets::LocalTickets>(f.s.db, f.connection, f.clock, nullptr);
    restart();
    defaults = sync->sync_directory(call());
  }

  host::Call call() { return host::Call{f.clock}; }
  // As a new process would.
  void restart() { sync = std::make_unique<psa::PsaSync>(psa, f.s.db, f.sample.tenant, f.clock, log); }

  void apply(const std::vector<ChangeSet>& sets) {
    tickets->apply(call(), sets, [](std::size_t, Status status, std::string_view, std::string_view message) {
      if (status != Status::ok) throw std::logic_error(std::string(message));
    });
  }
  void apply(const ChangeSet& set) { apply(std::vector{set}); }
  // A finding whose ticket has its own title.
  ChangeSet opening(const std::string& external_id) const {
    ChangeSet set = f.opening(external_id);
    set.open_ticket->title = "Ticket of " + external_id;
    return set;
  }
  ChangeSet changing(const std::string& external_id) { return TicketsFixture::changing(external_id, f.stored(external_id).value().revision); }
  void note(const std::string& external_id, const std::string& text) {
    ChangeSet set = changing(external_id);
    set.notes = {text};
    apply(set);
  }
  void act(const std::string& external_id, TicketAction action) {
    ChangeSet set = changing(external_id);
    set.ticket_action = action;
    apply(set);
  }
  void prioritise(const std::string& external_id, const std::string& priority) {
    ChangeSet set = changing(external_id);
    set.priority_id = f.id("priority", priority);
    apply(set);
  }

  psa::DeliveryReport deliver() { return sync->deliver(call(), nullptr); }
  psa::PullReport pull() { return sync->pull(call(), nullptr); }
  void pass(std::chrono::nanoseconds time) { f.clock.advance(time); }

  // What is queued for the vendor, as "kind author: text (before -> after)"; it is gone afterwards.
  std::vector<std::string> events() {
    std::vector<std::string> texts;
    for (const auto& event : store::due_ticket_events(f.s.db, f.sample.tenant, f.sample.integration_id, "FakePSA", f.clock.now(), 1000)) {
      texts.push_back(text_of(event));
      store::Transaction transaction(f.s.db);
      store::ticket_event_retry.finish(f.s.db, f.sample.tenant, event.event_id);
      transaction.commit();
    }
    return texts;
  }
  static std::string text_of(const TicketEvent& event) {
    static const char* const kinds[] = {"?", "created", "note", "priority", "assignee", "closed", "reopened"};
    std::string text = event.external_id + " " + kinds[static_cast<int>(event.kind)];
    if (event.kind == TicketEventKind::created) text += " " + event.ticket_number + " " + event.ticket_url;
    if (!event.author.empty()) text += " " + event.author;
    if (!event.text.empty()) text += ": " + event.text;
    if (!event.before.empty() || !event.after.empty()) text += " (" + event.before + " -> " + event.after + ")";
    return text;
  }

  std::uint64_t waiting() { return store::outbox_queue(f.s.db, f.sample.tenant).waiting; }
  store::RemoteLink link(const std::string& remote_id) {
    const std::string_view ids[] = {remote_id};
    return store::find_remote_links(f.s.db, f.sample.tenant, psa.id(), ids).at(0);
  }
  store::TicketDetails ours(const std::string& external_id) { return f.ticket_of(external_id); }
  // What Picket wrote on a ticket there, without the tokens.
  static std::vector<std::string> notes_of(const FakePsa::Ticket& ticket) {
    std::vector<std::string> texts;
    for (const auto& note : ticket.notes) texts.push_back(note.text.substr(0, note.text.find("\n\npicket-")));
    return texts;
  }

  TicketsFixture f;
  FakePsa psa;
  Lines log;
  std::unique_ptr<tickets::LocalTickets> tickets;
  std::unique_ptr<psa::PsaSync> sync;
  psa::PsaDefaults defaults;
};

}  // namespace picket::test
