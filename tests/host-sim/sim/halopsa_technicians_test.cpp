// What technicians do in the site: by control, by scenario, and rows as a control puts them.
#include <doctest/doctest.h>

#include "host-sim/sim/halopsa/scenario.hpp"
#include "tests/host-sim/sim/halopsa_site.hpp"

using namespace picket;
using namespace picket::test;
using namespace std::chrono_literals;

namespace {

std::string scenario_error(const std::string& text) {
  try {
    SiteSetup setup;
    setup.scenario = text;
    const SimulatedSite site(setup);
  } catch (const Error& e) {
    CHECK(e.status() == Status::invalid);
    return e.what();
  }
  return {};
}

std::string newest_note(SimulatedSite& site, std::int64_t id) { return text_of(site.actions(id).at(0).as_object(), "note"); }

}  // namespace

TEST_CASE("technicians' notes") {
  SimulatedSite site;
  site.open("Case 7");
  site.wait(1s);
  site.control("/_sim/people", R"({"ticket":1001,"who":"Sam Okafor","note_html":"<p>seen &amp; done</p>"})");
  const auto note = site.actions(1001).at(0).as_object();
  CHECK(text_of(note, "who") == "Sam Okafor");
  CHECK(json::integer_at(note, "who_agentid") == 4);
  CHECK(text_of(note, "note") == "seen & done");
  CHECK(text_of(note, "outcome") == "Internal Note");
  CHECK(json::bool_at(note, "hiddenfromuser") == false);
  CHECK(text_of(site.ticket(1001), "last_update").starts_with("2026-06-07T12:00:01"));
}

TEST_CASE("technicians close and reopen and set priority and assign") {
  SimulatedSite site;
  site.open("Case 7");
  std::string last = text_of(site.ticket(1001), "last_update");
  const auto act = [&](const std::string& attempt) {
    site.control("/_sim/people", R"([{"ticket":1001,"who":"Jane Doe",)" + attempt + "}]");
    const auto ticket = site.ticket(1001);
    CHECK(text_of(ticket, "last_update") != last);
    last = text_of(ticket, "last_update");
    return ticket;
  };
  auto ticket = act(R"("close":true,"closure_note":"false positive")");
  CHECK(json::bool_at(ticket, "hasbeenclosed") == true);
  CHECK(json::integer_at(ticket, "status_id") == 9);
  CHECK(text_of(ticket, "closure_note") == "false positive");
  ticket = act(R"("reopen":true)");
  CHECK(json::bool_at(ticket, "hasbeenclosed") == false);
  CHECK(json::integer_at(ticket, "status_id") == 2);
  CHECK(text_of(act(R"("close":true)"), "closure_note").empty());
  CHECK(json::integer_at(act(R"("status":"with user")"), "status_id") == 4);
  CHECK(text_of(act(R"("priority":"High")").at("priority").as_object(), "name") == "High");
  CHECK(text_of(act(R"("assign":"Jane Doe")"), "agent_name") == "Jane Doe");
  CHECK(text_of(act(R"("assign":"")"), "agent_name") == "Unassigned");
  CHECK(site.actions(1001).size() == 1);
}

TEST_CASE("technicians may note on a closed ticket and the newest ticket of a summary is meant") {
  SimulatedSite site;
  site.open("Case 7: old");
  site.open("Case 7: new");
  site.control("/_sim/people", R"([{"summary":"case 7","close":true},{"summary":"CASE 7","note":"after"}])");
  CHECK(newest_note(site, 1002) == "after");
  CHECK(site.actions(1001).size() == 1);
}

TEST_CASE("acts that cannot be") {
  struct Case {
    std::string act;
    std::string named;
  };
  const Case cases[] = {{R"({"note":"x"})", "either ticket"},
                        {R"({"ticket":1001,"summary":"x","note":"x"})", "either ticket"},
                        {R"({"ticket":"x","note":"x"})", "ticket"},
                        {R"({"ticket":1001})", "something to do"},
                        {R"({"ticket":1001,"who":"x"})", "something to do"},
                        {R"({"ticket":1001,"nota":"x"})", "note"},
                        {R"({"ticket":1001,"note":7})", "note"},
                        {R"({"ticket":1001,"close":"yes"})", "close"},
                        {R"({"ticket":1001,"closure_note":"x","note":"x"})", "closure_note"},
                        {R"({"ticket":1001,"priority":"Planned Request"})", "priority"},
                        {R"({"ticket":1001,"assign":"Nobody"})", "Jane Doe"},
                        {R"({"ticket":1001,"status":"Nonsense"})", "In Progress"},
                        {R"({"ticket":77,"note":"x"})", "77"},
                        {R"({"summary":"nothing like it","note":"x"})", "nothing like it"},
                        {R"([{"ticket":1001,"note":"x"},{"ticket":1001}])", "[1]"},
                        {R"("x")", "object"}};
  SimulatedSite site;
  site.open("Case 7");
  for (const Case& c : cases) {
    CAPTURE(c.act);
    const auto answer = site.post("/_sim/people", c.act);
    CHECK(answer.code == 400);
    CHECK(message_of(answer).find(c.named) != std::string::npos);
  }
  CHECK(site.actions(1001).size() == 1);
}

TEST_CASE("a scenario's acts happen when they are due and wait for their ticket") {
  SiteSetup setup;
  setup.scenario = R"({
    "clients": [{"id": 40, "name": "Adatum"}],
    "tickets": [{"id": 500, "summary": "Old printer", "client_id": 40, "dateoccurred": "-3d", "last_update": "-2d"}],
    "people": [{"ticket": 500, "who": "Jane Doe", "assign": "Jane Doe"}],
    "events": [
      {"after_seconds": 5, "summary": "old printer", "who": "Jane Doe", "close": true, "closure_note": "replaced"},
      {"after_seconds": 10, "summary": "Case 7", "who": "Sam Okafor", "note": "first"},
      {"after_seconds": 11, "summary": "Case 7", "who": "Sam Okafor", "note": "second"},
      {"after_requests": 3, "ticket": 500, "priority": "No Such Priority"},
      {"after_requests": 4, "ticket": 500, "reopen": true}
    ]})";
  SimulatedSite site(setup);
  site.new_token();                // 1
  site.call("GET", "/api/Team");   // 2 and 3
  auto ticket = site.ticket(500);  // 4
  CHECK(text_of(ticket, "client_name") == "Adatum");
  CHECK(text_of(ticket, "agent_name") == "Jane Doe");
  CHECK(text_of(ticket, "dateoccurred") == "2026-06-04T12:00:00Z");
  CHECK(json::integer_at(site.ticket(500), "status_id") == 2);
  site.wait(5s);
  ticket = site.ticket(500);
  CHECK(text_of(ticket, "closure_note") == "replaced");
  CHECK(text_of(ticket, "dateclosed") == "2026-06-07T12:00:05Z");
  site.wait(60s);
  const auto id = site.open("Case 7: something");
  CHECK(id == 1001);
  CHECK(newest_note(site, id) == "second");
  CHECK(site.actions(id).size() == 3);
  CHECK(text_of(site.actions(id).at(1).as_object(), "note") == "first");
}

TEST_CASE("scenarios that cannot be") {
  CHECK(scenario_error(R"({"client": []})").find("did you mean clients?") != std::string::npos);
  CHECK(scenario_error(R"({"clients": {}})").find("clients: expected a list") != std::string::npos);
  CHECK(scenario_error(R"({"clients": [{}]})").find("clients[0].name") != std::string::npos);
  CHECK(scenario_error(R"({"clients": [{"id":"x","name":"y"}]})").find("clients[0].id") != std::string::npos);
  CHECK(scenario_error(R"({"priorities": [{"name":"y"}]})").find("priorities[0]") != std::string::npos);
  CHECK(scenario_error(R"({"tickets": [{"id":0}]})").find("tickets[0].id") != std::string::npos);
  CHECK(scenario_error(R"({"people": [{"ticket":7,"note":"x"}]})").find("7") != std::string::npos);
  CHECK(scenario_error(R"({"events": [{"ticket":7,"note":"x"}]})").find("events[0]: expected either after_seconds") != std::string::npos);
  CHECK(scenario_error(R"({"events": [{"after_seconds":-1,"ticket":7,"note":"x"}]})").find("events[0].after_seconds") != std::string::npos);
  CHECK(scenario_error(R"({"events": [{"after_requests":1,"ticket":7}]})").find("events[0]: expected something") != std::string::npos);
  CHECK(scenario_error("[").find("scenario test.json") != std::string::npos);
}

TEST_CASE("rows are put as the control says") {
  SimulatedSite site;
  const auto answer = site.control(
      "/_sim/tickets",
      R"([{"summary":"a","status_id":9,"last_update":"2026-01-02T03:04:05.5Z"},{"id":2000,"summary":"b","agent_id":"odd","hasbeenclosed":7,"more":{"x":1}}])");
  CHECK(answer.as_object().at("ids").as_array().size() == 2);
  const auto a = site.ticket(1001);
  CHECK(json::bool_at(a, "hasbeenclosed") == true);
  CHECK(text_of(a, "last_update") == "2026-01-02T03:04:05.5Z");
  auto b = site.ticket(2000);
  CHECK(text_of(b, "agent_id") == "odd");
  CHECK(json::integer_at(b, "hasbeenclosed") == 7);
  CHECK(b.at("more").is_object());
  site.control("/_sim/tickets", R"({"id":2000,"agent_id":3,"last_update":"-1h"})");
  b = site.ticket(2000);
  CHECK(json::integer_at(b, "agent_id") == 3);
  CHECK(text_of(b, "last_update") == "2026-06-07T11:00:00Z");
  CHECK(site.open("next") == 2001);
  site.control("/_sim/tickets", R"({"id":2000,"_delete":true})");
  CHECK(site.get("/api/Tickets/2000").code == 404);
  const auto all = site.read("/_sim/tickets").as_array();
  REQUIRE(all.size() == 2);
  CHECK(all[0].as_object().at("actions").as_array().size() == 1);
}

TEST_CASE("the lists of the site can be changed while it runs") {
  SimulatedSite site;
  site.control("/_sim/outcomes", R"({"name":"Vendor Note"})");
  site.control("/_sim/statuses", R"([{"id":11,"name":"Done","closes":true},{"id":10,"closes":false}])");
  site.open("x");
  site.write("/api/Actions", R"([{"ticket_id":1001,"note":"x","outcome":"Vendor Note"}])");
  site.write("/api/Tickets", R"([{"id":1001,"status_id":11}])");
  CHECK(json::bool_at(site.ticket(1001), "hasbeenclosed") == true);
  site.write("/api/Tickets", R"([{"id":1001,"status_id":10}])");
  CHECK(json::bool_at(site.ticket(1001), "hasbeenclosed") == false);
  CHECK(site.read("/api/Status").as_array().size() == 10);
  CHECK_FALSE(site.read("/api/Status").as_array().back().as_object().contains("closes"));
  CHECK(site.post("/_sim/statuses", R"({"id":12})").code == 400);
}
