#include "host-sim/sim/huntress/scenario.hpp"

#include <doctest/doctest.h>

#include "tests/host-sim/sim/simulated_account.hpp"

using namespace picket;
using namespace picket::test;
using namespace std::chrono_literals;
using namespace picket::sim::huntress;

namespace {

std::string error_of(const std::string& text) {
  Data data;
  Events events;
  try {
    load_scenario(text, "test.json", data, events, test_start());
  } catch (const Error& e) {
    CHECK(e.status() == Status::invalid);
    return e.what();
  }
  return "(none)";
}

std::string status_of(SimulatedAccount& account) { return json::text_at(account.incident(1), "status").value_or(""); }

}  // namespace

TEST_CASE("errors in a scenario name the file, the field and what is expected") {
  CHECK(error_of("{}") == "(none)");
  CHECK(error_of("{").find("test.json") != std::string::npos);
  CHECK(error_of("[]") == "scenario test.json: the document: expected an object");
  CHECK(error_of(R"({"incident":[]})") ==
        "scenario test.json: incident: expected one of account organizations agents incidents events (did you mean incidents?)");
  CHECK(error_of(R"({"account":[]})") == "scenario test.json: account: expected an object");
  CHECK(error_of(R"({"agents":{}})") == "scenario test.json: agents: expected a list of objects");
  CHECK(error_of(R"({"agents":[{},3]})") == "scenario test.json: agents[1]: expected an object");
  CHECK(error_of(R"({"organizations":[{"id":1}]})") == "scenario test.json: organizations[0].name: expected a text");
  CHECK(error_of(R"({"incidents":[{"id":1},{"id":2},{"id":1}]})") ==
        "scenario test.json: incidents[2].id: expected an id of its own, 1 is used twice");
  CHECK(error_of(R"({"incidents":[{"id":1,"updated_at":"-2 hours"}]})")
            .starts_with("scenario test.json: incidents[0].updated_at: expected a time"));
  CHECK(error_of(R"({"events":[{"incident":{}}]})") == "scenario test.json: events[0]: expected either after_seconds or after_requests");
  CHECK(error_of(R"({"events":[{"after_seconds":-1,"incident":{}}]})")
            .starts_with("scenario test.json: events[0].after_seconds: expected a number"));
  CHECK(error_of(R"({"events":[{"after_requests":0,"incident":{}}]})")
            .starts_with("scenario test.json: events[0].after_requests: expected a whole"));
  CHECK(error_of(R"({"events":[{"after_seconds":1}]})") == "scenario test.json: events[0]: expected one of incident, organization, agent");
  CHECK(error_of(R"({"events":[{"after_seconds":1,"incident":3}]})") == "scenario test.json: events[0].incident: expected an object");
  CHECK(error_of(R"({"events":[{"after_seconds":1,"incident":{"sent_at":"-x"}}]})").find("sent_at: expected a time") != std::string::npos);
}

TEST_CASE("the account's members replace the default ones") {
  SimulatedAccount account({.scenario = R"({"account":{"id":9,"name":"Northwind MSP"},"incidents":[{"id":1}]})"});
  const auto shown = account.json_of("/v1/account").as_object().at("account").as_object();
  CHECK(json::text_at(shown, "name") == "Northwind MSP");
  CHECK(json::text_at(shown, "status") == "enabled");
  CHECK(json::integer_at(account.incident(1), "account_id") == 9);
}

TEST_CASE("events happen by time, each as if at its own moment") {
  SimulatedAccount account({.scenario = R"({"incidents":[{"id":1,"updated_at":"-1h"}],"events":[
    {"after_seconds":20,"incident":{"id":1,"status":"closed"}},
    {"after_seconds":10,"incident":{"id":1,"status":"auto_remediating"}},
    {"after_seconds":15,"agent":{"id":4,"hostname":"NEW"}}]})"});
  CHECK(status_of(account) == "sent");
  account.wait(10s);
  CHECK(status_of(account) == "auto_remediating");
  CHECK(account.code_of("/v1/agents/4") == 404);
  account.json_of("/_sim/advance", R"({"seconds":60.5})");
  CHECK(status_of(account) == "closed");
  CHECK(account.code_of("/v1/agents/4") == 200);
  CHECK(json::text_at(account.incident(1), "updated_at") == "2026-06-07T12:00:20Z");
}

TEST_CASE("events happen between requests") {
  SimulatedAccount account({.scenario = R"({"incidents":[{"id":1}],"events":[{"after_requests":2,"incident":{"id":1,"status":"closed"}},
    {"after_requests":3,"incident":{"id":77,"_delete":true}}]})"});
  CHECK(status_of(account) == "sent");
  account.code_of("/_sim/stats");
  CHECK(status_of(account) == "sent");
  CHECK(status_of(account) == "closed");
}

TEST_CASE("events of one moment keep their order") {
  std::string events;
  for (int i = 0; i < 40; ++i)
    events += std::string(i > 0 ? "," : "") + R"({"after_seconds":5,"incident":{"id":1,"subject":")" + std::to_string(i) + "\"}}";
  SimulatedAccount account({.scenario = R"({"events":[)" + events + "]}"});
  account.wait(5s);
  CHECK(json::text_at(account.incident(1), "subject") == "39");
}
