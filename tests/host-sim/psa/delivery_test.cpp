#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>

#include "host-sim/psa/tokens.hpp"
#include "tests/host-sim/psa/psa_fixture.hpp"

using namespace picket;
using namespace std::chrono_literals;
using test::Fault;
using test::RemoteFixture;
using Texts = std::vector<std::string>;

namespace {

bool any_contains(const Texts& texts, const std::string& part) {
  return std::any_of(texts.begin(), texts.end(), [&](const std::string& text) { return text.find(part) != std::string::npos; });
}

}  // namespace

TEST_CASE("a ticket is opened with everything and its finding is told") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    RemoteFixture r(s);
    ChangeSet set = r.opening("a");
    set.open_ticket->priority_id = r.f.id("priority", "High");
    set.open_ticket->category_id = r.f.id("category", "Threats>Malware");
    r.apply(set);
    const auto report = r.deliver();
    CHECK(report.tickets == 1);
    CHECK(report.failed == 0);
    CHECK(report.waiting == 0);
    const auto& there = r.psa.only();
    CHECK(there.made_of.title == "Ticket of a");
    CHECK(there.made_of.body_markdown == "Body of a");
    CHECK(there.made_of.client_id == "c1");
    CHECK(there.made_of.board_id == "b1");
    CHECK(there.made_of.priority_id == "p2");
    CHECK(there.made_of.category_id == "k1");
    CHECK(there.made_of.token == psa::ticket_token("huntress", "https://api.huntress.io", "Acme MSP", "a"));
    const auto link = r.link("t1");
    CHECK(link.is_current);
    CHECK(link.number == "1");
    CHECK(link.url == "https://psa.example/tickets?id=1");
    CHECK(link.updated_at == there.row.updated_at);
    CHECK(link.closed == false);
    CHECK(link.priority == "High");
    CHECK(link.assignee == "");
    CHECK(r.events() == Texts{"a created 1 https://psa.example/tickets?id=1"});
    CHECK(r.psa.calls["find_ticket"] == 0);
    CHECK(r.deliver().tickets == 0);
    CHECK(r.psa.all.size() == 1);
  });
}

TEST_CASE("notes and updates follow in order") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    RemoteFixture r(s);
    r.apply(r.opening("a"));
    r.note("a", "one");
    r.note("a", "two");
    r.prioritise("a", "Critical");
    ChangeSet body = r.changing("a");
    body.body_markdown = "Better body";
    r.apply(body);
    ChangeSet last = r.changing("a");
    last.notes = {"three"};
    last.ticket_action = TicketAction::close;
    r.apply(last);
    const auto report = r.deliver();
    CHECK(report.tickets == 1);
    CHECK(report.notes == 3);
    CHECK(report.updates == 3);
    CHECK(report.waiting == 0);
    const auto& there = r.psa.only();
    CHECK(RemoteFixture::notes_of(there) == Texts{"one", "two", "three"});
    CHECK(there.row.priority_name == "Critical");
    CHECK(there.row.closed);
    CHECK(there.made_of.body_markdown == "Better body");
    const auto link = r.link("t1");
    CHECK(link.closed == true);
    CHECK(link.priority == "Critical");
    CHECK(link.seen_notes.size() == 3);

    r.act("a", TicketAction::reopen);
    r.deliver();
    CHECK_FALSE(there.row.closed);
    CHECK(there.row.status_id == "s1");
    r.events();
    r.pull();
    CHECK(r.events() == Texts{});
  });
}

TEST_CASE("many tickets are opened one after the other and their notes sent together") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    RemoteFixture r(s);
    std::vector<ChangeSet> sets;
    for (int i = 0; i < 100; ++i) sets.push_back(r.opening("f" + std::to_string(i)));
    for (auto& set : sets) set.notes = {"first"};
    r.apply(sets);
    const auto report = r.deliver();
    CHECK(report.tickets == 100);
    CHECK(report.notes == 100);
    CHECK(r.psa.calls["create"] == 100);
    CHECK(r.psa.calls["add_notes"] <= 10);
    CHECK(r.psa.calls["notes"] == 0);
    CHECK(r.events().size() == 100);
  });
}

TEST_CASE("an unknown outcome is looked up before anything is sent again") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    for (const Fault fault : {Fault::lost_request, Fault::lost_answer}) {
      RemoteFixture r(s, fault == Fault::lost_answer ? "psa-a" : "psa-b");
      const std::string id = fault == Fault::lost_answer ? "a" : "b";
      r.apply(r.opening(id));
      r.psa.fail_operation(1, fault);
      auto report = r.deliver();
      CHECK(report.tickets == (fault == Fault::lost_request ? 1 : 0));
      CHECK(report.adopted == (fault == Fault::lost_answer ? 1 : 0));
      CHECK(report.failed == 1);
      CHECK(report.waiting == 0);
      CHECK(report.errors.size() == 1);
      CHECK(r.psa.calls["find_ticket"] == 1);
      CHECK(r.psa.all.size() == 1);
      CHECK(r.events().size() == 1);

      r.note(id, "words");
      r.psa.fail_operation(1, fault);
      report = r.deliver();
      CHECK(report.notes == 1);
      CHECK(report.waiting == 0);
      CHECK(RemoteFixture::notes_of(r.psa.only()) == Texts{"words"});

      r.prioritise(id, "Critical");
      r.psa.fail_operation(1, fault);
      report = r.deliver();
      CHECK(report.updates == 1);
      CHECK(report.waiting == 0);
      CHECK(r.psa.only().row.priority_name == "Critical");
      r.pull();
      CHECK(r.events() == Texts{});
    }
  });
}

TEST_CASE("a ticket that may exist is taken over with all that happened on it") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    RemoteFixture r(s);
    r.apply(r.opening("a"));
    r.deliver();
    r.psa.person_writes(r.psa.only(), "Ann", "told by the lost installation");
    // The database is lost, the PSA is not.
    for (const char* table : {"picket_remote_tickets", "picket_ticket_events", "rmm_alerts", "comments", "comment_threads", "tickets"})
      s.db.execute_once("DELETE FROM " + std::string(table));
    r.restart();
    r.pass(48h);
    ChangeSet again = r.opening("a");
    again.open_ticket->may_exist = true;
    ChangeSet other = r.opening("b");
    other.open_ticket->may_exist = true;
    r.apply({again, other});
    const auto report = r.deliver();
    CHECK(report.adopted == 1);
    CHECK(report.tickets == 1);
    CHECK(r.psa.all.size() == 2);
    r.pull();
    CHECK(r.events() == Texts{"b created 3 https://psa.example/tickets?id=3"});
    r.psa.person_writes(r.psa.titled("Ticket of a"), "Ann", "new");
    r.pull();
    CHECK(r.events() == Texts{"a note Ann: new"});
  });
}

TEST_CASE("taking over a ticket from before ends well although it is interrupted") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    RemoteFixture r(s);
    r.apply(r.opening("a"));
    r.deliver();
    r.psa.person_writes(r.psa.only(), "Ann", "told by the lost installation");
    for (const char* table : {"picket_remote_tickets", "picket_ticket_events", "rmm_alerts", "tickets"})
      s.db.execute_once("DELETE FROM " + std::string(table));
    ChangeSet again = r.opening("a");
    again.open_ticket->may_exist = true;
    r.apply(again);
    const auto fail_at = [&](const std::string& statement) {
      s.db.set_statement_hook([statement](std::string_view sql) {
        if (sql.starts_with(statement)) throw Error(Status::unavailable, "the disk is full");
      });
      CHECK_THROWS_WITH_AS(r.deliver(), "the disk is full", Error);
      s.db.set_statement_hook({});
      r.restart();
    };
    fail_at("INSERT INTO picket_remote_tickets");
    fail_at("DELETE FROM picket_outbox");
    r.psa.fail_operation(2, Fault::crash_before);
    CHECK_THROWS_AS(r.deliver(), test::Crash);
    r.psa.fail_operation(2, Fault::not_done);
    CHECK(r.deliver().failed == 1);
    r.pass(11s);
    CHECK(r.deliver().adopted == 1);
    r.pull();
    CHECK(r.events() == Texts{});
    CHECK(r.psa.all.size() == 1);
  });
}

TEST_CASE("tickets that a PSA makes at once are all told whatever becomes of the first") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    RemoteFixture r(s);
    r.psa.creates_at_once = true;
    std::vector<ChangeSet> sets;
    for (int i = 0; i < 10; ++i) sets.push_back(r.opening("f" + std::to_string(i)));
    r.apply(sets);
    int writes = 0;
    s.db.set_statement_hook([&](std::string_view sql) {
      if (sql.starts_with("INSERT INTO picket_remote_tickets") && ++writes == 3) throw Error(Status::unavailable, "the disk is full");
    });
    CHECK_THROWS_WITH_AS(r.deliver(), "the disk is full", Error);
    s.db.set_statement_hook({});
    CHECK(r.psa.all.size() == 10);
    CHECK(r.waiting() == 1);
    r.restart();
    CHECK(r.deliver().adopted == 1);
    CHECK(r.psa.all.size() == 10);
    CHECK(r.events().size() == 10);

    // An outage begins while many are under way.
    sets.clear();
    for (int i = 10; i < 20; ++i) sets.push_back(r.opening("f" + std::to_string(i)));
    r.apply(sets);
    r.psa.fail_all(Fault::lost_answer);
    CHECK(r.deliver().waiting == 10);
    r.psa.fail_all(Fault::none);
    r.pass(1min);
    const auto report = r.deliver();
    CHECK(report.adopted == 3);
    CHECK(report.tickets == 7);
    CHECK(r.psa.all.size() == 20);
  });
}

TEST_CASE("a ticket from before that is closed is taken over as closed and nothing is told again") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    RemoteFixture r(s);
    r.apply(r.opening("a"));
    r.deliver();
    r.psa.person_closes(r.psa.only(), "Cleaned");
    for (const char* table : {"picket_remote_tickets", "picket_ticket_events", "rmm_alerts", "tickets"})
      s.db.execute_once("DELETE FROM " + std::string(table));
    ChangeSet again = r.opening("a");
    again.open_ticket->may_exist = true;
    r.apply(again);
    CHECK(r.deliver().adopted == 1);
    CHECK(r.link("t1").closed == true);
    r.pull();
    CHECK(r.events() == Texts{});
    r.note("a", "It is back");
    CHECK(r.deliver().follow_ups == 1);
    r.pull();
    CHECK(r.events() == Texts{});
  });
}

TEST_CASE("the first change of what the answer to a creation did not say is told") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    RemoteFixture r(s);
    r.psa.creation_says_all = false;
    ChangeSet set = r.opening("a");
    set.open_ticket->priority_id = r.f.id("priority", "High");
    r.apply({set, r.opening("b")});
    r.deliver();
    r.events();
    for (auto& [id, ticket] : r.psa.all) {
      r.psa.person_sets_priority(ticket, "Low");
      r.psa.person_assigns(ticket, "Bob");
    }
    r.pull();
    // Which priority the PSA itself gave to the other one is not known.
    CHECK(r.events() == Texts{"a priority (High -> Low)", "a assignee ( -> Bob)", "b assignee ( -> Bob)"});
    CHECK(r.link("t2").priority == "Low");
  });
}

TEST_CASE("a priority that the PSA gave by itself is known after the first look") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    RemoteFixture r(s);
    r.psa.creation_says_all = false;
    r.apply(r.opening("a"));
    r.deliver();
    r.events();
    CHECK(r.link("t1").updated_at.empty());
    r.pull();
    CHECK(r.link("t1").priority == "Medium");
    CHECK(r.events() == Texts{});
  });
}

TEST_CASE("a note for a ticket that is gone opens a follow-up and what follows is delivered there") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    for (const bool in_doubt : {false, true}) {
      const std::string id = in_doubt ? "a" : "b";
      RemoteFixture r(s, "psa-" + id);
      r.apply(r.opening(id));
      r.deliver();
      r.events();
      r.note(id, "one");
      if (in_doubt) {
        r.psa.fail_operation(1, Fault::crash_before);
        CHECK_THROWS_AS(r.deliver(), test::Crash);
        r.restart();
      }
      r.psa.all.clear();
      r.note(id, "two");
      const auto report = r.deliver();
      CHECK(report.follow_ups == 1);
      CHECK(report.notes == 1);
      CHECK(report.waiting == 0);
      CHECK(report.errors.empty());
      auto& follow_up = r.psa.titled("Follow-up of #1: Ticket of " + id);
      CHECK(follow_up.made_of.body_markdown ==
            "FakePSA refused a note because ticket #1 (https://psa.example/tickets?id=1) is gone; the note follows.\n\n---\n\none");
      CHECK(RemoteFixture::notes_of(follow_up) == Texts{"two"});
      r.pull();
      CHECK(r.events() == Texts{});
    }
  });
}

TEST_CASE("a change that is refused again and again is given up and lets what follows pass") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    RemoteFixture r(s);
    r.apply(r.opening("a"));
    r.deliver();
    r.psa.all.clear();
    r.prioritise("a", "Critical");
    r.note("a", "words");
    for (int attempt = 1; attempt <= 5; ++attempt) {
      CHECK(r.waiting() == 2);
      CHECK(store::outbox_queue(s.db, r.f.sample.tenant).given_up == 0);
      r.deliver();
      r.pass(11min);
    }
    const auto queue = store::outbox_queue(s.db, r.f.sample.tenant);
    CHECK(queue.waiting == 0);
    CHECK(queue.given_up == 1);
    CHECK(queue.last_error == "a change of ticket 1 could not be delivered in FakePSA: there is no such ticket; it is given up");
    CHECK(any_contains(r.log.lines, "given up"));
    CHECK(r.psa.titled("Follow-up of #1: Ticket of a").made_of.body_markdown.ends_with("words"));
    r.pass(24h);
    r.psa.calls.clear();
    CHECK(r.deliver().failed == 0);
    CHECK(r.psa.total_calls() == 0);
  });
}

TEST_CASE("what the PSA refuses waits with its reason and stops nothing else") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    RemoteFixture r(s);
    r.psa.refused_titles = {"Ticket of a"};
    r.apply({r.opening("a"), r.opening("b")});
    r.note("a", "later");
    auto report = r.deliver();
    CHECK(report.tickets == 1);
    CHECK(report.failed == 1);
    CHECK(report.waiting == 2);
    CHECK(any_contains(report.errors, "could not be opened in FakePSA: the title is not allowed"));
    CHECK(store::outbox_queue(s.db, r.f.sample.tenant).failing == 1);
    CHECK(r.deliver().failed == 0);  // not due yet
    r.pass(11s);
    CHECK(r.deliver().failed == 1);
    r.pass(11s);
    CHECK(r.deliver().failed == 0);  // the delay grows
    r.psa.refused_titles.clear();
    r.pass(10min);
    report = r.deliver();
    CHECK(report.tickets == 1);
    CHECK(report.notes == 1);
    CHECK(report.waiting == 0);
    CHECK(r.psa.calls["find_ticket"] == 0);  // refused: it certainly was not sent
  });
}

TEST_CASE("a note that a closed ticket refuses opens a follow-up which is the ticket from then on") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    RemoteFixture r(s);
    r.apply(r.opening("a"));
    r.deliver();
    r.psa.person_closes(r.psa.only(), "Solved");
    r.pull();
    CHECK(r.events().size() == 2);
    r.note("a", "It is back");
    auto report = r.deliver();
    CHECK(report.follow_ups == 1);
    CHECK(report.notes == 0);
    CHECK(report.waiting == 0);
    auto& follow_up = r.psa.titled("Follow-up of #1: Ticket of a");
    CHECK(follow_up.made_of.client_id == "c1");
    CHECK(follow_up.made_of.body_markdown ==
          "FakePSA refused a note because ticket #1 (https://psa.example/tickets?id=1) is closed; the note follows.\n\n---\n\nIt is back");
    CHECK_FALSE(r.link("t1").is_current);
    CHECK(r.link(follow_up.row.id).is_current);
    CHECK_FALSE(r.ours("a").row.is_closed);
    r.note("a", "And again");
    r.deliver();
    CHECK(RemoteFixture::notes_of(follow_up) == Texts{"And again"});
    r.pull();
    CHECK(r.events() == Texts{});

    // People work on both; only the current one is closed for the vendor.
    r.psa.person_writes(r.psa.titled("Ticket of a"), "Ann", "see the follow-up");
    r.psa.person_sets_priority(r.psa.titled("Ticket of a"), "Low");
    r.psa.person_writes(follow_up, "Bob", "on it");
    r.psa.person_closes(follow_up, "Solved for good");
    r.pull();
    auto events = r.events();
    std::sort(events.begin(), events.end());
    CHECK(events == Texts{"a closed: Solved for good", "a note Ann: see the follow-up", "a note Bob: on it"});
    CHECK(r.ours("a").row.is_closed);
  });
}

TEST_CASE("whoever closed a ticket is heard before its follow-up is opened") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    RemoteFixture r(s);
    r.apply(r.opening("a"));
    r.deliver();
    r.events();
    r.psa.person_writes(r.psa.only(), "Ann", "a last look");
    r.psa.person_closes(r.psa.only(), "Solved");
    r.note("a", "It is back");
    CHECK(r.deliver().follow_ups == 1);
    CHECK(r.events() == Texts{"a note Ann: a last look", "a closed: Solved"});
    r.pull();
    CHECK(r.events() == Texts{});
  });
}

TEST_CASE("a follow-up whose outcome was unknown is found again") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    for (const Fault fault : {Fault::lost_request, Fault::lost_answer}) {
      const std::string id = fault == Fault::lost_answer ? "a" : "b";
      RemoteFixture r(s, "psa-" + id);
      r.apply(r.opening(id));
      r.deliver();
      r.psa.person_closes(r.psa.only(), "");
      r.pull();
      r.events();
      r.note(id, "It is back");
      r.psa.fail_operation(2, fault);  // the note is refused, then the follow-up is lost
      const auto report = r.deliver();
      CHECK(report.follow_ups == 1);
      CHECK(report.waiting == 0);
      CHECK(r.psa.all.size() == 2);
      CHECK(r.psa.titled("Follow-up of #1: Ticket of " + id).notes.empty());
      CHECK(r.events() == Texts{});
    }
  });
}

TEST_CASE("a closing that follows a refused note closes the follow-up") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    RemoteFixture r(s);
    r.apply(r.opening("a"));
    r.deliver();
    ChangeSet last = r.changing("a");
    last.notes = {"Resolved"};
    last.ticket_action = TicketAction::close;
    r.apply(last);
    r.psa.person_closes(r.psa.only(), "");
    const auto report = r.deliver();
    CHECK(report.follow_ups == 1);
    CHECK(report.updates == 1);
    CHECK(r.psa.titled("Follow-up of #1: Ticket of a").row.closed);
    CHECK(r.ours("a").row.is_closed);
    r.events();
    r.pull();
    CHECK(r.events() == Texts{});
  });
}

TEST_CASE("when the PSA is away the delivery stops and little is in doubt afterwards") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    RemoteFixture r(s);
    std::vector<ChangeSet> sets;
    for (int i = 0; i < 40; ++i) sets.push_back(r.opening("f" + std::to_string(i)));
    r.apply(sets);
    r.psa.fail_all(Fault::lost_request);
    auto report = r.deliver();
    CHECK(report.failed == 3);
    CHECK(report.waiting == 40);
    CHECK(report.errors == Texts{"FakePSA takes nothing at the moment: the connection was lost"});
    CHECK(r.psa.calls["create"] == 3);
    CHECK(any_contains(r.log.lines, "takes nothing"));
    r.psa.fail_all(Fault::none);
    r.pass(1min);
    report = r.deliver();
    CHECK(report.tickets == 40);
    CHECK(report.waiting == 0);
    CHECK(report.errors.empty());
    CHECK(r.psa.calls["find_ticket"] == 3);
  });
}

TEST_CASE("credentials that are refused stop the delivery at once") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    RemoteFixture r(s);
    ChangeSet one = r.opening("a"), two = r.opening("b");
    one.open_ticket->may_exist = two.open_ticket->may_exist = true;
    r.apply({one, two});
    r.psa.fail_all(Fault::not_done, Status::auth);
    const auto report = r.deliver();
    CHECK(report.waiting == 2);
    CHECK(report.failed == 1);
    CHECK(report.errors.size() == 1);
    CHECK(r.psa.total_calls() == 2);  // the directory and one look-up
  });
}

TEST_CASE("a note for a ticket that the PSA never got opens it first") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    RemoteFixture r(s);
    r.apply(r.opening("a"));
    s.db.execute_once("DELETE FROM picket_outbox");
    r.note("a", "words");
    const auto report = r.deliver();
    CHECK(report.tickets == 1);
    CHECK(report.notes == 1);
    CHECK(RemoteFixture::notes_of(r.psa.only()) == Texts{"words"});
    CHECK(r.events().size() == 1);
  });
}

TEST_CASE("what the PSA does not know is left to its defaults and said") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    RemoteFixture r(s);
    ChangeSet set = r.opening("a");
    set.open_ticket->client_id = r.f.id("client", "Fallback");
    set.open_ticket->board_id = r.f.id("board", "Triage");
    r.apply(set);
    CHECK(r.deliver().tickets == 1);
    CHECK(r.psa.only().made_of.client_id.empty());
    CHECK(r.psa.only().made_of.board_id.empty());
    CHECK(any_contains(r.log.lines, "the client of ticket"));
    CHECK(any_contains(r.log.lines, "the board of ticket"));
  });
}

TEST_CASE("a database error ends the delivery and what was not recorded is looked up") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    RemoteFixture r(s);
    r.apply({r.opening("a"), r.opening("b")});
    bool failed = false;
    s.db.set_statement_hook([&](std::string_view sql) {
      if (failed || !sql.starts_with("INSERT INTO picket_remote_tickets")) return;
      failed = true;
      throw Error(Status::unavailable, "the disk is full");
    });
    CHECK_THROWS_WITH_AS(r.deliver(), "the disk is full", Error);
    s.db.set_statement_hook({});
    CHECK(r.psa.all.size() == 1);
    r.restart();
    const auto report = r.deliver();
    CHECK(report.adopted == 1);
    CHECK(report.tickets == 1);
    CHECK(r.psa.all.size() == 2);
    CHECK(r.events().size() == 2);
  });
}

TEST_CASE("a delivery that lost its lease records nothing more") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    RemoteFixture r(s);
    r.apply(r.opening("a"));
    store::Lease lease(s.db, r.f.clock, r.f.sample.tenant, "remote PSA", "a delivery");
    store::revoke_lease(s.db, r.f.sample.tenant, "remote PSA");
    CHECK_THROWS_AS(r.sync->deliver(r.call(), &lease), Error);
    CHECK(r.psa.all.empty());
    CHECK(r.waiting() == 1);
  });
}

TEST_CASE("a delivery that is cancelled leaves what it did not send undoubted") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    RemoteFixture r(s);
    r.apply(r.opening("a"));
    const std::atomic<bool> cancel{true};
    host::Call call = r.call();
    call.cancel = &cancel;
    CHECK_THROWS_AS(r.sync->deliver(call, nullptr), Error);
    CHECK(r.deliver().tickets == 1);
    CHECK(r.psa.calls["find_ticket"] == 0);
  });
}
