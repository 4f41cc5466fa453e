#include <doctest/doctest.h>

#include "tests/host-sim/psa/psa_fixture.hpp"

using namespace picket;
using namespace std::chrono_literals;
using test::Fault;
using test::RemoteFixture;
using Texts = std::vector<std::string>;

namespace {

// A ticket that is open on both sides, and told to the vendor.
void open(RemoteFixture& r, const std::string& id) {
  r.apply(r.opening(id));
  r.deliver();
  r.events();
}

}  // namespace

TEST_CASE("what people do there comes into the tables and the queue") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    for (const bool list_says_all : {true, false}) {
      const std::string id = list_says_all ? "a" : "b";
      RemoteFixture r(s, "psa-" + id);
      r.psa.list_says_all = list_says_all;
      open(r, id);
      auto& there = r.psa.only();
      r.psa.person_writes(there, "Ann", "Looking at *this*");
      r.psa.person_sets_priority(there, "High");
      r.psa.person_assigns(there, "Bob");
      auto report = r.pull();
      CHECK(report.listed == 1);
      CHECK(report.changed == 1);
      CHECK(report.events == 3);
      CHECK(report.failed == 0);
      CHECK(r.events() == Texts{id + " note Ann: Looking at *this*", id + " priority ( -> High)", id + " assignee ( -> Bob)"});
      CHECK(r.ours(id).row.priority == "High");
      CHECK(r.ours(id).comments.size() == 1);

      r.psa.person_closes(there, "Cleaned");
      CHECK(r.pull().events == 1);
      CHECK(r.events() == Texts{id + " closed: Cleaned"});
      CHECK(r.ours(id).row.is_closed);
      CHECK(r.ours(id).row.status == "Closed");

      r.psa.person_reopens(there);
      CHECK(r.pull().events == 1);
      CHECK(r.events() == Texts{id + " reopened"});
      CHECK_FALSE(r.ours(id).row.is_closed);

      r.psa.person_assigns(there, "");
      CHECK(r.pull().events == 1);
      CHECK(r.events() == Texts{id + " assignee (Bob -> )"});
      report = r.pull();
      CHECK(report.changed == 0);
      CHECK(r.events() == Texts{});
      // Nothing of it goes back.
      CHECK(r.waiting() == 0);
    }
  });
}

TEST_CASE("an act that finds our ticket in that state already is told all the same") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    RemoteFixture r(s);
    ChangeSet set = r.opening("a");
    set.open_ticket->priority_id = r.f.id("priority", "High");
    r.apply(set);
    r.deliver();
    r.events();
    auto& there = r.psa.only();
    // A rule of the PSA's gave the ticket another priority and an assignee before it was looked at.
    auto link = r.link("t1");
    link.priority = "Low";
    link.assignee = "Ann";
    {
      store::Transaction transaction(s.db);
      store::put_remote_link(s.db, r.f.sample.tenant, link, r.f.clock.now());
      transaction.commit();
    }
    there.row.assignee = "Ann";
    r.psa.person_sets_priority(there, "High");
    r.psa.person_assigns(there, "");
    r.pull();
    CHECK(r.events() == Texts{"a priority (Low -> High)", "a assignee (Ann -> )"});
  });
}

TEST_CASE("what Picket did itself is never told") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    for (const bool exact : {true, false}) {
      const std::string id = exact ? "a" : "b";
      RemoteFixture r(s, "psa-" + id);
      r.psa.exact = exact;
      open(r, id);
      r.note(id, "ours");
      r.prioritise(id, "Critical");
      r.act(id, TicketAction::close);
      r.deliver();
      r.pull();
      r.act(id, TicketAction::reopen);
      r.deliver();
      r.pull();
      CHECK(r.events() == Texts{});
    }
  });
}

TEST_CASE("what a person does between two of our writes is not overlooked") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    RemoteFixture r(s);
    open(r, "a");
    auto& there = r.psa.only();
    r.note("a", "ours");
    r.prioritise("a", "Critical");
    r.psa.person_writes(there, "Ann", "hello");
    r.psa.person_assigns(there, "Bob");
    r.deliver();
    r.pull();
    CHECK(r.events() == Texts{"a note Ann: hello", "a assignee ( -> Bob)"});
  });
}

TEST_CASE("what Picket may have sent is its own although nobody knows it yet") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    RemoteFixture r(s);
    open(r, "a");
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
    CHECK(RemoteFixture::notes_of(r.psa.only()) == Texts{"ours"});
    CHECK(r.waiting() == 0);
  });
}

TEST_CASE("a closing and the note that says the same are told once") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    RemoteFixture r(s);
    r.psa.closing_leaves_a_note = true;
    open(r, "a");
    r.psa.person_writes(r.psa.only(), "Ann", "Looking");
    r.psa.person_closes(r.psa.only(), "Cleaned");
    r.pull();
    CHECK(r.events() == Texts{"a note Ann: Looking", "a closed Clara: Cleaned"});
    r.psa.person_reopens(r.psa.only());
    r.psa.person_closes(r.psa.only(), "");
    r.pull();
    CHECK(r.events() == Texts{});  // closed before, closed now
  });
}

TEST_CASE("an idle look costs one request however many tickets there are") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    RemoteFixture r(s);
    std::vector<ChangeSet> sets;
    for (int i = 0; i < 1000; ++i) sets.push_back(r.opening("f" + std::to_string(i)));
    r.apply(sets);
    r.deliver();
    CHECK(r.psa.all.size() == 1000);
    // All are listed, as just created; none has to be read.
    r.psa.calls.clear();
    CHECK(r.pull().listed == 1000);
    CHECK(r.psa.total_calls() == 1);
    r.pass(5min);
    r.pull();
    CHECK(r.psa.total_calls() == 2);
    r.psa.person_writes(r.psa.titled("Ticket of f500"), "Ann", "hello");
    r.pass(5min);
    const auto report = r.pull();
    CHECK(report.listed == 1);
    CHECK(report.changed == 1);
    CHECK(r.psa.total_calls() == 4);
  });
}

TEST_CASE("a look that cannot be made throws and the next begins where it did") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    RemoteFixture r(s);
    open(r, "a");
    r.pull();
    r.pass(5min);
    r.psa.person_writes(r.psa.only(), "Ann", "hello");
    r.pass(5min);
    r.psa.fail_all(Fault::not_done);
    CHECK_THROWS_AS(r.pull(), Error);
    r.psa.fail_all(Fault::none);
    r.pass(3h);
    r.pull();
    CHECK(r.events() == Texts{"a note Ann: hello"});
  });
}

TEST_CASE("what people do before the first look is told however late that comes") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    RemoteFixture r(s);
    open(r, "a");
    r.pass(1min);
    r.psa.person_writes(r.psa.only(), "Ann", "hello");
    r.psa.fail_all(Fault::not_done);
    CHECK_THROWS_AS(r.pull(), Error);
    r.psa.fail_all(Fault::none);
    r.pass(5h);
    r.pull();
    CHECK(r.events() == Texts{"a note Ann: hello"});
  });
}

TEST_CASE("a person's note that quotes Picket's words is told") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    RemoteFixture r(s);
    open(r, "a");
    r.note("a", "ours");
    r.deliver();
    auto& there = r.psa.only();
    const std::string ours = there.notes.back().text;
    // Of the ticket's body, which is no note here.
    const std::string body = "Body\n\npicket-" + there.made_of.token;
    r.psa.person_writes(there, "Ann", "To your note:\n" + ours);
    r.psa.person_writes(there, "Ann", "To the ticket:\n" + body);
    r.pull();
    CHECK(r.events() == Texts{"a note Ann: To your note:\n" + ours, "a note Ann: To the ticket:\n" + body});
    r.psa.person_writes(there, "Bob", "Again:\n" + ours);
    r.pull();
    CHECK(r.events() == Texts{"a note Bob: Again:\n" + ours});
  });
}

TEST_CASE("a ticket that cannot be read is read again and holds back no other") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    RemoteFixture r(s);
    open(r, "a");
    open(r, "b");
    r.pull();
    r.pass(1min);
    auto& bad = r.psa.titled("Ticket of a");
    r.psa.unreadable = {bad.row.id};
    r.psa.person_writes(bad, "Ann", "from a");
    r.psa.person_writes(r.psa.titled("Ticket of b"), "Ann", "from b");
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
  });
}

TEST_CASE("a ticket that cannot be read for a day is reported and left until it changes again") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    RemoteFixture r(s);
    open(r, "a");
    r.pull();
    r.pass(1min);
    r.psa.unreadable = {r.psa.only().row.id};
    r.psa.person_writes(r.psa.only(), "Ann", "one");
    for (int hour = 0; hour <= 24; ++hour) {
      CHECK(r.pull().failed == 1);
      r.pass(1h);
    }
    CHECK(r.log.lines.size() == 1);
    const auto report = r.pull();
    CHECK(report.listed == 0);
    CHECK(report.failed == 0);
    r.psa.unreadable.clear();
    r.psa.person_writes(r.psa.only(), "Ann", "two");
    r.pull();
    CHECK(r.events() == Texts{"a note Ann: one", "a note Ann: two"});
  });
}

TEST_CASE("an act that the tables cannot take is reported and holds back no other ticket") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    RemoteFixture r(s);
    open(r, "a");
    open(r, "b");
    s.db.execute_once("UPDATE statuses SET is_closed = false");
    r.psa.person_closes(r.psa.titled("Ticket of a"), "Cleaned");
    r.psa.person_writes(r.psa.titled("Ticket of b"), "Ann", "hello");
    const auto report = r.pull();
    CHECK(report.failed == 1);
    REQUIRE(report.errors.size() == 1);
    CHECK(report.errors[0].starts_with("what people did on ticket 1 could not be taken over: "));
    CHECK(r.events() == Texts{"b note Ann: hello"});
    r.sync->sync_directory(r.call());
    CHECK(r.pull().failed == 0);
    CHECK(r.events() == Texts{"a closed: Cleaned"});
  });
}

TEST_CASE("a priority that the directory does not offer is taken over") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    RemoteFixture r(s);
    open(r, "a");
    open(r, "b");
    r.psa.person_sets_priority(r.psa.titled("Ticket of a"), "Apocalypse");
    r.psa.person_sets_priority(r.psa.titled("Ticket of b"), "Apocalypse");
    r.pull();
    CHECK(r.events() == Texts{"a priority ( -> Apocalypse)", "b priority ( -> Apocalypse)"});
    CHECK(r.f.rows("priorities") == 5);
  });
}

TEST_CASE("tickets of others are none of our business") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    RemoteFixture r(s);
    open(r, "a");
    auto& other = r.psa.all["foreign"];
    other.row.id = other.row.number = "99";
    other.changed_at = r.f.clock.now();
    r.psa.person_writes(other, "Ann", "hello");
    const auto report = r.pull();
    CHECK(report.listed == 2);
    CHECK(report.changed == 0);
    CHECK(r.psa.calls["notes"] == 0);
  });
}

TEST_CASE("a person's word that comes after ours on the same thing is the last") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    RemoteFixture r(s);
    open(r, "a");
    // Ours is queued, a person is faster, ours is delivered last: then ours holds, on both sides.
    r.prioritise("a", "Critical");
    r.psa.person_sets_priority(r.psa.only(), "Low");
    r.pull();
    CHECK(r.events() == Texts{"a priority (Critical -> Low)"});
    r.deliver();
    CHECK(r.psa.only().row.priority_name == "Critical");
    CHECK(r.ours("a").row.priority == "Critical");
    r.pull();
    CHECK(r.events() == Texts{});
  });
}
