// An open finding has an open ticket, or a setting says why not; `picket status` counts those that have none.
#include <doctest/doctest.h>

#include <algorithm>

#include "sdk/common/time_text.hpp"
#include "tests/e2e/pair.hpp"
#include "tests/e2e/sync.hpp"

using namespace picket;
using namespace picket::e2e;

namespace {

void check_rest(Pair& pair) {
  const std::string before = pair.everything();
  pair.psa().cycle();
  pair.psa().cycle();
  CHECK(difference(before, pair.everything()) == "");
}

std::int64_t without_open_ticket(Pair& pair) { return pair.status().at("open_findings_without_open_ticket").to_number<std::int64_t>(); }

std::vector<SeenTicket> oldest_first(Pair& pair) {
  std::vector<SeenTicket> tickets = pair.psa().tickets();
  std::sort(tickets.begin(), tickets.end(), [](const SeenTicket& a, const SeenTicket& b) { return a.number < b.number; });
  return tickets;
}

// Finding "Beacon" with a ticket that a technician has closed. Stellar Cyber's case is resolved by that, Huntress never learns of it.
std::string closed_by_a_technician(Pair& pair) {
  const std::string id = pair.vendor().open({.name = "Beacon", .severity = "high"});
  pair.psa().cycle();
  CHECK(without_open_ticket(pair) == 0);
  pair.psa().close("Beacon", "All done.");
  pair.psa().cycle();
  check_rest(pair);
  CHECK(pair.psa().ticket("Beacon").closed);
  return id;
}

// Its severity rises; Stellar Cyber's analyst has to open the resolved case for that.
void news(Pair& pair, const PairKind& kind, const std::string& id) {
  pair.vendor().set_severity(id, "critical");
  if (!kind.is_huntress()) pair.vendor().reopen(id);
  pair.psa().cycle();
}

// The two tickets of "Beacon" after a follow-up.
void check_follow_up(Pair& pair, const PairKind& kind, const SeenTicket& closed) {
  const std::vector<SeenTicket> tickets = oldest_first(pair);
  REQUIRE(tickets.size() == 2);
  CHECK(tickets[0].number == closed.number);
  CHECK(tickets[0].closed);
  CHECK(tickets[0].notes == closed.notes);
  CHECK(tickets[0].priority == "High");
  const SeenTicket& follow_up = tickets[1];
  CHECK(follow_up.title == "Follow-up of #" + closed.number + ": " + closed.title);
  CHECK_FALSE(follow_up.closed);
  CHECK(follow_up.priority == "Critical");
  CHECK(follow_up.client == closed.client);
  CHECK(follow_up.board == closed.board);
  REQUIRE(follow_up.notes.size() == 1);
  CHECK(contains(follow_up.notes[0], "ritical"));
  CHECK(contains(pair.psa().everything(), "This ticket follows up on "));
  CHECK(without_open_ticket(pair) == 0);
  if (!kind.is_huntress()) CHECK(contains(pair.vendor().everything(), follow_up.number));
}

}  // namespace

TEST_CASE("on every pair news of an open finding whose ticket a technician closed opens the ticket again") {
  on_all_pairs([](const PairKind& kind) {
    Pair pair(kind);
    const std::string id = closed_by_a_technician(pair);
    CHECK(without_open_ticket(pair) == (kind.is_huntress() ? 1 : 0));
    const SeenTicket closed = pair.psa().ticket("Beacon");
    news(pair, kind, id);
    const SeenTicket ticket = pair.psa().ticket("Beacon");
    CHECK(ticket.number == closed.number);
    CHECK_FALSE(ticket.closed);
    CHECK(ticket.priority == "Critical");
    CHECK(ticket.notes.size() == closed.notes.size() + 1);
    CHECK(contains(ticket.notes.back(), "ritical"));
    CHECK(without_open_ticket(pair) == 0);
    check_rest(pair);
  });
}

TEST_CASE("on every pair that news opens a follow-up where the setting says so, and later news goes to it") {
  on_all_pairs([](const PairKind& kind) {
    Pair pair(kind, {.on_news = "follow-up"});
    const std::string id = closed_by_a_technician(pair);
    const SeenTicket closed = pair.psa().ticket("Beacon");
    news(pair, kind, id);
    check_rest(pair);
    check_follow_up(pair, kind, closed);
    pair.vendor().say_more(id, "Second words.");
    pair.psa().cycle();
    check_rest(pair);
    const std::vector<SeenTicket> tickets = oldest_first(pair);
    REQUIRE(tickets.size() == 2);
    CHECK(tickets[0].notes == closed.notes);
    CHECK(count_containing(tickets[1].notes, "Second words") == 1);
  });
}

TEST_CASE("that news is a note on the closed ticket where the setting says so") {
  on_all_pairs([](const PairKind& kind) {
    if (!kind.is_huntress()) return;
    Pair pair(kind, {.on_news = "note"});
    const std::string id = closed_by_a_technician(pair);
    const SeenTicket closed = pair.psa().ticket("Beacon");
    news(pair, kind, id);
    check_rest(pair);
    const std::vector<SeenTicket> tickets = oldest_first(pair);
    CHECK(tickets[0].number == closed.number);
    CHECK(tickets[0].closed);
    // HaloPSA takes no notes on a closed ticket: what is to be said opens a linked one.
    REQUIRE(tickets.size() == (kind.is_local() ? 1 : 2));
    CHECK(tickets[0].notes.size() == closed.notes.size() + (kind.is_local() ? 1 : 0));
    CHECK(without_open_ticket(pair) == (kind.is_local() ? 1 : 0));
  });
}

TEST_CASE("on every pair a finding that fires again 15 days after its ticket was closed gets a new one that links the old one") {
  on_all_pairs([](const PairKind& kind) {
    Pair pair(kind);
    const std::string id = closed_by_a_technician(pair);
    const SeenTicket closed = pair.psa().ticket("Beacon");
    const Time long_ago = std::chrono::time_point_cast<Time::duration>(std::chrono::system_clock::now()) - std::chrono::days(15);
    pair.psa().edit("UPDATE tickets SET closed_at = '" + format_time(long_ago) + "' WHERE closed_at IS NOT NULL");
    news(pair, kind, id);
    check_rest(pair);
    check_follow_up(pair, kind, closed);
  });
}

TEST_CASE("an analyst's comment does not undo a technician's closing that is still to be sent: on Picket's own tickets") {
  on_all_pairs([](const PairKind& kind) {
    if (kind.is_huntress() || !kind.is_local()) return;
    Pair pair(kind);
    const std::string id = pair.vendor().open({.name = "Beacon"});
    pair.psa().cycle();
    pair.psa().close("Beacon", "All done.");
    pair.vendor().say_more(id, "One more thing.");
    CHECK(without_open_ticket(pair) == 1);
    pair.psa().cycle();
    check_rest(pair);
    const SeenTicket ticket = pair.psa().ticket("Beacon");
    CHECK(ticket.closed);
    CHECK(count_containing(ticket.notes, "One more thing.") == 1);
    CHECK(text_at(pair.vendor().finding(id), "status") == "Resolved");
    CHECK(without_open_ticket(pair) == 0);
  });
}

TEST_CASE("an analyst's comment does not undo a technician's closing that is still to be sent: with HaloPSA") {
  SyncedPair sync;
  const std::string id = sync.add_case(R"("name":"Beacon")");
  sync.cycle();
  const std::string number = text_at(sync.ticket(id), "id");
  sync.technician(id, R"("close":true)");
  sync.vendor().fault(R"({"path":"/connect/api/v1/cases/)" + id + R"(","method":"PUT","kind":"503","times":-1})");
  sync.try_cycle();
  CHECK(text_at(sync.a_case(id), "status") == "New");
  sync.analyst(id, R"("comment":"One more thing.")");
  sync.try_cycle();
  sync.vendor().clear_faults();
  sync.settle();
  CHECK(text_at(sync.a_case(id), "status") == "Resolved");
  const json::array tickets = sync.tickets();
  CHECK(text_at(tickets.at(0).as_object(), "id") == number);
  CHECK(tickets.at(0).as_object().at("hasbeenclosed").as_bool());
  CHECK(contains(json::to_string(tickets), "One more thing."));
}

TEST_CASE("an open finding without a ticket counts unless its organization is opted out, and the next poll looks after it") {
  on_all_pairs([](const PairKind& kind) {
    Pair pair(kind);
    pair.psa().cycle();
    pair.organization("opt-out", "Contoso");
    pair.vendor().open({.name = "Beacon"});
    pair.psa().cycle();
    CHECK(pair.psa().tickets().empty());
    CHECK(without_open_ticket(pair) == 0);
    pair.organization("opt-in", "Contoso");
    CHECK(without_open_ticket(pair) == 1);
    pair.psa().cycle();
    CHECK(pair.psa().tickets_of("Beacon") == 1);
    CHECK(without_open_ticket(pair) == 0);
  });
}
