#include <doctest/doctest.h>

#include <atomic>

#include "tests/host-sim/psa/psa_fixture.hpp"

using namespace picket;
using namespace std::chrono_literals;
using test::Fault;
using test::RemoteFixture;
using test::Texts;

TEST_CASE("an unknown outcome is looked up before anything is sent again") {
  for (const Fault fault : {Fault::lost_request, Fault::lost_answer})
    test::for_each_remote_psa([&](RemoteFixture& r) {
      r.apply(r.opening("a"));
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

      r.note("a", "words");
      r.psa.fail_operation(1, fault);
      report = r.deliver();
      CHECK(report.notes == 1);
      CHECK(report.waiting == 0);
      CHECK(r.notes_of(r.psa.only()) == Texts{"words"});

      r.prioritise("a", "Critical");
      r.psa.fail_operation(1, fault);
      report = r.deliver();
      CHECK(report.updates == 1);
      CHECK(report.waiting == 0);
      CHECK(r.psa.only().row.priority_name == "Critical");
      r.pull();
      CHECK(r.events() == Texts{});
    });
}

PSA_TEST_CASE("a ticket that may exist is taken over with all that happened on it") {
  r.open("a");
  r.psa.technician_writes(r.psa.only(), "Ann", "sent by the lost installation");
  r.lose_database();
  r.pass(48h);
  r.apply({r.opening_of_what_may_exist("a"), r.opening_of_what_may_exist("b")});
  const auto report = r.deliver();
  CHECK(report.adopted == 1);
  CHECK(report.tickets == 1);
  CHECK(r.psa.all.size() == 2);
  r.pull();
  CHECK(r.events() == Texts{"b created 3 https://psa.example/tickets?id=3"});
  r.psa.technician_writes(r.psa.titled("Ticket of a"), "Ann", "new");
  r.pull();
  CHECK(r.events() == Texts{"a note Ann: new"});
}

PSA_TEST_CASE("taking over a ticket from before ends well although it is interrupted") {
  r.open("a");
  r.psa.technician_writes(r.psa.only(), "Ann", "sent by the lost installation");
  r.lose_database();
  r.apply(r.opening_of_what_may_exist("a"));
  r.deliver_and_fail_at("INSERT INTO picket_remote_tickets");
  r.deliver_and_fail_at("DELETE FROM picket_outbox");
  r.psa.fail_operation(2, Fault::crash_before);
  CHECK_THROWS_AS(r.deliver(), test::Crash);
  r.psa.fail_operation(2, Fault::not_done);
  CHECK(r.deliver().failed == 1);
  r.pass(11s);
  CHECK(r.deliver().adopted == 1);
  r.pull();
  CHECK(r.events() == Texts{});
  CHECK(r.psa.all.size() == 1);
}

PSA_TEST_CASE("tickets that a PSA creates at once are all recorded whatever becomes of the first") {
  r.psa.creates_at_once = true;
  r.apply_openings(0, 10);
  r.deliver_and_fail_at("INSERT INTO picket_remote_tickets", 3);
  CHECK(r.psa.all.size() == 10);
  CHECK(r.waiting() == 1);
  CHECK(r.deliver().adopted == 1);
  CHECK(r.psa.all.size() == 10);
  CHECK(r.events().size() == 10);

  // An outage begins while many are under way.
  r.apply_openings(10, 20);
  r.psa.fail_all(Fault::lost_answer);
  CHECK(r.deliver().waiting == 10);
  r.psa.fail_all(Fault::none);
  r.pass(1min);
  const auto report = r.deliver();
  CHECK(report.adopted == 3);
  CHECK(report.tickets == 7);
  CHECK(r.psa.all.size() == 20);
}

PSA_TEST_CASE("a ticket from before that is closed is taken over as closed and nothing is sent to the vendor again") {
  r.open("a");
  r.psa.technician_closes(r.psa.only(), "Cleaned");
  r.lose_database();
  r.apply(r.opening_of_what_may_exist("a"));
  CHECK(r.deliver().adopted == 1);
  CHECK(r.link("t1").closed == true);
  r.pull();
  CHECK(r.events() == Texts{});
  r.note("a", "It is back");
  CHECK(r.deliver().follow_ups == 1);
  r.pull();
  CHECK(r.events() == Texts{});
}

PSA_TEST_CASE("a change that is refused for a day is given up and lets what follows pass") {
  r.open("a");
  r.psa.all.clear();
  r.prioritise("a", "Critical");
  r.prioritise("a", "Low");
  r.deliver();
  for (int half_hours = 0; half_hours < 47; ++half_hours) {
    CHECK(r.waiting() == 2);
    CHECK(r.queue().given_up == 0);
    r.pass(30min);
    r.deliver();
  }
  CHECK(r.queue().last_error == "a change of ticket 1 could not be delivered in FakePSA: there is no such ticket");
  r.pass(1h);
  r.deliver();
  const auto queue = r.queue();
  CHECK(queue.waiting == 1);  // the second change, whose own day begins
  CHECK(queue.given_up == 1);
  CHECK(test::any_contains(r.log.lines, "there is no such ticket; it is given up, \"picket outbox\" shows it and can send it again"));
  for (int half_hours = 0; half_hours < 49; ++half_hours) {
    r.pass(30min);
    r.deliver();
  }
  CHECK(r.queue().given_up == 2);
  r.pass(24h);
  r.psa.calls.clear();
  CHECK(r.deliver().failed == 0);
  CHECK(r.psa.total_calls() == 0);
}

PSA_TEST_CASE("a note does not wait for a change that is refused") {
  r.open("a");
  r.psa.all.clear();
  r.prioritise("a", "Critical");
  r.note("a", "words");
  r.deliver();
  CHECK(r.waiting() == 1);
  CHECK(r.psa.titled("Follow-up of #1: Ticket of a").made_of.body_markdown.ends_with("words"));
}

PSA_TEST_CASE("what the PSA may not be asked is never given up") {
  r.open("a");
  r.prioritise("a", "Critical");
  for (int hours = 0; hours < 72; ++hours) {
    r.psa.fail_all(Fault::not_permitted);
    const auto report = r.deliver();
    CHECK(report.failed == 1);
    CHECK(test::any_contains(report.errors, "a right is missing"));
    r.psa.fail_all(Fault::none);
    r.pass(1h);
  }
  CHECK(r.queue().given_up == 0);
  CHECK(r.deliver().updates == 1);
  CHECK(r.psa.only().row.priority_name == "Critical");
}

PSA_TEST_CASE("what the PSA refuses waits with its reason and stops nothing else") {
  r.psa.refused_titles = {"Ticket of a"};
  r.apply({r.opening("a"), r.opening("b")});
  r.note("a", "later");
  auto report = r.deliver();
  CHECK(report.tickets == 1);
  CHECK(report.failed == 1);
  CHECK(report.waiting == 2);
  CHECK(test::any_contains(report.errors, "could not be opened in FakePSA: the title is not allowed"));
  CHECK(r.queue().failing == 1);
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
}

PSA_TEST_CASE("when the PSA is away the delivery stops and little is in doubt afterwards") {
  r.apply_openings(0, 40);
  r.psa.fail_all(Fault::lost_request);
  auto report = r.deliver();
  CHECK(report.failed == 3);
  CHECK(report.waiting == 40);
  CHECK(report.errors == Texts{"FakePSA takes nothing at the moment: the connection was lost"});
  CHECK(r.psa.calls["create"] == 3);
  CHECK(test::any_contains(r.log.lines, "takes nothing"));
  r.psa.fail_all(Fault::none);
  r.pass(1min);
  report = r.deliver();
  CHECK(report.tickets == 40);
  CHECK(report.waiting == 0);
  CHECK(report.errors.empty());
  CHECK(r.psa.calls["find_ticket"] == 3);
}

PSA_TEST_CASE("credentials that are refused stop the delivery at once") {
  r.apply({r.opening_of_what_may_exist("a"), r.opening_of_what_may_exist("b")});
  r.psa.fail_all(Fault::not_done, Status::auth);
  const auto report = r.deliver();
  CHECK(report.waiting == 2);
  CHECK(report.failed == 1);
  CHECK(report.errors.size() == 1);
  CHECK(r.psa.total_calls() == 2);  // the directory and one look-up
}

PSA_TEST_CASE("a database error ends the delivery and what was not recorded is looked up") {
  r.apply({r.opening("a"), r.opening("b")});
  r.deliver_and_fail_at("INSERT INTO picket_remote_tickets");
  CHECK(r.psa.all.size() == 1);
  const auto report = r.deliver();
  CHECK(report.adopted == 1);
  CHECK(report.tickets == 1);
  CHECK(r.psa.all.size() == 2);
  CHECK(r.events().size() == 2);
}

PSA_TEST_CASE("a delivery that lost its lease records nothing more") {
  r.apply(r.opening("a"));
  store::Lease lease(r.db(), r.f.clock, r.tenant(), "remote PSA", "a delivery");
  store::revoke_lease(r.db(), r.tenant(), "remote PSA");
  CHECK_THROWS_AS(static_cast<void>(r.sync->deliver(r.call(), &lease)), Error);
  CHECK(r.psa.all.empty());
  CHECK(r.waiting() == 1);
}

PSA_TEST_CASE("a delivery that is cancelled leaves what it did not send out of doubt") {
  r.apply(r.opening("a"));
  const std::atomic<bool> cancel{true};
  host::Call call = r.call();
  call.cancel = &cancel;
  CHECK_THROWS_AS(static_cast<void>(r.sync->deliver(call, nullptr)), Error);
  CHECK(r.deliver().tickets == 1);
  CHECK(r.psa.calls["find_ticket"] == 0);
}
