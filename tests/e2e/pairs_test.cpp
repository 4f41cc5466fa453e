// The life cycle of a finding and its ticket on every pair of a vendor and a PSA.
#include <doctest/doctest.h>

#include "tests/e2e/pair.hpp"
#include "tests/e2e/sync.hpp"

using namespace picket;
using namespace picket::e2e;

namespace {

// What two further cycles change; nothing is to be.
std::string moves(Pair& pair) {
  const std::string before = pair.everything();
  pair.psa().cycle();
  pair.psa().cycle();
  return difference(before, pair.everything());
}

std::string board_of(const PairKind& kind, bool mapped) { return !kind.is_local() ? "Incident" : mapped ? "Security" : "Triage"; }

std::string priority_of(const PairKind& kind, const std::string& severity) {
  if (severity == "critical") return "Critical";
  if (severity == "high") return "High";
  return kind.is_huntress() ? "Medium" : "Low";
}

}  // namespace

TEST_CASE("on every pair a new finding becomes exactly one ticket on the right client and board with the right priority") {
  on_all_pairs([](const PairKind& kind) {
    Pair pair(kind);
    const std::vector<NewFinding> findings{
        {"Beacon", "high", "Contoso"}, {"Mimikatz", "critical", "Fabrikam"}, {"Adware", "low", "Initech"}};
    for (const NewFinding& f : findings) pair.vendor().open(f);
    pair.psa().cycle();
    for (const NewFinding& f : findings) {
      CAPTURE(f.name);
      const bool mapped = f.organization != "Initech";
      const SeenTicket ticket = pair.psa().ticket(f.name);
      CHECK(ticket.client == (mapped ? f.organization : "Northwind (internal)"));
      CHECK(ticket.board == board_of(kind, mapped));
      CHECK(ticket.priority == priority_of(kind, f.severity));
      CHECK_FALSE(ticket.closed);
    }
    CHECK(pair.psa().tickets().size() == findings.size());
    CHECK(moves(pair) == "");
  });
}

TEST_CASE("a HaloPSA priority that is configured is that of all tickets") {
  on_all_pairs([](const PairKind& kind) {
    if (kind.is_local()) return;
    Pair pair(kind, {.halopsa_priority = "3"});
    const std::string low = pair.vendor().open({.name = "Adware", .severity = "low"});
    pair.vendor().open({.name = "Mimikatz", .severity = "critical"});
    pair.psa().cycle();
    pair.vendor().set_severity(low, "critical");
    pair.psa().cycle();
    for (const char* name : {"Adware", "Mimikatz"}) CHECK(pair.psa().ticket(name).priority == "Medium");
    CHECK(moves(pair) == "");
  });
}

TEST_CASE("on every pair a change becomes one note and idle cycles change nothing") {
  on_all_pairs([](const PairKind& kind) {
    Pair pair(kind);
    const std::string id = pair.vendor().open({.name = "Beacon"});
    pair.vendor().open({.name = "Mimikatz"});
    pair.psa().cycle();
    CHECK(moves(pair) == "");
    const SeenTicket before = pair.psa().ticket("Beacon");
    const SeenTicket other = pair.psa().ticket("Mimikatz");
    pair.vendor().say_more(id, "Second words.");
    pair.psa().cycle();
    const SeenTicket after = pair.psa().ticket("Beacon");
    CHECK(after.notes.size() == before.notes.size() + 1);
    CHECK(count_containing(after.notes, "Second words") == 1);
    CHECK(after.title == before.title);
    CHECK(after.priority == before.priority);
    CHECK(pair.psa().ticket("Mimikatz").notes == other.notes);
    CHECK(moves(pair) == "");
  });
}

TEST_CASE("on every pair closing and reopening are noted and close and reopen the ticket only if closing was asked for") {
  for (const bool auto_close : {false, true}) {
    CAPTURE(auto_close);
    on_all_pairs([&](const PairKind& kind) {
      Pair pair(kind, {.auto_close = auto_close});
      const std::string id = pair.vendor().open({.name = "Beacon"});
      pair.psa().cycle();
      const std::size_t notes = pair.psa().ticket("Beacon").notes.size();
      for (const bool closing : {true, false}) {
        CAPTURE(closing);
        closing ? pair.vendor().close(id) : pair.vendor().reopen(id);
        pair.psa().cycle();
        CHECK(moves(pair) == "");
        const SeenTicket ticket = pair.psa().ticket("Beacon");
        CHECK(ticket.closed == (auto_close && closing));
        CHECK(ticket.notes.size() == notes + (closing ? 1 : 2));
        if (!auto_close) CHECK(contains(ticket.notes.back(), "Status"));
      }
    });
  }
}

TEST_CASE("on every pair reopening leaves the ticket closed if that is switched off") {
  on_all_pairs([](const PairKind& kind) {
    Pair pair(kind, {.auto_close = true, .reopen = false});
    const std::string id = pair.vendor().open({.name = "Beacon"});
    pair.psa().cycle();
    pair.vendor().close(id);
    pair.psa().cycle();
    const SeenTicket closed = pair.psa().ticket("Beacon");
    CHECK(closed.closed);
    pair.vendor().reopen(id);
    pair.psa().cycle();
    CHECK(moves(pair) == "");
    const std::vector<SeenTicket> tickets = pair.psa().tickets();
    // HaloPSA takes no notes on a closed ticket: what is to be said opens a linked one, which stays open.
    REQUIRE(tickets.size() == (kind.is_local() ? 1 : 2));
    CHECK(tickets[0].number == closed.number);
    CHECK(tickets[0].closed);
    CHECK(tickets[0].notes.size() == closed.notes.size() + (kind.is_local() ? 1 : 0));
    if (!kind.is_local()) CHECK_FALSE(tickets[1].closed);
  });
}

TEST_CASE("on every pair a raised severity raises the priority and a lowered one leaves it") {
  on_all_pairs([](const PairKind& kind) {
    Pair pair(kind);
    const std::string id = pair.vendor().open({.name = "Beacon", .severity = "high"});
    pair.psa().cycle();
    const std::size_t notes = pair.psa().ticket("Beacon").notes.size();
    pair.vendor().set_severity(id, "critical");
    pair.psa().cycle();
    CHECK(pair.psa().ticket("Beacon").priority == "Critical");
    CHECK(moves(pair) == "");
    pair.vendor().set_severity(id, "low");
    pair.psa().cycle();
    const SeenTicket ticket = pair.psa().ticket("Beacon");
    CHECK(ticket.priority == "Critical");
    CHECK(ticket.notes.size() == notes + 2);
    CHECK(moves(pair) == "");
  });
}

TEST_CASE("on every pair a finding closed before the first cycle gets its ticket when it is reopened") {
  on_all_pairs([](const PairKind& kind) {
    Pair pair(kind);
    const std::string old = pair.vendor().open({.name = "Beacon", .closed = true});
    pair.vendor().open({.name = "Mimikatz"});
    pair.psa().cycle();
    CHECK(pair.psa().tickets().size() == 1);
    CHECK(moves(pair) == "");
    pair.vendor().reopen(old);
    pair.psa().cycle();
    const SeenTicket ticket = pair.psa().ticket("Beacon");
    CHECK(ticket.client == "Contoso");
    CHECK_FALSE(ticket.closed);
    CHECK(moves(pair) == "");
  });
}

TEST_CASE("on every pair an organization that is opted out keeps its tickets and gets new ones once it is opted in") {
  on_all_pairs([](const PairKind& kind) {
    Pair pair(kind);
    const std::string id = pair.vendor().open({.name = "Beacon"});
    pair.psa().cycle();
    const std::size_t notes = pair.psa().ticket("Beacon").notes.size();
    pair.organization("opt-out", "Contoso");
    pair.vendor().say_more(id, "Second words.");
    pair.vendor().open({.name = "Mimikatz"});
    pair.vendor().open({.name = "Adware", .organization = "Fabrikam"});
    pair.psa().cycle();
    CHECK(pair.psa().ticket("Beacon").notes.size() == notes + 1);
    CHECK(pair.psa().tickets_of("Mimikatz") == 0);
    CHECK(pair.psa().tickets_of("Adware") == 1);
    CHECK(moves(pair) == "");
    pair.organization("opt-in", "Contoso");
    pair.psa().cycle();
    CHECK(pair.psa().ticket("Mimikatz").client == "Contoso");
    CHECK(pair.psa().tickets().size() == 3);
    CHECK(moves(pair) == "");
  });
}

TEST_CASE("what a technician does on a ticket reaches the case once and is never echoed and goes nowhere with Huntress") {
  on_all_pairs([](const PairKind& kind) {
    Pair pair(kind, {.sync_priority = !kind.is_huntress(), .tell_assignee = !kind.is_huntress()});
    const std::string id = pair.vendor().open({.name = "Beacon", .severity = "high"});
    pair.psa().cycle();
    const std::string incident = pair.vendor().everything();
    std::size_t comments = 1;  // Stellar Cyber: the ticket's number

    // What the act makes of the case: one new comment that holds the words (none: no comment), and a member of it.
    const auto check = [&](const std::string& words, const std::string& member, const std::string& value) {
      CAPTURE(words);
      CAPTURE(value);
      const std::string before = pair.psa().everything();
      pair.psa().cycle();
      CHECK(moves(pair) == "");
      CHECK(difference(before, pair.psa().everything()) == "");
      const json::object waiting = pair.status().at("ticket_events").as_object();
      CHECK(waiting.at("waiting") == 0);
      CHECK(waiting.at("given_up") == 0);
      if (kind.is_huntress()) {
        CHECK(pair.vendor().everything() == incident);
        return;
      }
      const json::object seen = pair.vendor().finding(id);
      const json::array& written = seen.at("comments").as_array();
      comments += words.empty() ? 0 : 1;
      REQUIRE(written.size() == comments);
      const std::string last = text_at(written.back().as_object(), "comment");
      CAPTURE(last);
      CHECK(contains(last, words));
      CHECK(text_at(seen, member) == value);
    };

    pair.psa().note("Beacon", "Called the user.");
    check("Called the user.", "severity", "High");
    pair.psa().set_priority("Beacon", "Critical");
    check("", "severity", "Critical");
    pair.psa().assign("Beacon", "Sam Okafor");
    check("Sam Okafor", "severity", "Critical");
    CHECK(pair.psa().ticket("Beacon").assignee == "Sam Okafor");
    pair.psa().close("Beacon", "Reimaged the host.");
    check("Reimaged the host.", "status", "Resolved");
    CHECK(pair.psa().ticket("Beacon").closed);
    pair.psa().reopen("Beacon");
    check("reopened", "status", "In Progress");
    CHECK_FALSE(pair.psa().ticket("Beacon").closed);
    CHECK(pair.psa().tickets().size() == 1);
  });
}

TEST_CASE("a dry run on the local PSA writes nothing with either vendor") {
  on_all_pairs([](const PairKind& kind) {
    if (!kind.is_local()) return;
    Pair pair(kind, {.auto_close = true});
    const std::vector<std::string> dry_run{"poll", kind.vendor, "--tenant", pair.psa().tenant(), "--dry-run"};
    const auto check = [&](const char* key, int count) {
      const std::string rows = dump(*kind.storage);
      const std::string vendor = pair.vendor().everything();
      const json::object dry = pair.psa().picket(dry_run);
      CAPTURE(json::to_string(dry));
      CHECK(dry.at(key) == count);
      CHECK(difference(rows, dump(*kind.storage)) == "");
      CHECK(pair.vendor().everything() == vendor);
    };
    const std::string id = pair.vendor().open({.name = "Beacon"});
    pair.vendor().open({.name = "Mimikatz", .organization = "Initech"});
    check("created", 2);
    pair.psa().cycle();
    CHECK(pair.psa().tickets().size() == 2);
    pair.psa().note("Mimikatz", "Called the user.");
    pair.vendor().set_severity(id, "critical");
    check("noted", 1);
    pair.vendor().close(id);
    check("closed", 1);
    pair.psa().cycle();
    CHECK(pair.psa().ticket("Beacon").closed);
    CHECK(moves(pair) == "");
  });
}
