// What becomes of a case: which ticket it gets, what is noted on it, and what it does to the ticket's state.
#include "tests/plugin/stellar-cyber/bench.hpp"

using namespace stellar::test;
using namespace std::chrono_literals;

namespace {

constexpr std::uint32_t sweep = PICKET_POLL_SWEEP;

}  // namespace

TEST_CASE("a new case gets a ticket with all that is known of it") {
  Started b;
  b.vendor.add_case("c1");
  b.vendor.row("c1")["ticket_id"] = 4711;
  const Polled polled = b.poll();
  CHECK(polled.report.created == 1);
  const Ticket& t = b.psa.ticket_of("c1");
  CHECK(t.draft.title == "[Stellar Cyber #4711] High — Case c1");
  CHECK(t.draft.client_id == "contoso");
  CHECK(t.draft.board_id == "security");
  CHECK(t.priority_id == "P2");
  CHECK(t.draft.url == "https://stellar.example/cases/case-detail/c1");
  CHECK_FALSE(t.draft.may_exist);
  CHECK(t.notes.empty());
  for (const char* part :
       {"**Name:** Case c1", "**Tenant:** Contoso", "**Score:** 80", "**Severity:** High", "**Status:** New", "What happened.",
        "`pc-c1`, `10.0.0.5`", "[Alert of c1](https://stellar.example/detect/event/aella-ser-1/amsg/a-c1) — score 71\\.5",
        "[Stellar Cyber case 4711](https://stellar.example/cases/case-detail/c1)"})
    CHECK_MESSAGE(contains(t.body, part), t.body);
  CHECK_FALSE(b.psa.alert("c1").incomplete);
  quiet(b);
}

TEST_CASE("alerts are read to two hundred, and their links are those of the installation") {
  Started b;
  b.set("saas", true);
  b.vendor.add_case("c1")["size"] = 321;
  json::array& alerts = b.vendor.case_of("c1").alerts;
  const json::value one = alerts.at(0);
  alerts.clear();
  for (int n = 0; n < 321; ++n) {
    alerts.push_back(one);
    alerts.back().as_object()["_id"] = "a" + std::to_string(n);
  }
  b.poll();
  const std::string& body = b.psa.ticket_of("c1").body;
  CHECK(contains(body, "https://stellar.example/alerts/alert/aella-ser-1/_doc/a0)"));
  CHECK(contains(body, "of 321 are listed"));
  CHECK(b.vendor.count("/alerts") == 4);
}

TEST_CASE("a case that carries our tag already may have a ticket elsewhere") {
  Started b;
  b.vendor.add_case("c1")["tags"] = {"other", "ticket_opened"};
  b.vendor.add_case("c2")["tags"] = json::array{"other"};
  b.poll();
  CHECK(b.psa.ticket_of("c1").draft.may_exist);
  CHECK_FALSE(b.psa.ticket_of("c2").draft.may_exist);
}

TEST_CASE("filters: below them nothing is recorded, and the ticket opens as soon as they let the case through") {
  const struct {
    const char* setting;
    json::value limit;
    const char* member;
    json::value below, at;
  } cases[] = {{"minScore", 70, "score", 69.9, 70}, {"minScore", 70.5, "score", 70, 70.5}, {"minAlertCount", 3, "size", 2, 3}};
  for (const auto& c : cases) {
    CAPTURE(c.setting);
    Started b;
    b.set(c.setting, c.limit);
    b.set("gatherMinorChangesMinutes", 0);
    b.vendor.add_case("c1")[c.member] = c.below;
    Polled polled = b.poll();
    CHECK(polled.report.recorded == 0);
    CHECK(b.psa.alerts.empty());
    CHECK(b.cursor() == b.at());
    b.clock.advance(5min);
    b.vendor.change("c1", {{c.member, c.at}});
    CHECK(b.poll().report.created == 1);
    // It is known now: what happens to it is noted whatever it counts.
    b.clock.advance(5min);
    b.vendor.change("c1", {{c.member, c.below}});
    CHECK(b.poll().report.noted == 1);
    CHECK(b.psa.ticket_of("c1").updates() == 1);
  }
}

TEST_CASE("a case whose score or count cannot be read is let through") {
  Started b;
  b.set("minScore", 70);
  b.set("minAlertCount", 3);
  b.vendor.add_case("c1")["score"] = nullptr;
  b.vendor.row("c1").erase("size");
  b.vendor.add_case("c2")["score"] = "nan";
  b.vendor.row("c2")["size"] = "many";
  CHECK(b.poll().report.created == 2);
}

TEST_CASE("a case that is recorded without a ticket gets none while it is below the filters") {
  Started b;
  b.set("minScore", 50);
  b.psa.mappings["t1"].auto_create_tickets = false;
  b.vendor.add_case("c1");
  CHECK(b.poll().report.recorded == 1);
  b.psa.mappings["t1"].auto_create_tickets = true;
  b.clock.advance(5min);
  b.vendor.change("c1", {{"score", 20}});
  b.poll(sweep);
  CHECK(b.psa.tickets.empty());
  b.clock.advance(5min);
  b.vendor.change("c1", {{"score", 60}});
  b.poll();
  CHECK(b.psa.tickets_of("c1").size() == 1);
}

TEST_CASE("the client: mapped, default, fallback, unusable, opted out, none") {
  struct Expected {
    const char* client;
    const char* board;
    bool marked;
  };
  const struct {
    const char* what;
    const char* default_client;
    std::function<void(Bench&)> prepare;
    std::optional<Expected> expected;
  } cases[] = {
      {"mapped", "", [](Bench&) {}, Expected{"contoso", "security", false}},
      {"mapped with a default", "all", [](Bench&) {}, Expected{"contoso", "security", false}},
      {"not known yet", "", [](Bench& b) { b.psa.mappings.clear(); }, Expected{"internal", "triage", true}},
      {"not known yet with a default", "all", [](Bench& b) { b.psa.mappings.clear(); }, Expected{"all", "security", false}},
      {"unmapped", "", [](Bench& b) { b.psa.mappings["t1"].client_id.clear(); }, Expected{"internal", "triage", true}},
      {"unmapped with a default", "all", [](Bench& b) { b.psa.mappings["t1"].client_id.clear(); }, Expected{"all", "security", false}},
      {"unusable", "", [](Bench& b) { b.psa.mappings["t1"].client_usable = false; }, Expected{"internal", "triage", true}},
      {"unusable with a default", "all", [](Bench& b) { b.psa.mappings["t1"].client_usable = false; },
       Expected{"internal", "triage", true}},
      {"opted out", "all", [](Bench& b) { b.psa.mappings["t1"].auto_create_tickets = false; }, std::nullopt},
      {"no tenant", "", [](Bench& b) { b.vendor.row("c1").erase("cust_id"); }, Expected{"internal", "triage", true}},
      {"no tenant with a default", "all", [](Bench& b) { b.vendor.row("c1").erase("cust_id"); }, Expected{"all", "security", false}},
  };
  for (const auto& c : cases) {
    CAPTURE(std::string(c.what));
    Started b;
    b.set("defaultClientId", c.default_client);
    b.vendor.add_case("c1");
    c.prepare(b);
    b.poll();
    if (!c.expected) {
      CHECK(b.psa.tickets.empty());
      CHECK(b.psa.has_alert("c1"));
      continue;
    }
    const Ticket& t = b.psa.ticket_of("c1");
    CHECK(t.draft.client_id == c.expected->client);
    CHECK(t.draft.board_id == c.expected->board);
    CHECK(t.draft.title.starts_with("[Unmapped Org] ") == c.expected->marked);
    CHECK(t.notes.size() == (c.expected->marked ? 1 : 0));
    if (b.vendor.row("c1").contains("cust_id")) CHECK(b.psa.mappings.at("t1").external_name == "Contoso");
  }
}

TEST_CASE("details that cannot be read do not delay the ticket, and are filled in later") {
  for (const char* part : {"/observables", "/alerts", "/summary"}) {
    for (const auto& wrong : {answer(500), answer(403), answer(200, "<html>"), answer(200, "[]"), no_answer(Status::unavailable)}) {
      CAPTURE(std::string(part));
      Started b;
      b.add_cases(1, 3);
      b.vendor.fault = [&](const Asked& asked) -> std::optional<picket::HttpAnswer> {
        if (asked.path.ends_with(part)) return wrong;
        if (lists_cases(asked) && std::string(part) == "/summary")  // an installation that gives none with the list
          return answer(200, R"({"data":{"cases":[)" + json::to_string(b.vendor.row("c1")) + "," + json::to_string(b.vendor.row("c2")) +
                                 "," + json::to_string(b.vendor.row("c3")) + R"(],"total":3}})");
        return std::nullopt;
      };
      CHECK(b.poll().report.created == 3);
      CHECK(b.psa.alert("c1").incomplete);
      CHECK(contains(b.psa.ticket_of("c1").body, "could not be read yet"));
      b.clock.advance(5min);
      b.poll();
      CHECK(b.psa.alert("c1").incomplete);
      b.vendor.fault = nullptr;
      b.clock.advance(5min);
      CHECK(b.poll().report.noted == 0);
      for (const char* id : {"c1", "c2", "c3"}) {
        CHECK_FALSE(b.psa.alert(id).incomplete);
        CHECK_FALSE(contains(b.psa.ticket_of(id).body, "could not be read yet"));
        CHECK(contains(b.psa.ticket_of(id).body, std::string("Alert of ") + id));
        CHECK(contains(b.psa.ticket_of(id).body, "10.0.0.5"));
        CHECK(contains(b.psa.ticket_of(id).body, "What happened."));
        CHECK(b.psa.ticket_of(id).notes.empty());
      }
    }
  }
}

TEST_CASE("a part that the vendor does not have is empty, not missing") {
  Started b;
  b.vendor.add_case("c1");
  b.vendor.fault = [](const Asked& asked) {
    return asked.path.ends_with("/observables") || asked.path.ends_with("/alerts") ? std::optional(answer(404, "{}")) : std::nullopt;
  };
  b.poll();
  CHECK_FALSE(b.psa.alert("c1").incomplete);
  CHECK(contains(b.psa.ticket_of("c1").body, "## Observables\n\nNone."));
}

TEST_CASE("changes become one note each, and the same state none") {
  Started b;
  b.vendor.add_case("c1");
  b.poll();
  b.clock.advance(5min);
  b.vendor.change("c1", {{"status", "In Progress"}, {"score", 91.25}, {"assignee_name", "Alice"}, {"size", 4}});
  CHECK(b.poll().report.noted == 1);
  const Ticket& t = b.psa.ticket_of("c1");
  REQUIRE(t.updates() == 1);
  for (const char* part : {"**Status:** New → In Progress", "**Score:** 80 → 91\\.25", "**Assigned to:** — → Alice", "**Alerts:** 1 → 4"})
    CHECK_MESSAGE(contains(t.notes.back(), part), t.notes.back());
  quiet(b);
  CHECK(b.psa.ticket_of("c1").updates() == 1);
}

TEST_CASE("a raised severity raises the priority, a lowered one is only noted") {
  Started b;
  b.vendor.add_case("c1");
  b.poll();
  b.clock.advance(5min);
  b.vendor.change("c1", {{"severity", "Critical"}});
  b.poll();
  CHECK(b.psa.ticket_of("c1").priority_id == "P1");
  b.clock.advance(5min);
  b.vendor.change("c1", {{"severity", "Low"}});
  b.poll();
  CHECK(b.psa.ticket_of("c1").priority_id == "P1");
  CHECK(b.psa.ticket_of("c1").updates() == 2);
}

TEST_CASE("resolved and cancelled cases, reopened ones: with and without the settings") {
  for (const char* closed : {"Resolved", "Cancelled", "Canceled"}) {
    for (const bool auto_close : {false, true}) {
      for (const bool reopen : {false, true}) {
        CAPTURE(closed);
        CAPTURE(auto_close);
        CAPTURE(reopen);
        Started b;
        b.set("autoCloseTickets", auto_close);
        b.set("closedStatusId", "done");
        b.set("reopenTickets", reopen);
        b.vendor.add_case("c1");
        b.poll();
        b.clock.advance(5min);
        b.vendor.change("c1", {{"status", closed}});
        const Polled closing = b.poll();
        CHECK(closing.report.closed == (auto_close ? 1 : 0));
        CHECK(b.psa.ticket_of("c1").closed == auto_close);
        CHECK(b.psa.ticket_of("c1").status_id == (auto_close ? "done" : ""));
        CHECK(b.psa.ticket_of("c1").updates() == 1);
        CHECK(b.psa.alert("c1").resolved_at == b.clock.now());
        quiet(b);
        b.clock.advance(5min);
        b.vendor.change("c1", {{"status", "In Progress"}});
        CHECK(b.poll().report.noted == 1);
        CHECK(b.psa.ticket_of("c1").closed == (auto_close && !reopen));
        CHECK(b.psa.ticket_of("c1").updates() == 2);
        CHECK_FALSE(b.psa.alert("c1").resolved_at);
        quiet(b);
      }
    }
  }
}

TEST_CASE("a closed case that changes in other ways does not close the ticket again") {
  Started b;
  b.set("autoCloseTickets", true);
  b.vendor.add_case("c1");
  b.poll();
  b.clock.advance(5min);
  b.vendor.change("c1", {{"status", "Resolved"}});
  CHECK(b.poll().report.closed == 1);
  b.clock.advance(5min);
  b.vendor.change("c1", {{"score", 10}});
  CHECK(b.poll().report.closed == 0);
}

TEST_CASE("a case that was closed before it was seen is recorded, and gets its ticket when it is opened again") {
  Started b;
  b.vendor.add_case("c1")["status"] = "Resolved";
  CHECK(b.poll().report.recorded == 1);
  CHECK(b.psa.tickets.empty());
  b.clock.advance(5min);
  b.vendor.change("c1", {{"status", "New"}});
  CHECK(b.poll().report.created == 1);
}

TEST_CASE("a case that is gone is noted once, by a sweep, and its ticket stays") {
  Started b;
  b.set("backfillDays", 1);
  b.add_cases(1, 2);
  b.poll();
  b.vendor.remove_case("c1");
  b.clock.advance(48h);
  CHECK(b.poll(sweep).report.noted == 1);
  CHECK(contains(b.psa.ticket_of("c1").notes.back(), "does not know the case `c1`"));
  CHECK_FALSE(b.psa.ticket_of("c1").closed);
  CHECK(b.psa.alert("c1").resolved_at);
  CHECK(b.psa.ticket_of("c2").notes.empty());
  for (int i = 0; i < 3; ++i) CHECK(b.poll(sweep).report.noted == 0);
}

TEST_CASE("a sweep finds what the cursor has passed") {
  Started b;
  b.add_cases(1, 1);
  b.poll();
  b.clock.advance(1h);
  b.add_cases(2, 2);
  b.poll();
  // A case that was written late, with a time that has been passed.
  b.add_cases(3, 3);
  b.vendor.row("c3")["modified_at"] = json::integer_at(b.vendor.row("c1"), "modified_at").value();
  CHECK(b.poll().report.created == 0);
  const Polled polled = b.poll(sweep);
  CHECK(polled.report.created == 1);
  CHECK(polled.report.healed == 1);
}

TEST_CASE("a case changed beyond the look-back is seen by a sweep, whatever the list says") {
  Started b;
  b.set("backfillDays", 1);
  b.set("autoCloseTickets", true);
  b.add_cases(1, 1);
  b.poll();
  b.clock.advance(72h);
  json::object& row = b.vendor.row("c1");
  row["status"] = "Resolved";  // and modified_at stays behind the cursor
  row["version"] = 2;
  CHECK(b.poll(sweep).report.closed == 1);
}
