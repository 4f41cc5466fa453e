// What a PSA answers is not always what it did, and a ticket has more ways to leave the open state than being closed.
#include "tests/host-sim/psa/psa_fixture.hpp"

using namespace picket;
using namespace picket::test;
using psa::Outcome;

namespace {

void close(RemoteFixture& r, const std::string& external_id) {
  ChangeSet set = r.changing(external_id);
  set.alert->resolved_at = r.f.clock.now();
  set.ticket_action = TicketAction::close;
  r.apply(set);
}

}  // namespace

PSA_TEST_CASE("a ticket that was restated is sent with its title, board and priority") {
  r.open("a");
  ChangeSet set = r.changing("a");
  set.restated_ticket = r.opening("a").open_ticket;
  set.restated_ticket->title = "The real title";
  set.restated_ticket->body_markdown = "The real body";
  r.apply(set);
  CHECK(r.deliver().updates == 1);
  CHECK(r.psa.only().made_of.title == "The real title");
  CHECK(r.psa.only().made_of.body_markdown == "The real body");
}

PSA_TEST_CASE("a ticket with the same token that shows up later is noted on both tickets, once, and reported") {
  r.open("a");
  r.psa.show_again(r.psa.only(), "t900");
  const auto pulled = r.pull();
  REQUIRE(pulled.errors.size() == 1);
  CHECK(pulled.errors[0].find("ticket 900 in FakePSA is a second one of the finding of ticket 1") != std::string::npos);
  r.deliver();
  CHECK(r.pull().errors.empty());
  REQUIRE(r.psa.all.at("t900").notes.size() == 1);
  CHECK(r.psa.all.at("t900").notes[0].text.find("duplicate of 1") != std::string::npos);
  CHECK(r.psa.all.at("t1").notes.size() == 1);
  CHECK(r.events() == Texts{});
}

PSA_TEST_CASE("a closing that is answered and ignored is reported, tried again, and never a technician's reopening") {
  r.open("a");
  r.psa.ignores_status = true;
  close(r, "a");
  const auto report = r.deliver();
  CHECK(report.failed == 1);
  REQUIRE(report.errors.size() == 1);
  CHECK(report.errors[0].find("its status is as before") != std::string::npos);
  r.pull();
  CHECK(r.events() == Texts{});
  r.psa.ignores_status = false;
  r.f.clock.advance(std::chrono::hours{1});
  CHECK(r.deliver().updates == 1);
  CHECK(r.psa.only().row.closed);
  r.pull();
  CHECK(r.events() == Texts{});
}

PSA_TEST_CASE("a merged ticket is followed into one that is not ours, and what was written there before is none of our business") {
  r.open("a");
  auto& other = r.psa.all["t900"];
  other.row.id = "t900";
  other.row.number = "900";
  other.row.status_id = "s1";
  r.psa.technician_writes(other, "Ann", "about something else");
  r.f.clock.advance(std::chrono::minutes{1});
  r.psa.technician_merges(r.psa.all.at("t1"), "t900");
  r.pull();
  CHECK(r.events() == Texts{});
  r.note("a", "It goes on");
  r.deliver();
  CHECK(r.notes_of(other) == Texts{"about something else", "It goes on"});
  r.f.clock.advance(std::chrono::minutes{1});
  r.psa.technician_writes(other, "Ann", "seen");
  r.pull();
  CHECK(r.events().size() == 1);
}

PSA_TEST_CASE("a note that may have been sent before its ticket was merged is there once, wherever") {
  const struct {
    const char* what;
    const char* finding;
    Fault fault;
    bool into_ours;
  } cases[] = {{.what = "sent, into a ticket that is not ours", .finding = "a", .fault = Fault::crash_after, .into_ours = false},
               {.what = "not sent, into a ticket that is not ours", .finding = "b", .fault = Fault::crash_before, .into_ours = false},
               {.what = "sent, into one of ours", .finding = "c", .fault = Fault::crash_after, .into_ours = true},
               {.what = "not sent, into one of ours", .finding = "d", .fault = Fault::crash_before, .into_ours = true}};
  r.open("ours");
  for (const auto& c : cases) {
    CAPTURE(c.what);
    const std::string finding = c.finding;
    r.open(finding);
    auto& merged = r.psa.titled("Ticket of " + finding);
    const std::string into = c.into_ours ? r.psa.titled("Ticket of ours").row.id : "t90" + finding;
    auto& other = r.psa.all[into];
    other.row.id = into;
    other.row.number = into;
    other.row.status_id = "s1";
    r.note(finding, "It goes on");
    const std::size_t before = r.notes_of(other).size();
    r.psa.fail_operation(1, c.fault);
    CHECK_THROWS_AS(r.deliver(), Crash);
    r.restart();
    r.f.clock.advance(std::chrono::minutes{1});
    r.psa.technician_merges(merged, into);
    r.pull();
    CHECK(r.deliver().notes == 1);
    CHECK(r.notes_of(merged).size() + r.notes_of(other).size() == before + 1);
    CHECK(r.waiting() == 0);
    r.pull();
    CHECK(r.events() == Texts{});
  }
}

PSA_TEST_CASE("tickets of two findings that were merged are one: acts reach both findings, notes of both the one ticket") {
  r.open("a");
  r.open("b");
  auto& first = r.psa.titled("Ticket of a");
  auto& second = r.psa.titled("Ticket of b");
  r.psa.technician_merges(first, second.row.id);
  r.pull();
  CHECK(r.events() == Texts{});
  r.note("a", "of a");
  r.note("b", "of b");
  r.deliver();
  r.deliver();
  CHECK(r.notes_of(second) == Texts{"of a", "of b"});
  r.psa.technician_writes(second, "Ann", "both");
  r.pull();
  CHECK(r.events().size() == 2);
}

PSA_TEST_CASE("a ticket that is merged into a merged one is followed to the last, and none opens in its stead") {
  for (const char* finding : {"a", "b", "c"}) r.open(finding);
  auto& a = r.psa.titled("Ticket of a");
  auto& b = r.psa.titled("Ticket of b");
  auto& c = r.psa.titled("Ticket of c");
  r.psa.technician_merges(b, c.row.id);
  r.pull();
  r.psa.technician_merges(a, b.row.id);
  r.pull();
  for (const char* finding : {"a", "b"}) r.note(finding, std::string("of ") + finding);
  r.deliver();
  r.deliver();
  CHECK(r.psa.all.size() == 3);
  CHECK(r.notes_of(c) == Texts{"of a", "of b"});
  r.psa.technician_writes(c, "Ann", "all three");
  r.pull();
  CHECK(r.events().size() == 3);
}

PSA_TEST_CASE("a ticket that is merged into one whose creation is still in doubt shares it once that is found") {
  r.open("a");
  r.apply(r.opening("b"));
  r.psa.fail_operation(1, Fault::crash_after);
  CHECK_THROWS_AS(r.deliver(), Crash);
  r.restart();
  auto& b = r.psa.titled("Ticket of b");
  r.psa.technician_merges(r.psa.titled("Ticket of a"), b.row.id);
  r.pull();
  r.deliver();
  for (const char* finding : {"a", "b"}) r.note(finding, std::string("of ") + finding);
  r.deliver();
  r.deliver();
  CHECK(r.psa.all.size() == 2);
  CHECK(r.notes_of(b) == Texts{"of a", "of b"});
}

PSA_TEST_CASE("a note that reopens a closed ticket is undone, unless a reopening of ours was given up") {
  r.psa.closed_refuse_notes = false;
  r.psa.notes_reopen = true;
  for (const bool wants_to_reopen : {false, true}) {
    CAPTURE(wants_to_reopen);
    const std::string finding = wants_to_reopen ? "b" : "a";
    r.open(finding);
    close(r, finding);
    r.deliver();
    if (wants_to_reopen) {
      r.act(finding, TicketAction::reopen);
      const auto reopening = store::list_outbox(r.db(), r.tenant()).at(0);
      store::outbox_retry.give_up(r.db(), r.tenant(), reopening.item.id, "refused", true, r.f.clock.now());
    }
    CHECK(r.ours(finding).row.is_closed);
    ChangeSet late = r.changing(finding);
    late.alert->resolved_at = r.f.clock.now();
    late.notes = {"a last word"};
    r.apply(late);
    r.deliver();
    r.deliver();
    CHECK(r.psa.titled("Ticket of " + finding).row.closed == !wants_to_reopen);
    CHECK(r.ours(finding).row.is_closed == !wants_to_reopen);
    CHECK(r.events() == Texts{});
  }
}
