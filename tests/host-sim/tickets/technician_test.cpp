#include "host-sim/tickets/technician.hpp"

#include <doctest/doctest.h>

#include <functional>

#include "host-sim/store/psa.hpp"
#include "host-sim/store/ticket_events.hpp"
#include "tests/host-sim/tickets/tickets_fixture.hpp"

using namespace picket;
using namespace std::chrono_literals;

namespace {

struct Fixture : test::TicketsFixture {
  explicit Fixture(test::StorageUnderTest& storage_under_test) : TicketsFixture(storage_under_test) {
    ChangeSet open = opening("1");
    open.open_ticket->priority_id = id("priority", "High");
    ticket_id = apply(open).ticket_id;
  }

  bool act(const std::function<bool(const tickets::Technician&)>& what) {
    clock.advance(1min);
    store::Transaction transaction(s.db);
    const bool changed = what({sample.tenant, "Uma User", clock.now() - 10s, clock.now()});
    transaction.commit();
    return changed;
  }
  bool note(std::string_view text) {
    return act([&](const auto& technician) { return tickets::write_note(s.db, technician, ticket_id, text); });
  }
  bool priority(const std::string& name) {
    return act([&](const auto& technician) {
      return tickets::set_priority(s.db, technician, ticket_id, name.empty() ? std::string() : id("priority", name));
    });
  }
  bool assignee(std::string_view name) {
    return act([&](const auto& technician) { return tickets::set_assignee(s.db, technician, ticket_id, name); });
  }
  bool close(std::string_view closure_note = {}, const std::string& status = {}) {
    return act([&](const auto& technician) {
      return tickets::close_ticket(s.db, technician, ticket_id, status.empty() ? std::string() : id("status", status), closure_note);
    });
  }
  bool reopen() {
    return act([&](const auto& technician) { return tickets::reopen_ticket(s.db, technician, ticket_id); });
  }

  // Returns the events so far and drops them.
  std::vector<TicketEvent> take_events() {
    auto events = store::due_ticket_events(s.db, sample.tenant, sample.integration_id, "Picket", clock.now(), 100);
    store::drop_ticket_events(s.db, sample.tenant, sample.integration_id);
    return events;
  }
  TicketEvent take_event() {
    const auto events = take_events();
    REQUIRE(events.size() == 1);
    CHECK(events[0].external_id == "1");
    CHECK(events[0].author == "Uma User");
    CHECK(events[0].at == clock.now() - 10s);
    return events[0];
  }
  store::TicketDetails ticket() { return ticket_of("1"); }

  std::string ticket_id;
};

}  // namespace

STORAGE_TEST_CASE(s, "a technician's note is a comment and an event in the technician's words") {
  Fixture f(s);
  CHECK(f.note("Reset *her* password\nand told her."));
  const auto event = f.take_event();
  CHECK(event.kind == TicketEventKind::note);
  CHECK(event.text == "Reset *her* password\nand told her.");
  CHECK(f.note("again"));
  const auto t = f.ticket();
  REQUIRE(t.comments.size() == 2);
  CHECK(t.comments[0].note == "Reset \\*her\\* password\\\nand told her.");
  CHECK_FALSE(t.comments[0].is_system_generated);
  CHECK(t.comments[0].is_internal);
  CHECK(t.comments[0].created_at == f.clock.now() - 1min - 10s);
  CHECK(t.comments[1].note == "again");
  CHECK(t.row.updated_at == f.clock.now());
  CHECK(s.db.query<1>("SELECT picket_author FROM comments").at(0)[0] == "Uma User");
  CHECK(f.rows("comment_threads") == 1);
  f.take_events();
  for (const char* nothing : {"", "  \n ", "\x01"}) CHECK_FALSE(f.note(nothing));
  CHECK(f.take_events().empty());
  CHECK(f.rows("comments") == 2);
}

STORAGE_TEST_CASE(s, "a new priority is reported with the names of both") {
  Fixture f(s);
  CHECK_FALSE(f.priority("High"));
  CHECK(f.take_events().empty());
  CHECK(f.priority("Critical"));
  auto event = f.take_event();
  CHECK(event.kind == TicketEventKind::priority);
  CHECK(event.before == "High");
  CHECK(event.after == "Critical");
  CHECK(f.ticket().row.priority == "Critical");
  CHECK(f.priority(""));
  event = f.take_event();
  CHECK(event.before == "Critical");
  CHECK(event.after.empty());
  CHECK(f.ticket().row.priority.empty());
  CHECK_THROWS_AS(f.act([&](const auto& technician) { return tickets::set_priority(s.db, technician, f.ticket_id, "none such"); }), Error);
}

STORAGE_TEST_CASE(s, "an assignee is found by name whatever its case and made when nobody has it") {
  Fixture f(s);
  CHECK_FALSE(f.assignee(""));
  CHECK(f.assignee("UMA user"));
  auto event = f.take_event();
  CHECK(event.kind == TicketEventKind::assignee);
  CHECK(event.before.empty());
  CHECK(event.after == "Uma User");
  CHECK(f.rows("users") == 1);
  CHECK_FALSE(f.assignee("uma user"));
  CHECK(f.assignee("Nils Neu"));
  event = f.take_event();
  CHECK(event.before == "Uma User");
  CHECK(event.after == "Nils Neu");
  CHECK(f.rows("users") == 2);
  CHECK(f.assignee("Nora Neu"));
  CHECK(f.assignee(""));
  CHECK(f.take_events().size() == 2);
  CHECK_FALSE(f.assignee(""));
  CHECK(store::import_psa(s.db, test::sample_psa, "sample.json").of("users").unchanged == 1);
}

STORAGE_TEST_CASE(s, "closing is one event with the closure note and reopening is one") {
  Fixture f(s);
  CHECK_FALSE(f.reopen());
  CHECK(f.close("Cleaned up.", "Sec Dismissed"));
  auto event = f.take_event();
  CHECK(event.kind == TicketEventKind::closed);
  CHECK(event.text == "Cleaned up.");
  auto t = f.ticket();
  CHECK(t.row.is_closed);
  CHECK(t.row.status == "Sec Dismissed");
  CHECK(t.row.closed_at == f.clock.now() - 10s);
  REQUIRE(t.comments.size() == 1);
  CHECK(t.comments[0].note == "Cleaned up.");
  CHECK_FALSE(f.close("once more"));
  CHECK(f.take_events().empty());
  CHECK(f.rows("comments") == 1);

  CHECK(f.reopen());
  CHECK(f.take_event().kind == TicketEventKind::reopened);
  t = f.ticket();
  CHECK_FALSE(t.row.is_closed);
  CHECK(t.row.status == "Sec New");
  CHECK_FALSE(t.row.closed_at);
  CHECK_FALSE(f.reopen());

  CHECK(f.close());
  event = f.take_event();
  CHECK(event.text.empty());
  CHECK(f.ticket().row.status == "Sec Closed");
  CHECK(f.rows("comments") == 1);
}

STORAGE_TEST_CASE(s, "a ticket without a finding queues no event and one that does not exist is an error") {
  Fixture f(s);
  s.db.execute("UPDATE rmm_alerts SET ticket_id = NULL");
  CHECK(f.note("to nobody"));
  CHECK(f.rows("comments") == 1);
  CHECK(f.take_events().empty());
  f.ticket_id = "00000000-0000-7000-8000-000000000000";
  for (const auto& act :
       std::vector<std::function<bool()>>{[&] { return f.note("x"); }, [&] { return f.priority("High"); }, [&] { return f.assignee("x"); },
                                          [&] { return f.close(); }, [&] { return f.reopen(); }}) {
    try {
      act();
      FAIL("a ticket that does not exist was changed");
    } catch (const Error& e) {
      CHECK(e.status() == Status::not_found);
    }
  }
  CHECK(f.rows("users") == 1);
}

STORAGE_TEST_CASE(s, "a technician cannot close a ticket of a board without a closed status either") {
  Fixture f(s);
  s.db.execute("UPDATE statuses SET is_closed = false");
  CHECK_THROWS_AS(f.close("words"), Error);
  CHECK(f.rows("comments") == 0);
  CHECK(f.take_events().empty());
}

STORAGE_TEST_CASE(s, "what a technician wrote stays text in CommonMark") {
  Fixture f(s);
  REQUIRE(f.note("- no *item*\n<b>no tag</b>"));
  CHECK(s.db.query<1>("SELECT note FROM comments")[0][0] == "\\- no \\*item\\*\\\n\\<b\\>no tag\\</b\\>");
}
