// What real sites do with writes, visibility and times: each quirk alone, and how quirks are switched.
#include <doctest/doctest.h>

#include <map>

#include "host-sim/sim/halopsa/quirks.hpp"
#include "tests/e2e/process.hpp"
#include "tests/host-sim/sim/halopsa_site.hpp"
#include "tests/support/http_get.hpp"
#include "tests/support/tls_certificate.hpp"

using namespace picket;
using namespace picket::test;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t new_status = 1, in_progress = 2, resolved = 8, closed = 9, updated = 21;

std::int64_t status_of(const json::object& ticket) { return json::integer_at(ticket, "status_id").value_or(0); }

std::int64_t write_status(SimulatedSite& site, std::int64_t status) {
  return status_of(site.write("/api/Tickets", R"([{"id":1001,"status_id":)" + std::to_string(status) + "}]").as_object());
}

}  // namespace

TEST_CASE("an ignored status is answered as it was and a person's act works") {
  struct Case {
    std::string quirk;
    std::vector<std::int64_t> answered;  // to three attempts to close
  };
  const Case cases[] = {{.quirk = "silent-status", .answered = {new_status, new_status, new_status}},
                        {.quirk = "silent-status=2", .answered = {new_status, new_status, closed}},
                        {.quirk = "silent-update", .answered = {new_status, new_status, new_status}},
                        {.quirk = "silent-update=1", .answered = {new_status, closed, closed}}};
  for (const Case& c : cases) {
    CAPTURE(c.quirk);
    SimulatedSite site(with("\"" + c.quirk + "\""));
    site.open("x");
    const auto before = site.ticket(1001);
    for (const std::int64_t expected : c.answered) {
      CHECK(write_status(site, closed) == expected);
      if (expected == new_status) CHECK(site.ticket(1001) == before);
    }
    person(site, R"("close":true)");
    CHECK(status_of(site.ticket(1001)) == closed);
  }
}

TEST_CASE("an ignored status leaves the other fields of an update and an ignored update leaves its note") {
  SimulatedSite site(with(R"("silent-status")"));
  site.open("x");
  site.wait(1s);
  site.write("/api/Tickets", R"([{"id":1001,"status_id":9,"priority_id":1}])");
  CHECK(text_of(site.ticket(1001), "last_update") == "2026-06-07T12:00:01Z");
  CHECK(status_of(site.ticket(1001)) == new_status);
  CHECK(json::integer_at(site.ticket(1001), "priority_id") == 1);
  site.control("/_sim/quirks", R"({"set":["silent-update"]})");
  site.write("/api/Tickets", R"([{"id":1001,"summary":"y","details":"d","priority_id":2,"note":"n","outcome":"Internal Note"}])");
  const auto ticket = site.ticket(1001);
  CHECK(text_of(ticket, "summary") == "x");
  CHECK(text_of(ticket, "details").empty());
  CHECK(json::integer_at(ticket, "priority_id") == 1);
  CHECK(text_of(site.actions(1001).at(0).as_object(), "note") == "n");
}

TEST_CASE("a late status shows after its time") {
  SimulatedSite site(with(R"("late-status=30")"));
  site.open("x");
  CHECK(write_status(site, closed) == new_status);
  site.wait(29s);
  CHECK(status_of(site.ticket(1001)) == new_status);
  site.wait(1s);
  const auto ticket = site.ticket(1001);
  CHECK(status_of(ticket) == closed);
  CHECK(json::bool_at(ticket, "hasbeenclosed") == true);
  CHECK(text_of(ticket, "last_update").starts_with("2026-06-07T12:00:30"));
}

TEST_CASE("lists and searches show a ticket late and reading by id works at once") {
  SimulatedSite site(with(R"("late-list=1m")"));
  site.open("late one");
  for (const std::string target : {"/api/Tickets", "/api/Tickets?search=late", "/api/Tickets?lastupdatefromdate=2026-06-07T00:00:00Z"}) {
    CAPTURE(target);
    CHECK(ids_of(site.read(target)).empty());
  }
  CHECK(status_of(site.ticket(1001)) == new_status);
  CHECK(site.actions(1001).size() == 1);
  site.wait(1min);
  CHECK(ids_of(site.read("/api/Tickets?search=late")) == std::vector<std::int64_t>{1001});
}

TEST_CASE("lists by last update and lists of actions are late") {
  SimulatedSite site(with(R"("late-changes=30","late-actions=10")"));
  site.open("x");
  const std::string changed = "/api/Tickets?lastupdatefromdate=2026-06-07T00:00:00Z";
  CHECK(ids_of(site.read(changed)).empty());
  CHECK(ids_of(site.read("/api/Tickets")).size() == 1);
  CHECK(site.actions(1001).empty());
  site.wait(31s);
  CHECK(ids_of(site.read(changed)).size() == 1);
  person(site, R"("note":"n")");
  CHECK(ids_of(site.read(changed)).empty());
  CHECK(site.actions(1001).size() == 1);
  site.wait(10s);
  CHECK(site.actions(1001).size() == 2);
}

TEST_CASE("answers to creations and notes are lost after their effect") {
  SimulatedSite site(with(R"("lost-create-answer=2","lost-note-answer")"));
  for (const auto expected : {sim::Ending::complete, sim::Ending::reset, sim::Ending::complete, sim::Ending::reset})
    CHECK(site.call("POST", "/api/Tickets", R"([{"summary":"x"}])").ending == expected);
  CHECK(site.read("/_sim/tickets").as_array().size() == 4);
  CHECK(site.call("POST", "/api/Tickets", R"([{"id":1001,"summary":"y"}])").ending == sim::Ending::complete);
  CHECK(site.call("POST", "/api/Actions", R"([{"ticket_id":1001,"note":"n"}])").ending == sim::Ending::reset);
  CHECK(site.actions(1001).size() == 2);
}

TEST_CASE("where a ticket's status comes to rest") {
  struct Case {
    std::string quirk;
    std::int64_t before;  // put by a person
    std::string target;   // what the API posts
    std::string body;
    std::int64_t after;
    bool is_closed;
  };
  const std::string note = R"([{"ticket_id":1001,"note":"n"}])";
  const Case cases[] = {
      {"closed-rests-in=Resolved", new_status, "/api/Tickets", R"([{"id":1001,"status_id":9}])", resolved, false},
      {"closed-rests-in=cancelled", new_status, "/api/Tickets", R"([{"id":1001,"status_id":9}])", 10, true},
      {"closed-rests-in=Resolved", new_status, "/api/Tickets", R"([{"id":1001,"status_id":2}])", in_progress, false},
      {"note-reopens", closed, "/api/Actions", note, in_progress, false},
      {"note-reopens", new_status, "/api/Actions", note, new_status, false},
      {"note-reopens", closed, "/api/Tickets", R"([{"id":1001,"note":"n"}])", in_progress, false},
      {"note-reopens", new_status, "/api/Tickets", R"([{"id":1001,"note":"n","status_id":9}])", closed, true},
      {"note-sets-status=Updated", new_status, "/api/Actions", note, updated, false},
      {"note-sets-status=Updated", new_status, "/api/Tickets", R"([{"id":1001,"note":"n","status_id":2}])", in_progress, false}};
  for (const Case& c : cases) {
    CAPTURE(c.quirk);
    CAPTURE(c.body);
    SimulatedSite site(with("\"" + c.quirk + "\""));
    site.open("x");
    site.control("/_sim/rules", R"({"refuse_notes_on_closed":true})");
    site.control("/_sim/tickets", R"({"id":1001,"status_id":)" + std::to_string(c.before) + "}");
    site.write(c.target, c.body);
    CHECK(status_of(site.ticket(1001)) == c.after);
    CHECK(json::bool_at(site.ticket(1001), "hasbeenclosed") == c.is_closed);
  }
}

TEST_CASE("a person's closing and note are not subject to what the API's are") {
  SimulatedSite site(with(R"("closed-rests-in=Resolved","note-reopens","note-sets-status=Updated")"));
  site.open("x");
  person(site, R"("close":true)");
  person(site, R"("note":"n")");
  CHECK(status_of(site.ticket(1001)) == closed);
}

TEST_CASE("rules change what is created") {
  SimulatedSite site(with(R"("rule-sets-status=In Progress","rule-sets-priority=high","rule-assigns=Jane Doe")"));
  auto ticket = site.write("/api/Tickets", R"([{"summary":"x","priority_id":4}])").as_object();
  CHECK(status_of(ticket) == in_progress);
  CHECK(json::integer_at(ticket, "priority_id") == 2);
  CHECK(text_of(ticket, "agent_name") == "Jane Doe");
  ticket = site.write("/api/Tickets", R"([{"id":1001,"priority_id":1,"status_id":1,"agent_id":4}])").as_object();
  CHECK(json::integer_at(ticket, "priority_id") == 2);
  CHECK(status_of(ticket) == new_status);
  CHECK(text_of(ticket, "agent_name") == "Sam Okafor");
}

TEST_CASE("bodies and notes come back in the site's HTML") {
  SimulatedSite site(with(R"("rewrites-html")"));
  site.write("/api/Tickets", R"([{"summary":"x","details_html":"<p>a<br>b</p>"}])");
  CHECK(text_of(site.ticket(1001), "details_html") == "<div class=\"halo-editor\"><p>a<br />b</p></div>");
  CHECK(text_of(site.ticket(1001), "details") == "a\nb");
  site.write("/api/Actions", R"([{"ticket_id":1001,"note_html":"n<br>m"}])");
  CHECK(text_of(site.actions(1001).at(0).as_object(), "note_html") == "<div class=\"halo-editor\">n<br />m</div>");
}

TEST_CASE("sticky flags of a ticket that was reopened") {
  for (const bool is_sticky : {true, false}) {
    CAPTURE(is_sticky);
    SimulatedSite site(is_sticky ? with(R"("sticky-closed")") : SiteSetup{});
    site.open("x");
    site.open("y");
    person(site, R"("merge_into":1002)");
    person(site, R"("reopen":true)");
    const auto ticket = site.ticket(1001);
    CHECK(status_of(ticket) == in_progress);
    CHECK(json::bool_at(ticket, "hasbeenclosed") == is_sticky);
    CHECK(ticket.contains("dateclosed") == is_sticky);
    CHECK(ticket.contains("merged_into_id") == is_sticky);
    CHECK(ids_of(site.read("/api/Tickets?open_only=true")).size() == 2);
    site.write("/api/Actions", R"([{"ticket_id":1001,"note":"it is open"}])");
  }
}

TEST_CASE("another agent's ticket is hidden from the API") {
  SimulatedSite site(with(R"("assigned-hidden")"));
  site.open("x");
  site.open("y");
  CHECK(site.get("/api/Tickets/1001").code == 200);
  person(site, R"("assign":"Jane Doe")");
  CHECK(ids_of(site.read("/api/Tickets")) == std::vector<std::int64_t>{1002});
  CHECK(ids_of(site.read("/api/Tickets?search=x")).empty());
  CHECK(site.get("/api/Tickets/1001").code == 404);
  CHECK(site.get("/api/Actions?ticket_id=1001").code == 404);
  CHECK(site.post("/api/Tickets", R"([{"id":1001,"status_id":9}])").code == 403);
  CHECK(site.post("/api/Actions", R"([{"ticket_id":1001,"note":"n"}])").code == 403);
  CHECK(site.post("/api/Tickets", R"([{"id":999,"status_id":9}])").code == 404);
  person(site, R"("assign":"Picket API")");
  CHECK(site.get("/api/Tickets/1001").code == 200);
  person(site, R"("assign":"Jane Doe")");
  site.control("/_sim/quirks", R"({"clear":["assigned-hidden"]})");
  CHECK(ids_of(site.read("/api/Tickets")).size() == 2);
}

TEST_CASE("local times are given and taken without a zone") {
  SimulatedSite site(with(R"("local-times=-5h")"));
  site.open("x");
  CHECK(text_of(site.ticket(1001), "dateoccurred") == "2026-06-07T07:00:00");
  CHECK(text_of(site.actions(1001).at(0).as_object(), "datetime") == "2026-06-07T07:00:00");
  struct Case {
    std::string since;
    std::size_t found;
  };
  for (const Case& c : {Case{"2026-06-07T07:00:00", 1}, Case{"2026-06-07T07:00:01", 0}, Case{"2026-06-07T11:00:00Z", 0},
                        Case{"2026-06-07T06:59:00.5Z", 1}, Case{"2026-06-07T06:00:00-05:00", 1}}) {
    CAPTURE(c.since);
    CHECK(ids_of(site.read("/api/Tickets?lastupdatefromdate=" + c.since)).size() == c.found);
  }
  CHECK(text_of(site.read("/_sim/tickets").as_array().at(0).as_object(), "dateoccurred") == "2026-06-07T12:00:00Z");
}

TEST_CASE("the site's clock is wrong, in its Date header as in its tickets") {
  for (const auto& [quirk, hour] : {std::pair{"clock-skew=90m", "13:30"}, std::pair{"clock-skew=-2h", "10:00"}}) {
    CAPTURE(quirk);
    SimulatedSite site(with("\"" + std::string(quirk) + "\""));
    site.open("x");
    CHECK(text_of(site.ticket(1001), "dateoccurred") == "2026-06-07T" + std::string(hour) + ":00Z");
    person(site, R"("note":"n")");
    CHECK(text_of(site.actions(1001).at(0).as_object(), "datetime") == "2026-06-07T" + std::string(hour) + ":00Z");
    CHECK(site.simulation().now() != site.now());
    site.control("/_sim/quirks", R"({"clear":["clock-skew"]})");
    CHECK(site.simulation().now() == site.now());
    CHECK(site.get("/api/Team").code == 200);  // tokens do not expire by it
  }
}

TEST_CASE("quirks are switched while the site runs and shown") {
  SimulatedSite site;
  CHECK(active(site) == "[]");
  site.control("/_sim/quirks", R"({"set":["silent-status=2","late-list=30","closed-rests-in=Resolved"]})");
  CHECK(active(site) == R"(["silent-status=2","late-list=30","closed-rests-in=Resolved"])");
  site.open("x");
  write_status(site, closed);
  CHECK(active(site).find("silent-status=1") != std::string::npos);
  write_status(site, closed);
  CHECK(active(site) == R"(["late-list=30","closed-rests-in=Resolved"])");
  site.control("/_sim/quirks", R"({"clear":["late-list"],"set":["late-list=5","note-reopens"]})");
  CHECK(active(site) == R"(["late-list=5","closed-rests-in=Resolved","note-reopens"])");
  const auto shown = site.read("/_sim/quirks").as_object();
  CHECK(shown.at("known").as_array().size() == sim::halopsa::quirk_table().size());
  CHECK(shown.at("rights").as_array().size() == sim::halopsa::rights_table().size());
  CHECK(site.call("DELETE", "/_sim/quirks").answer.code == 200);
  CHECK(active(site) == "[]");
}

TEST_CASE("a scenario sets quirks and changes them in time") {
  SiteSetup setup;
  setup.scenario = R"({
    "statuses": [{"id": 30, "name": "Waiting for approval"}],
    "quirks": ["right-missing=add-tickets", "closed-rests-in=Waiting for approval"],
    "events": [{"after_seconds": 8, "quirks": {"clear": ["right-missing=add-tickets"], "set": ["silent-status"]}}]})";
  SimulatedSite site(setup);
  CHECK(site.post("/api/Tickets", R"([{"summary":"x"}])").code == 403);
  site.wait(8s);
  site.open("x");
  CHECK(active(site) == R"(["silent-status","closed-rests-in=Waiting for approval"])");
}

TEST_CASE("all quirks together") {
  const std::map<sim::halopsa::QuirkValue, std::string> values{{sim::halopsa::QuirkValue::none, ""},
                                                               {sim::halopsa::QuirkValue::first_n, "=2"},
                                                               {sim::halopsa::QuirkValue::each_nth, "=3"},
                                                               {sim::halopsa::QuirkValue::seconds, "=3"},
                                                               {sim::halopsa::QuirkValue::offset, "=-90m"},
                                                               {sim::halopsa::QuirkValue::status, "=Updated"},
                                                               {sim::halopsa::QuirkValue::priority, "=High"},
                                                               {sim::halopsa::QuirkValue::agent, "=Picket API"},
                                                               {sim::halopsa::QuirkValue::right, "=read-users"},
                                                               {sim::halopsa::QuirkValue::field, "=summary"},
                                                               {sim::halopsa::QuirkValue::optional_name, "=acme"}};
  std::string all;
  for (const auto& row : sim::halopsa::quirk_table())
    all += (all.empty() ? "\"" : ",\"") + std::string(row.name) + values.at(row.value) + "\"";
  SimulatedSite site;
  site.new_token();
  site.open("x");
  site.control("/_sim/quirks", R"({"set":[)" + all + "]}");
  CHECK(site.read("/_sim/state").as_object().at("quirks").as_array().size() == sim::halopsa::quirk_table().size());
  for (int i = 0; i < 20; ++i) {
    site.write("/api/Tickets", R"([{"summary":"x","details":"d","priority_id":1}])");
    site.write("/api/Tickets", R"([{"id":1001,"status_id":9,"note":"n"}])");
    site.write("/api/Actions", R"([{"ticket_id":1001,"note":"n","who":"Mira Sato"}])");
    site.write("/api/Tickets", R"([{"id":1001,"status_id":2}])");
    person(site, R"("note":"n")");
    site.wait(2s);
    site.read("/api/Tickets?lastupdatefromdate=2026-06-07T00:00:00Z");
    site.actions(1001);
  }
  CHECK(site.call("DELETE", "/_sim/quirks").answer.code == 200);
  CHECK(ids_of(site.read("/api/Tickets")).size() == 21);
}

TEST_CASE("quirks that cannot be") {
  struct Case {
    std::string change;
    std::string named;
  };
  const Case cases[] = {{R"({"set":["silent-statu"]})", "did you mean silent-status?"},
                        {R"({"clear":["silent-statu"]})", "did you mean silent-status?"},
                        {R"({"set":["nothing at all like it"]})", "expected one of silent-status"},
                        {R"({"set":["silent-status=0"]})", "at least 1"},
                        {R"({"set":["note-reopens=3"]})", "no value"},
                        {R"({"set":["late-list"]})", "late-list=SECONDS"},
                        {R"({"set":["late-list=-3"]})", "a duration"},
                        {R"({"set":["late-list=soon"]})", "a duration"},
                        {R"({"set":["local-times="]})", "a value"},
                        {R"({"set":["closed-rests-in=Resolve"]})", "did you mean Resolved?"},
                        {R"({"set":["rule-assigns=Jane Do"]})", "did you mean Jane Doe?"},
                        {R"({"set":["rule-sets-priority=Hihg"]})", "did you mean High?"},
                        {R"({"set":["right-missing=add-ticket"]})", "did you mean add-tickets?"},
                        {R"({"set":"silent-status"})", "a list"},
                        {R"({"set":[7]})", "a list"},
                        {R"({"sets":[]})", "set or clear"}};
  for (const Case& c : cases) {
    CAPTURE(c.change);
    SimulatedSite site(with(R"("late-list=30")"));
    const auto answer = site.post("/_sim/quirks", c.change);
    CHECK(answer.code == 400);
    CHECK(message_of(answer).find(c.named) != std::string::npos);
    CHECK(active(site) == R"(["late-list=30"])");
  }
  for (const std::string scenario : {R"({"quirks":["silent-statu"]})", R"({"quirks":"silent-status"})",
                                     R"({"events":[{"after_seconds":1,"quirks":{"set":["silent-statu"]}}]})",
                                     R"({"events":[{"after_seconds":1,"quirks":{"set":[]},"ticket":1}]})"}) {
    CAPTURE(scenario);
    SiteSetup setup;
    setup.scenario = scenario;
    CHECK_THROWS_AS(SimulatedSite{setup}, Error);
  }
}

TEST_CASE("the command lists quirks and takes several, of a scenario's statuses too") {
  const auto vendors = [](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {PICKET_VENDORS_COMMAND, "halopsa"});
    return e2e::Command{arguments, {}, {}};
  };
  const auto listed = e2e::run(vendors({"--quirks"}));
  CHECK(listed.exit_code == 0);
  for (const auto& row : sim::halopsa::quirk_table())
    CHECK(listed.out.find("  " + sim::halopsa::quirk_form(row) + " ") != std::string::npos);
  for (const auto& row : sim::halopsa::rights_table()) CHECK(listed.out.find(row.title) != std::string::npos);
  const auto refused = e2e::run(vendors({"--quirk", "late-lst=3"}));
  CHECK(refused.exit_code == 2);
  CHECK(refused.err.find("did you mean late-list?") != std::string::npos);
  const TemporaryFile scenario(R"({"statuses":[{"id":30,"name":"Waiting"}],"quirks":["note-reopens"]})");
  e2e::Process site(vendors({"--scenario", scenario.path(), "--quirk", "closed-rests-in=Waiting", "--quirk", "late-list=3"}));
  const std::string line = site.first_line();
  REQUIRE(line.starts_with("listening on "));
  const auto state = http_call("GET", line.substr(std::string("listening on ").size()) + "/_sim/state");
  CHECK(state.body.find(R"("quirks":["late-list=3","closed-rests-in=Waiting","note-reopens"])") != std::string::npos);
}
