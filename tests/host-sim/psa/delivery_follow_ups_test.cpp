#include <doctest/doctest.h>

#include "tests/host-sim/psa/psa_fixture.hpp"

using namespace picket;
using test::Fault;
using test::RemoteFixture;
using test::Texts;

TEST_CASE("a note for a ticket that is gone opens a follow-up and what follows is delivered there") {
  for (const bool in_doubt : {false, true})
    test::for_each_remote_psa([&](RemoteFixture& r) {
      r.open("a");
      r.note("a", "one");
      if (in_doubt) {
        r.psa.fail_operation(1, Fault::crash_before);
        CHECK_THROWS_AS(r.deliver(), test::Crash);
        r.restart();
      }
      r.psa.all.clear();
      r.note("a", "two");
      const auto report = r.deliver();
      CHECK(report.follow_ups == 1);
      CHECK(report.notes == 1);
      CHECK(report.waiting == 0);
      CHECK(report.errors.empty());
      auto& follow_up = r.psa.titled("Follow-up of #1: Ticket of a");
      CHECK(follow_up.made_of.body_markdown ==
            "FakePSA refused a note because ticket #1 (https://psa.example/tickets?id=1) is gone; the note follows.\n\n---\n\none");
      CHECK(r.notes_of(follow_up) == Texts{"two"});
      r.pull();
      CHECK(r.events() == Texts{});
    });
}

PSA_TEST_CASE("a note that a closed ticket refuses opens a follow-up which is the ticket from then on") {
  r.open("a");
  r.psa.technician_closes(r.psa.only(), "Solved");
  r.pull();
  CHECK(r.events().size() == 1);
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
  CHECK(r.notes_of(follow_up) == Texts{"And again"});
  r.pull();
  CHECK(r.events() == Texts{});

  // Technicians work on both; only the current one is closed for the vendor.
  r.psa.technician_writes(r.psa.titled("Ticket of a"), "Ann", "see the follow-up");
  r.psa.technician_sets_priority(r.psa.titled("Ticket of a"), "Low");
  r.psa.technician_writes(follow_up, "Bob", "on it");
  r.psa.technician_closes(follow_up, "Solved for good");
  r.pull();
  auto events = r.events();
  std::sort(events.begin(), events.end());
  CHECK(events == Texts{"a closed: Solved for good", "a note Ann: see the follow-up", "a note Bob: on it"});
  CHECK(r.ours("a").row.is_closed);
}

PSA_TEST_CASE("the act that closed a ticket is read before its follow-up is opened") {
  r.open("a");
  r.psa.technician_writes(r.psa.only(), "Ann", "a last look");
  r.psa.technician_closes(r.psa.only(), "Solved");
  r.note("a", "It is back");
  CHECK(r.deliver().follow_ups == 1);
  CHECK(r.events() == Texts{"a note Ann: a last look", "a closed: Solved"});
  r.pull();
  CHECK(r.events() == Texts{});
}

TEST_CASE("a follow-up whose outcome was unknown is found again") {
  for (const Fault fault : {Fault::lost_request, Fault::lost_answer})
    test::for_each_remote_psa([&](RemoteFixture& r) {
      r.open("a");
      r.psa.technician_closes(r.psa.only(), "");
      r.pull();
      r.events();
      r.note("a", "It is back");
      r.psa.fail_operation(2, fault);  // the note is refused, then the follow-up is lost
      const auto report = r.deliver();
      CHECK(report.follow_ups == 1);
      CHECK(report.waiting == 0);
      CHECK(r.psa.all.size() == 2);
      CHECK(r.psa.titled("Follow-up of #1: Ticket of a").notes.empty());
      CHECK(r.events() == Texts{});
    });
}

PSA_TEST_CASE("a closing that follows a refused note closes the follow-up") {
  r.open("a");
  ChangeSet last = r.changing("a");
  last.notes = {"Resolved"};
  last.ticket_action = TicketAction::close;
  r.apply(last);
  r.psa.technician_closes(r.psa.only(), "");
  const auto report = r.deliver();
  CHECK(report.follow_ups == 1);
  CHECK(report.updates == 1);
  CHECK(r.psa.titled("Follow-up of #1: Ticket of a").row.closed);
  CHECK(r.ours("a").row.is_closed);
  r.events();
  r.pull();
  CHECK(r.events() == Texts{});
}
