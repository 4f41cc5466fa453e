// The walk from the newest incident back to the cursor, through the loaded provider.
#include "tests/plugin/huntress/bench.hpp"

using namespace huntress::test;
using namespace std::chrono_literals;
using picket::Status;

namespace {

// Incidents first..last, each a second newer than the one before it; the last is `newest` old.
void add_incidents(Bench& b, std::int64_t first, std::int64_t last, std::chrono::seconds newest = 1h) {
  for (std::int64_t id = first; id <= last; ++id) b.vendor.add_incident(id, b.at(-newest - std::chrono::seconds{last - id}));
}

}  // namespace

TEST_CASE("the first poll reaches back over the backfill and not beyond") {
  Bench b;
  b.set("backfillDays", 3);
  b.vendor.add_incident(1, b.at(-71h));
  b.vendor.add_incident(2, b.at(-73h));
  b.vendor.add_incident(3, b.at(-2h), "closed");
  b.vendor.add_incident(4, b.at(-1h), "deleting");
  const Polled polled = b.poll();
  CHECK(polled.status == Status::ok);
  CHECK(polled.report.created == 1);
  CHECK(polled.report.recorded == 1);
  CHECK(b.psa.tickets_of(1).size() == 1);
  CHECK(b.psa.alert(3).ticket_id.empty());
  CHECK_FALSE(b.psa.has_alert(2));
  CHECK_FALSE(b.psa.has_alert(4));
  CHECK(b.cursor() == b.at(-1h));
}

TEST_CASE("a first poll of nothing sets the cursor, and what comes later is found") {
  Bench b;
  const Polled first = b.poll();
  CHECK(first.status == Status::ok);
  CHECK(first.report.cursor == b.cursor());
  CHECK(picket::parse_time(b.cursor()) == b.clock.now() - std::chrono::days{7});
  b.clock.advance(5min);
  b.vendor.add_incident(1, b.at());
  CHECK(b.poll().report.created == 1);
  CHECK(b.cursor() == b.at());
}

TEST_CASE("an idle poll is one small request") {
  Started b;
  for (std::int64_t id = 1; id <= 40; ++id) b.vendor.add_incident(id, b.at(-std::chrono::seconds{id * 10}));
  b.poll();
  b.clock.advance(5min);
  const Polled idle = b.poll();
  CHECK(idle.requests == 1);
  CHECK(idle.report.created + idle.report.noted + idle.report.recorded + idle.report.failed == 0);
  const Asked& asked = b.vendor.asked.back();
  CHECK(lists(asked, "incident_reports"));
  CHECK(asked.parameter("sort_field") == "updated_at");
  CHECK(asked.parameter("sort_direction") == "desc");
  CHECK(asked.parameter("limit") == "10");
  CHECK(asked.parameter("page_token").empty());
  CHECK(asked.authorization.starts_with("Basic "));
}

TEST_CASE("more than twenty pages are walked to their end") {
  Bench b;
  add_incidents(b, 1, 12'345, 1min);
  const Polled polled = b.poll();
  CHECK(polled.status == Status::ok);
  CHECK(polled.report.created == 12'345);
  CHECK(b.psa.tickets.size() == 12'345);
  CHECK(b.cursor() == b.at(-1min));
}

TEST_CASE("pages of one second, ties at their edges included") {
  Started b;
  b.clock.advance(1h);
  for (std::int64_t id = 1; id <= 1100; ++id) b.vendor.add_incident(id, b.at(-10min));
  CHECK(b.poll().report.created == 1100);
}

TEST_CASE("rows a minute behind the cursor are read again, and change nothing") {
  Started b;
  b.vendor.add_incident(1, b.at(-10min));
  b.poll();
  b.vendor.add_incident(2, b.at(-10min - 59s));  // a clock that is a little late
  const Polled polled = b.poll();
  CHECK(polled.report.created == 1);
  CHECK(polled.report.unchanged == 1);
  CHECK(polled.requests == 1);
}

TEST_CASE("a late row on a page that is read anyway gets its ticket") {
  Started b;
  b.vendor.add_incident(1, b.at(-10min));
  b.poll();
  b.vendor.add_incident(2, b.at(-12min));
  b.vendor.add_incident(3, b.at(-3h));
  CHECK(b.poll().report.created == 2);
  CHECK(b.cursor() == b.at(-10min));
}

TEST_CASE("a row that moved to the top while the list was read is taken once, in its later state") {
  Bench b;
  add_incidents(b, 1, 600);
  bool once = true;
  b.vendor.on_effect = [&] {
    if (!once) return;
    once = false;
    b.change(600)["severity"] = "critical";  // was on page 1, stays at the top
    b.change(50)["severity"] = "critical";   // would be on page 2, is now before it
  };
  const Polled first = b.poll();
  CHECK(first.report.created == 600);  // 50 by the sweep, which follows a walk of several pages
  CHECK(b.psa.tickets.size() == 600);
  CHECK(b.psa.ticket_of(50).priority_id == "P1");
  b.clock.advance(5min);
  b.poll();
  CHECK(b.psa.tickets.size() == 600);
  CHECK(b.psa.ticket_of(600).priority_id == "P1");
}

TEST_CASE("changes become one note each, and the same state none") {
  Started b;
  b.vendor.add_incident(1, b.at(-10min));
  b.poll();
  b.clock.advance(5min);
  b.change(1)["status"] = "auto_remediating";
  CHECK(b.poll().report.noted == 1);
  b.clock.advance(5min);
  CHECK(b.poll().report.noted == 0);
  CHECK(b.psa.ticket_of(1).updates() == 1);
  CHECK(contains(b.psa.ticket_of(1).notes.back(), "**Status:** sent → auto\\_remediating"));
}

TEST_CASE("closing, reopening and escalating reach the ticket") {
  Started b;
  b.set("autoCloseTickets", true);
  b.set("closedStatusId", "done");
  b.vendor.add_incident(1, b.at(-10min));
  b.poll();
  b.clock.advance(5min);
  b.change(1)["status"] = "closed";
  CHECK(b.poll().report.closed == 1);
  CHECK(b.psa.ticket_of(1).closed);
  CHECK(b.psa.ticket_of(1).status_id == "done");
  CHECK(b.psa.alert(1).resolved_at == b.clock.now());
  b.clock.advance(5min);
  b.change(1)["status"] = "sent";
  b.change(1)["severity"] = "critical";
  CHECK(b.poll().report.noted == 1);
  CHECK_FALSE(b.psa.ticket_of(1).closed);
  CHECK(b.psa.ticket_of(1).priority_id == "P1");
  CHECK_FALSE(b.psa.alert(1).resolved_at);
}

TEST_CASE("one that cannot be stored is recorded, retried by its id, and stops no other") {
  Started b;
  b.vendor.add_incident(1, b.at(-30min));
  b.vendor.add_incident(2, b.at(-20min));
  b.vendor.add_incident(3, b.at(-10min));
  b.psa.refuse = [](const picket::ChangeSet& set) {
    return set.open_ticket && set.open_ticket->source_reference == "2" ? std::string("the board is gone") : std::string{};
  };
  const Polled polled = b.poll();
  CHECK(polled.status == Status::ok);
  CHECK(polled.report.created == 2);
  CHECK(polled.report.failed == 1);
  CHECK(polled.report.errors == std::vector<picket::FindingError>{{"2", "the board is gone"}});
  CHECK(b.cursor() == b.at(-10min));
  CHECK(b.psa.alert(2).failures == 1);
  CHECK(contains(b.psa.alert(2).metadata, "the board is gone"));

  // No longer on the page that a poll reads.
  for (std::int64_t id = 10; id < 40; ++id) b.vendor.add_incident(id, b.at(-5min), "closed");
  b.vendor.add_incident(40, b.at(), "closed");
  b.poll();
  b.psa.refuse = nullptr;
  b.clock.advance(5min);
  const std::size_t before = b.vendor.count("/v1/incident_reports/2");
  CHECK(b.poll().report.created == 1);
  CHECK(b.vendor.count("/v1/incident_reports/2") == before + 1);
  CHECK(b.psa.alert(2).failures == 0);
  CHECK_FALSE(contains(b.psa.alert(2).metadata, "processing_error"));
}

TEST_CASE("after three failures a minimal ticket stands on the triage board, and is the only one for good") {
  Started b;
  b.vendor.add_incident(1, b.at(-10min));
  b.psa.refuse = [](const picket::ChangeSet& set) {
    return set.open_ticket && set.open_ticket->board_id == "security" ? std::string("the board is gone") : std::string{};
  };
  for (int poll = 1; poll <= 3; ++poll) {
    CHECK(b.psa.tickets.empty());
    CHECK(b.poll().report.failed == 1);
    b.clock.advance(5min);
  }
  CHECK(b.psa.ticket_of(1).draft.board_id == "triage");
  CHECK(b.psa.ticket_of(1).draft.client_id == "internal");
  CHECK(b.psa.ticket_of(1).draft.title == "[Huntress] Incident 1 could not be processed");
  CHECK(contains(b.psa.ticket_of(1).body, "after 3 attempts"));
  CHECK(contains(b.psa.ticket_of(1).body, "https://acme.huntress.io/incident_reports/1"));
  b.psa.refuse = nullptr;
  b.poll();
  b.poll();
  CHECK(b.psa.tickets.size() == 1);
  CHECK(b.psa.alert(1).failures == 0);
  const Ticket& t = b.psa.ticket_of(1);
  CHECK(t.updates() == 2);  // that it can be processed now, and the audit note
  Started well;             // as if it had opened well, but for the client
  well.vendor.add_incident(1, b.at(-10min));
  well.poll();
  CHECK(t.draft.title == well.psa.ticket_of(1).draft.title);
  CHECK(t.draft.board_id == well.psa.ticket_of(1).draft.board_id);
  CHECK(t.priority_id == well.psa.ticket_of(1).priority_id);
  CHECK(t.draft.client_id == "internal");
  CHECK(contains(t.body, "Contoso"));
}

TEST_CASE("what cannot even be recorded holds the cursor back, and only that") {
  Started b;
  b.vendor.add_incident(1, b.at(-30min));
  b.vendor.add_incident(2, b.at(-20min));
  b.vendor.add_incident(3, b.at(-10min));
  b.psa.refuse = [](const picket::ChangeSet& set) {
    return set.alert && set.alert->external_id == "2" ? std::string("refused") : std::string{};
  };
  CHECK(b.poll().report.created == 2);
  CHECK(b.cursor() == b.at(-30min));
  b.psa.refuse = nullptr;
  CHECK(b.poll().report.created == 1);
  CHECK(b.cursor() == b.at(-10min));
}

TEST_CASE("a page that fails in mid-walk leaves the cursor, and what was read is carried all the same") {
  Started b;
  const std::string reached = b.cursor();
  add_incidents(b, 1, 1200);
  const auto fail_third = [&](const Asked& asked) -> std::optional<picket::HttpAnswer> {
    return lists(asked, "incident_reports") && b.vendor.count("/v1/incident_reports") % 100 == 5 ? std::optional(answer(502))
                                                                                                 : std::nullopt;
  };
  // Requests 0 and 1, 2 were the first poll's; 3, 4 (fails) are this walk's.
  b.vendor.asked.resize(3, b.vendor.asked.front());
  b.vendor.fault = fail_third;
  const Polled polled = b.poll();
  CHECK(polled.status == Status::unavailable);
  CHECK(contains(polled.message, "502"));
  CHECK(polled.report.created == 10);
  CHECK(b.psa.tickets.size() == 10);
  CHECK(b.cursor() == reached);
  b.vendor.fault = nullptr;
  const Polled next = b.poll();
  CHECK(next.report.created == 1190);
  CHECK(next.report.unchanged >= 10);
  CHECK(b.cursor() == b.at(-1h));
}

TEST_CASE("a page token that repeats is an error, the cursor stays and what was read is carried") {
  Started b;
  const std::string reached = b.cursor();
  add_incidents(b, 1, 30);
  b.vendor.fault = [&](const Asked& asked) -> std::optional<picket::HttpAnswer> {
    if (!lists(asked, "incident_reports")) return std::nullopt;
    return answer(200,
                  json::to_string(json::object{{"incident_reports", {b.vendor.row(30)}}, {"pagination", {{"next_page_token", "again"}}}}));
  };
  const Polled polled = b.poll();
  CHECK(polled.status == Status::unavailable);
  CHECK(contains(polled.message, "repeats one page"));
  CHECK(polled.report.created == 1);
  CHECK(polled.requests <= 5);
  CHECK(b.cursor() == reached);
}

TEST_CASE("times that cannot be believed neither end the walk nor move the cursor there") {
  Started b;
  add_incidents(b, 1, 20, 10min);
  b.vendor.add_incident(21, "2099-01-01T00:00:00Z");
  b.vendor.add_incident(22, "soon");
  b.vendor.add_incident(23, "");
  b.vendor.incident(23)["updated_at"] = nullptr;
  CHECK(b.poll().report.created == 23);
  CHECK(b.cursor() == b.at(-10min));
  b.clock.advance(5min);
  CHECK(b.poll().report.noted == 0);
  CHECK(b.psa.tickets.size() == 23);
  b.psa.cursors["incidents"] = "2099-01-01T00:00:00Z";  // should it ever stand there
  b.clock.advance(5min);
  b.vendor.add_incident(30, b.at());
  CHECK(b.poll().report.created == 1);
}

TEST_CASE("a row without a readable id is reported, and the others flow") {
  Started b;
  b.vendor.add_incident(1, b.at(-10min));
  b.vendor.add({{"id", nullptr}, {"updated_at", b.at(-5min)}});
  const Polled polled = b.poll();
  CHECK(polled.status == Status::ok);
  CHECK(polled.report.created == 1);
  CHECK(polled.report.failed == 1);
  REQUIRE(polled.report.errors.size() == 1);
  CHECK(polled.report.errors[0].external_id.empty());
  CHECK(contains(polled.report.errors[0].message, "without a readable id"));
}

TEST_CASE("an odd incident is repaired and said") {
  Started b;
  auto o = b.vendor.add_incident(1, b.at(-10min));
  o["subject"] = boost::json::string(std::string("a\0b <b>", 7));
  o["severity"] = std::string(30, 's');
  o["sent_at"] = "never";
  CHECK(b.poll().report.created == 1);
  const Ticket& ticket = b.psa.ticket_of(1);
  CHECK(ticket.draft.title == "[Huntress] " + std::string(30, 's') + " — ab <b>");
  CHECK(ticket.priority_id == "P2");
  CHECK(contains(ticket.notes.at(0), "removed from subject"));
  CHECK(contains(ticket.notes.at(0), "sent\\_at is not a date and time"));
}

TEST_CASE("organizations that are not known yet get a mapping, and their tickets the fallback") {
  Started b;
  b.vendor.add_organization(8, "Fabrikam");
  b.vendor.add_incident(1, b.at(-10min))["organization_id"] = 8;
  b.vendor.add_incident(2, b.at(-9min))["organization_id"] = nullptr;
  b.vendor.add_incident(3, b.at(-8min))["organization_id"] = 99;  // Huntress does not know it either
  const Polled polled = b.poll();
  CHECK(polled.report.created == 3);
  CHECK(b.psa.mappings.at("8").external_name == "Fabrikam");
  CHECK(b.psa.mappings.at("8").client_id.empty());
  CHECK(b.psa.mappings.at("99").external_name == "Huntress organization 99");
  for (const std::int64_t id : {1, 2, 3}) {
    const Ticket& ticket = b.psa.ticket_of(id);
    CHECK(ticket.draft.title.starts_with("[Unmapped Org] [Huntress] high"));
    CHECK(ticket.draft.client_id == "internal");
    CHECK(ticket.draft.board_id == "triage");
    CHECK(ticket.notes.size() == 2);
  }
  CHECK(contains(b.psa.ticket_of(1).body, "Fabrikam"));
  CHECK(contains(b.psa.ticket_of(1).notes.at(1), "`8` (Fabrikam) is not mapped"));
  CHECK(contains(b.psa.ticket_of(2).notes.at(1), "names no Huntress organization"));
}

TEST_CASE("many unknown organizations are listed, not asked for one by one") {
  Started b;
  for (std::int64_t id = 100; id < 150; ++id) {
    b.vendor.add_organization(id, "Organization of " + std::to_string(id));
    b.vendor.add_incident(id, b.at(-10min))["organization_id"] = id;
  }
  CHECK(b.poll().report.created == 50);
  CHECK(b.vendor.count("/v1/organizations") == 1);
  CHECK(b.psa.mappings.at("149").external_name == "Organization of 149");
}

TEST_CASE("opted-out organizations are recorded, and get their tickets when they opt in") {
  Started b;
  b.psa.mappings["7"].auto_create_tickets = false;
  b.vendor.add_incident(1, b.at(-10min));
  CHECK(b.poll().report.recorded == 1);
  CHECK(b.psa.tickets.empty());
  b.psa.mappings["7"].auto_create_tickets = true;
  b.poll(PICKET_POLL_SWEEP);
  CHECK(b.psa.tickets_of(1).size() == 1);
}

TEST_CASE("an idle poll after a minute in which many changed is one small request") {
  Started b;
  for (std::int64_t id = 1; id <= 300; ++id) b.vendor.add_incident(id, b.at(-10min));
  CHECK(b.poll().report.created == 300);
  b.clock.advance(5min);
  const Polled idle = b.poll();
  CHECK(idle.requests == 1);
  CHECK(idle.report.unchanged == 10);
  b.clock.advance(5min);
  b.vendor.add_incident(301, b.at());
  CHECK(b.poll().report.created == 1);
}
