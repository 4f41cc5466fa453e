#include "tests/host-sim/psa/psa_fixture.hpp"

using namespace picket;
using namespace std::chrono_literals;
using test::Fault;
using test::RemoteFixture;
using test::Texts;

TEST_CASE("what technicians do in the PSA comes into the tables and the queue") {
  for (const bool list_says_all : {true, false})
    test::for_each_remote_psa([&](RemoteFixture& r) {
      r.psa.list_says_all = list_says_all;
      r.open("a");
      auto& ticket = r.psa.only();
      r.psa.technician_writes(ticket, "Ann", "Looking at *this*");
      r.psa.technician_sets_priority(ticket, "High");
      r.psa.technician_assigns(ticket, "Bob");
      auto report = r.pull();
      CHECK(report.listed == 1);
      CHECK(report.changed == 1);
      CHECK(report.events == 3);
      CHECK(report.failed == 0);
      CHECK(r.events() == Texts{"a note Ann: Looking at *this*", "a priority ( -> High)", "a assignee ( -> Bob)"});
      CHECK(r.ours("a").row.priority == "High");
      CHECK(r.ours("a").comments.size() == 1);

      r.psa.technician_closes(ticket, "Cleaned");
      CHECK(r.pull().events == 1);
      CHECK(r.events() == Texts{"a closed: Cleaned"});
      CHECK(r.ours("a").row.is_closed);
      CHECK(r.ours("a").row.status == "Closed");

      r.psa.technician_reopens(ticket);
      CHECK(r.pull().events == 1);
      CHECK(r.events() == Texts{"a reopened"});
      CHECK_FALSE(r.ours("a").row.is_closed);

      r.psa.technician_assigns(ticket, "");
      CHECK(r.pull().events == 1);
      CHECK(r.events() == Texts{"a assignee (Bob -> )"});
      report = r.pull();
      CHECK(report.changed == 0);
      CHECK(r.events() == Texts{});
      // Nothing of it goes back.
      CHECK(r.waiting() == 0);
    });
}

PSA_TEST_CASE("an act is sent to the vendor even if our ticket is in that state already") {
  ChangeSet set = r.opening("a");
  set.open_ticket->priority_id = r.f.id("priority", "High");
  r.apply(set);
  r.deliver();
  r.events();
  auto& ticket = r.psa.only();
  // A rule of the PSA's gave the ticket another priority and an assignee before it was looked at.
  auto link = r.link("t1");
  link.priority = "Low";
  link.assignee = "Ann";
  store::Transaction transaction(r.db());
  store::put_remote_link(r.db(), r.tenant(), link, r.f.clock.now());
  transaction.commit();
  ticket.row.assignee = "Ann";
  r.psa.technician_sets_priority(ticket, "High");
  r.psa.technician_assigns(ticket, "");
  r.pull();
  CHECK(r.events() == Texts{"a priority (Low -> High)", "a assignee (Ann -> )"});
}

TEST_CASE("what Picket did itself is never sent to the vendor") {
  for (const bool exact : {true, false})
    test::for_each_remote_psa([&](RemoteFixture& r) {
      r.psa.exact = exact;
      r.open("a");
      r.note("a", "ours");
      r.prioritise("a", "Critical");
      r.act("a", TicketAction::close);
      r.deliver();
      r.pull();
      r.act("a", TicketAction::reopen);
      r.deliver();
      r.pull();
      CHECK(r.events() == Texts{});
    });
}

PSA_TEST_CASE("what a technician does between two of our writes is not overlooked") {
  r.open("a");
  auto& ticket = r.psa.only();
  r.note("a", "ours");
  r.prioritise("a", "Critical");
  r.psa.technician_writes(ticket, "Ann", "hello");
  r.psa.technician_assigns(ticket, "Bob");
  r.deliver();
  r.pull();
  CHECK(r.events() == Texts{"a note Ann: hello", "a assignee ( -> Bob)"});
}

PSA_TEST_CASE("what Picket may have sent is its own although nobody knows it yet") {
  r.open("a");
  const auto crash_after = [&](const auto& change) {
    change();
    r.psa.fail_operation(1, Fault::crash_after);
    CHECK_THROWS_AS(r.deliver(), test::Crash);
    r.restart();
    r.pull();
    CHECK(r.events() == Texts{});
    r.deliver();
    r.pull();
    CHECK(r.events() == Texts{});
  };
  crash_after([&] { r.note("a", "ours"); });
  crash_after([&] { r.prioritise("a", "Critical"); });
  crash_after([&] { r.act("a", TicketAction::close); });
  crash_after([&] { r.act("a", TicketAction::reopen); });
  CHECK(r.notes_of(r.psa.only()) == Texts{"ours"});
  CHECK(r.waiting() == 0);
}

PSA_TEST_CASE("a closing and the note that says the same are one event") {
  r.psa.closing_leaves_a_note = true;
  r.open("a");
  r.psa.technician_writes(r.psa.only(), "Ann", "Looking");
  r.psa.technician_closes(r.psa.only(), "Cleaned");
  r.pull();
  CHECK(r.events() == Texts{"a note Ann: Looking", "a closed Clara: Cleaned"});
  r.psa.technician_reopens(r.psa.only());
  r.psa.technician_closes(r.psa.only(), "");
  r.pull();
  CHECK(r.events() == Texts{});  // closed before, closed now
}

PSA_TEST_CASE("an idle pull costs one request however many tickets there are") {
  r.apply_openings(0, 1000);
  r.deliver();
  CHECK(r.psa.all.size() == 1000);
  // All are listed, as just created; none has to be read.
  r.psa.calls.clear();
  CHECK(r.pull().listed == 1000);
  CHECK(r.psa.total_calls() == 1);
  r.pass(5min);
  r.pull();
  CHECK(r.psa.total_calls() == 2);
  r.psa.technician_writes(r.psa.titled("Ticket of f500"), "Ann", "hello");
  r.pass(5min);
  const auto report = r.pull();
  CHECK(report.listed == 1);
  CHECK(report.changed == 1);
  CHECK(r.psa.total_calls() == 4);
}

PSA_TEST_CASE("a pull that fails throws and the next begins where it did") {
  r.open("a");
  r.pull();
  r.pass(5min);
  r.psa.technician_writes(r.psa.only(), "Ann", "hello");
  r.pass(5min);
  r.psa.fail_all(Fault::not_done);
  CHECK_THROWS_AS(r.pull(), Error);
  r.psa.fail_all(Fault::none);
  r.pass(3h);
  r.pull();
  CHECK(r.events() == Texts{"a note Ann: hello"});
}

PSA_TEST_CASE("what technicians do before the first pull is sent to the vendor however late that comes") {
  r.open("a");
  r.pass(1min);
  r.psa.technician_writes(r.psa.only(), "Ann", "hello");
  r.psa.fail_all(Fault::not_done);
  CHECK_THROWS_AS(r.pull(), Error);
  r.psa.fail_all(Fault::none);
  r.pass(5h);
  r.pull();
  CHECK(r.events() == Texts{"a note Ann: hello"});
}

PSA_TEST_CASE("a technician's note that quotes Picket's words is sent to the vendor") {
  r.open("a");
  r.note("a", "ours");
  r.deliver();
  auto& ticket = r.psa.only();
  const std::string ours = ticket.notes.back().text;
  // The ticket's body is no note in this PSA.
  const std::string body = "Body\n\npicket-" + ticket.made_of.token;
  r.psa.technician_writes(ticket, "Ann", "To your note:\n" + ours);
  r.psa.technician_writes(ticket, "Ann", "To the ticket:\n" + body);
  r.pull();
  CHECK(r.events() == Texts{"a note Ann: To your note:\n" + ours, "a note Ann: To the ticket:\n" + body});
  r.psa.technician_writes(ticket, "Bob", "Again:\n" + ours);
  r.pull();
  CHECK(r.events() == Texts{"a note Bob: Again:\n" + ours});
}

PSA_TEST_CASE("a ticket that cannot be read is read again and holds back no other") {
  r.open("a");
  r.open("b");
  r.pull();
  r.pass(1min);
  auto& bad = r.psa.titled("Ticket of a");
  r.psa.unreadable = {bad.row.id};
  r.psa.technician_writes(bad, "Ann", "from a");
  r.psa.technician_writes(r.psa.titled("Ticket of b"), "Ann", "from b");
  r.pass(1min);
  auto report = r.pull();
  CHECK(report.failed == 1);
  CHECK(report.errors == Texts{"the ticket 1 could not be read in FakePSA: the notes cannot be read"});
  CHECK(r.events() == Texts{"b note Ann: from b"});
  r.pass(1h);
  CHECK(r.pull().failed == 1);
  CHECK(r.events() == Texts{});
  r.psa.unreadable.clear();
  r.pass(1h);
  CHECK(r.pull().failed == 0);
  CHECK(r.events() == Texts{"a note Ann: from a"});
}

PSA_TEST_CASE("a ticket that cannot be read for a day is reported and left until it changes again") {
  r.open("a");
  r.pull();
  r.pass(1min);
  r.psa.unreadable = {r.psa.only().row.id};
  r.psa.technician_writes(r.psa.only(), "Ann", "one");
  for (int hour = 0; hour <= 24; ++hour) {
    CHECK(r.pull().failed == 1);
    r.pass(1h);
  }
  CHECK(r.log.lines.size() == 1);
  const auto report = r.pull();
  CHECK(report.listed == 0);
  CHECK(report.failed == 0);
  r.psa.unreadable.clear();
  r.psa.technician_writes(r.psa.only(), "Ann", "two");
  r.pull();
  CHECK(r.events() == Texts{"a note Ann: one", "a note Ann: two"});
}

PSA_TEST_CASE("an act that the tables cannot take is reported and holds back no other ticket") {
  r.open("a");
  r.open("b");
  r.db().execute_once("UPDATE statuses SET is_closed = false");
  r.psa.technician_closes(r.psa.titled("Ticket of a"), "Cleaned");
  r.psa.technician_writes(r.psa.titled("Ticket of b"), "Ann", "hello");
  const auto report = r.pull();
  CHECK(report.failed == 1);
  REQUIRE(report.errors.size() == 1);
  CHECK(report.errors[0].starts_with("what technicians did on ticket 1 could not be taken over: "));
  CHECK(r.events() == Texts{"b note Ann: hello"});
  r.sync->sync_directory(r.call());
  CHECK(r.pull().failed == 0);
  CHECK(r.events() == Texts{"a closed: Cleaned"});
}

PSA_TEST_CASE("a priority that the directory does not offer is taken over") {
  r.open("a");
  r.open("b");
  r.psa.technician_sets_priority(r.psa.titled("Ticket of a"), "Apocalypse");
  r.psa.technician_sets_priority(r.psa.titled("Ticket of b"), "Apocalypse");
  r.pull();
  CHECK(r.events() == Texts{"a priority ( -> Apocalypse)", "b priority ( -> Apocalypse)"});
  CHECK(r.f.rows("priorities") == 5);
}

PSA_TEST_CASE("tickets of others are none of our business") {
  r.open("a");
  auto& other = r.psa.all["foreign"];
  other.row.id = other.row.number = "99";
  other.changed_at = r.f.clock.now();
  r.psa.technician_writes(other, "Ann", "hello");
  const auto report = r.pull();
  CHECK(report.listed == 2);
  CHECK(report.changed == 0);
  CHECK(r.psa.calls["notes"] == 0);
}

PSA_TEST_CASE("our change that a technician overtook has the last word") {
  r.open("a");
  // Ours is queued, a technician is faster, ours is delivered last: then ours holds, on both sides.
  r.prioritise("a", "Critical");
  r.psa.technician_sets_priority(r.psa.only(), "Low");
  r.pull();
  CHECK(r.events() == Texts{"a priority ( -> Low)"});
  r.deliver();
  CHECK(r.psa.only().row.priority_name == "Critical");
  CHECK(r.ours("a").row.priority == "Critical");
  r.pull();
  CHECK(r.events() == Texts{});
}
