// A tenant whose tickets live in a FakePsa.
//
//   PSA_TEST_CASE("...") { r.open("a"); ... }   on both databases, each time with a new RemoteFixture `r`
#pragma once
#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "host-sim/psa/psa_sync.hpp"
#include "host-sim/store/outbox.hpp"
#include "host-sim/store/remote_tickets.hpp"
#include "host-sim/store/ticket_events.hpp"
#include "tests/host-sim/psa/fake_psa.hpp"
#include "tests/host-sim/tickets/tickets_fixture.hpp"
#include "tests/support/collected_log.hpp"

namespace picket::test {

using Texts = std::vector<std::string>;

struct RemoteFixture {
  explicit RemoteFixture(StorageUnderTest& under_test, const std::string& psa_id = "fakepsa") : f(under_test), psa(f.clock, psa_id) {
    f.connection.has_outbox = true;
    // What is written on a closed ticket is sent as it is, so that tests see what the remote PSA makes of it.
    f.connection.closed_tickets.on_news = tickets::ClosedTicketRules::OnNews::note;
    tickets = std::make_unique<tickets::LocalTickets>(db(), f.connection, f.clock, nullptr);
    restart();
    defaults = sync->sync_directory(call());
  }

  host::Call call() { return host::Call{f.clock}; }
  store::Database& db() { return f.s.db; }
  const std::string& tenant() const { return f.sample.tenant; }
  // As a new process would.
  void restart() { sync = std::make_unique<psa::PsaSync>(psa, db(), tenant(), f.clock, log); }

  void apply(const std::vector<ChangeSet>& sets) {
    tickets->apply(call(), sets, [](std::size_t, Status status, std::string_view, std::string_view message) {
      if (status != Status::ok) throw std::logic_error(std::string(message));
    });
  }
  void apply(const ChangeSet& set) { apply(std::vector{set}); }
  // Opens a ticket on both sides; the vendor knows it.
  void open(const std::string& external_id) {
    apply(opening(external_id));
    deliver();
    events();
  }
  // New findings f<from> to f<to - 1>.
  void apply_openings(int from, int to) {
    std::vector<ChangeSet> sets;
    for (int i = from; i < to; ++i) sets.push_back(opening("f" + std::to_string(i)));
    apply(sets);
  }
  // A finding whose ticket has its own title.
  ChangeSet opening(const std::string& external_id) const {
    ChangeSet set = f.opening(external_id);
    set.open_ticket->title = "Ticket of " + external_id;
    return set;
  }
  ChangeSet opening_of_what_may_exist(const std::string& external_id) const {
    ChangeSet set = opening(external_id);
    set.open_ticket->may_exist = true;
    return set;
  }
  ChangeSet changing(const std::string& external_id) {
    return TicketsFixture::changing(external_id, f.stored(external_id).value().revision);
  }
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

  // The database is lost, the PSA is not.
  void lose_database() {
    for (const char* table : {"picket_remote_tickets", "picket_ticket_events", "rmm_alerts", "comments", "comment_threads", "tickets"})
      db().execute_once("DELETE FROM " + std::string(table));
    restart();
  }
  // A delivery whose `nth` statement that begins like this fails, and a new process after it.
  void deliver_and_fail_at(const std::string& statement, int nth = 1) {
    int count = 0;
    db().set_statement_hook([&](std::string_view sql) {
      if (sql.starts_with(statement) && ++count == nth) throw Error(Status::unavailable, "the disk is full");
    });
    CHECK_THROWS_WITH_AS(deliver(), "the disk is full", Error);
    db().set_statement_hook({});
    restart();
  }

  psa::DeliveryReport deliver() { return sync->deliver(call(), nullptr); }
  psa::PullReport pull() { return sync->pull(call(), nullptr); }
  void pass(std::chrono::nanoseconds time) { f.clock.advance(time); }

  // What is queued for the vendor, as "kind author: text (before -> after)"; it is gone afterwards.
  Texts events() {
    Texts texts;
    for (const auto& event : store::due_ticket_events(db(), tenant(), f.sample.integration_id, "FakePSA", f.clock.now(), 1000)) {
      texts.push_back(text_of(event));
      store::Transaction transaction(db());
      store::ticket_event_retry.finish(db(), tenant(), event.event_id);
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

  store::QueueState queue() { return store::outbox_queue(db(), tenant()); }
  std::uint64_t waiting() { return queue().waiting; }
  store::RemoteLink link(const std::string& remote_id) {
    const std::string_view ids[] = {remote_id};
    return store::find_remote_links(db(), tenant(), psa.id(), ids).at(0);
  }
  store::TicketDetails ours(const std::string& external_id) { return f.ticket_of(external_id); }
  // What Picket wrote on a ticket in the PSA, without the tokens.
  static Texts notes_of(const FakePsa::Ticket& ticket) {
    Texts texts;
    for (const auto& note : ticket.notes) texts.push_back(note.text.substr(0, note.text.find("\n\npicket-")));
    return texts;
  }

  TicketsFixture f;
  FakePsa psa;
  CollectedLog log;
  std::unique_ptr<tickets::LocalTickets> tickets;
  std::unique_ptr<psa::PsaSync> sync;
  psa::PsaDefaults defaults;
};

// Runs the test on both databases.
inline void for_each_remote_psa(const std::function<void(RemoteFixture&)>& test) {
  for_each_storage([&](StorageUnderTest& s) {
    RemoteFixture r(s);
    test(r);
  });
}

inline bool any_contains(const Texts& texts, const std::string& part) {
  return std::any_of(texts.begin(), texts.end(), [&](const std::string& text) { return text.find(part) != std::string::npos; });
}

}  // namespace picket::test

#define PSA_TEST_CASE(name) PSA_TEST_CASE_WITH_BODY(DOCTEST_ANONYMOUS(psa_test_case_), name)
#define PSA_TEST_CASE_WITH_BODY(body, name)                    \
  static void body(picket::test::RemoteFixture& r);            \
  TEST_CASE(name) { picket::test::for_each_remote_psa(body); } \
  static void body([[maybe_unused]] picket::test::RemoteFixture& r)
