#include <doctest/doctest.h>

#include "tests/host-sim/sim/simulated_account.hpp"

using namespace picket;
using namespace picket::test;
using namespace std::chrono_literals;

namespace {

std::string text(const json::object& o, std::string_view name) { return json::text_at(o, name).value_or("(none)"); }

}  // namespace

TEST_CASE("a partial incident creates a row, and a second one is merged into it") {
  SimulatedAccount account;
  account.json_of("/_sim/incidents", R"({"id":5,"organization_id":1,"subject":"one","severity":"low"})");
  auto incident = account.incident(5);
  CHECK(text(incident, "status") == "sent");
  CHECK(text(incident, "updated_at") == "2026-06-07T12:00:00Z");
  CHECK(text(incident, "sent_at") == "2026-06-07T12:00:00Z");
  CHECK(text(incident, "status_updated_at") == "2026-06-07T12:00:00Z");
  account.wait(90s);
  account.json_of("/_sim/incidents", R"([{"id":5,"severity":"high"}])");
  incident = account.incident(5);
  CHECK(text(incident, "subject") == "one");
  CHECK(text(incident, "severity") == "high");
  CHECK(text(incident, "updated_at") == "2026-06-07T12:01:30Z");
  CHECK(text(incident, "status_updated_at") == "2026-06-07T12:00:00Z");
}

TEST_CASE("a changed status is dated, and closed_at follows") {
  SimulatedAccount account;
  account.json_of("/_sim/incidents", R"({"id":5})");
  account.wait(1h);
  account.json_of("/_sim/incidents", R"({"id":5,"status":"closed"})");
  CHECK(text(account.incident(5), "status_updated_at") == "2026-06-07T13:00:00Z");
  CHECK(text(account.incident(5), "closed_at") == "2026-06-07T13:00:00Z");
  account.json_of("/_sim/incidents", R"({"id":5,"status":"sent","updated_at":"-10m"})");
  CHECK(text(account.incident(5), "status_updated_at") == "2026-06-07T12:50:00Z");
  CHECK_FALSE(account.incident(5).contains("closed_at"));
}

TEST_CASE("rows without an id get the next one") {
  SimulatedAccount account;
  const json::value answer = account.json_of("/_sim/incidents", R"([{"id":41},{"subject":"x"},{}])");
  CHECK(boost::json::serialize(answer) == R"({"ids":["41","42","43"]})");
  CHECK(text(account.incident(42), "subject") == "x");
}

TEST_CASE("values of any type are kept and served as they are") {
  SimulatedAccount account;
  account.json_of("/_sim/incidents",
                  R"([{"id":"7","organization_id":"1","subject":null,"severity":{"a":1},"updated_at":17,"indicator_types":"footholds",
    "remediations":false,"body":["x"],"agent_id":1.5,"platform":true}])");
  const auto incident = account.incident(7);
  CHECK(boost::json::serialize(incident.at("id")) == R"("7")");
  CHECK(boost::json::serialize(incident.at("severity")) == R"({"a":1})");
  CHECK(boost::json::serialize(incident.at("updated_at")) == "17");
  CHECK(boost::json::serialize(incident.at("remediations")) == "false");
  CHECK(incident.at("subject").is_null());
  CHECK(account.ids("/v1/incident_reports?sort_field=updated_at") == std::vector<std::int64_t>{7});
  CHECK(account.ids("/v1/incident_reports/7/remediations", "remediations").empty());
  account.json_of("/_sim/incidents", R"({"id":null,"status":"sent"})");
  CHECK(account.json_of("/_sim/incidents").as_array().size() == 2);
}

TEST_CASE("members and rows can be removed") {
  SimulatedAccount account;
  account.json_of("/_sim/incidents", R"({"id":5,"subject":"one","_absent":["sent_at","account_id","updated_at"]})");
  const auto incident = account.incident(5);
  CHECK_FALSE(incident.contains("sent_at"));
  CHECK_FALSE(incident.contains("account_id"));
  CHECK_FALSE(incident.contains("updated_at"));
  CHECK_FALSE(incident.contains("_absent"));
  account.json_of("/_sim/incidents", R"({"id":5,"_delete":true})");
  CHECK(account.code_of("/v1/incident_reports/5") == 404);
  CHECK(account.call("POST", "/_sim/incidents", R"({"id":5,"_delete":true})").answer.code == 400);
}

TEST_CASE("a plain list of remediations becomes the first ten inline, and all of them at their own address") {
  SimulatedAccount account;
  std::string list = "[";
  for (int i = 1; i <= 23; ++i) list += std::string(i > 1 ? "," : "") + R"({"id":)" + std::to_string(i) + R"(,"type":"manual"})";
  list += "]";
  account.json_of("/_sim/incidents", R"({"id":5,"remediations":)" + list + "}");
  const auto incident = account.incident(5);
  const auto& inlined = incident.at("remediations").as_object();
  CHECK(json::integer_at(inlined, "total_count") == 23);
  CHECK(json::bool_at(inlined, "has_more") == true);
  CHECK(json::array_at(inlined, "items")->size() == 10);
  CHECK(walk(account, "/v1/incident_reports/5/remediations", "remediations").size() == 23);
  account.json_of("/_sim/incidents", R"({"id":5,"subject":"other"})");
  CHECK(walk(account, "/v1/incident_reports/5/remediations", "remediations").size() == 23);
  account.json_of("/_sim/incidents", R"({"id":5,"remediations":[{"id":1}]})");
  CHECK(walk(account, "/v1/incident_reports/5/remediations", "remediations").size() == 1);
  CHECK(json::bool_at(account.incident(5).at("remediations").as_object(), "has_more") == false);
}

TEST_CASE("relative times, at any depth, are seen from the moment of the change") {
  SimulatedAccount account;
  account.wait(30s);
  account.json_of("/_sim/incidents", R"({"id":5,"updated_at":"-2h","sent_at":"-1d","closed_at":"+90s","subject":"-2h",
    "remediations":[{"id":1,"approved_at":"-30s"}]})");
  const auto incident = account.incident(5);
  CHECK(text(incident, "updated_at") == "2026-06-07T10:00:30Z");
  CHECK(text(incident, "sent_at") == "2026-06-06T12:00:30Z");
  CHECK(text(incident, "closed_at") == "2026-06-07T12:02:00Z");
  CHECK(text(incident, "subject") == "-2h");
  CHECK(text(incident.at("remediations").as_object().at("items").as_array().at(0).as_object(), "approved_at") == "2026-06-07T12:00:00Z");
}

TEST_CASE("organizations and agents likewise") {
  SimulatedAccount account;
  account.json_of("/_sim/organizations", R"({"id":3,"name":"Contoso Ltd."})");
  account.json_of("/_sim/organizations", R"({"id":3,"name":"Contoso AG"})");
  const auto organization = account.json_of("/v1/organizations/3").as_object().at("organization").as_object();
  CHECK(text(organization, "name") == "Contoso AG");
  CHECK(text(organization, "key") == "contoso-ltd");
  CHECK(organization.contains("notify_emails"));
  account.json_of("/_sim/agents", R"({"id":8,"hostname":"A"})");
  account.json_of("/_sim/agents", R"({"id":8,"organization_id":3})");
  CHECK(account.ids("/v1/agents?organization_id=3&hostname=a", "agents") == std::vector<std::int64_t>{8});
  CHECK(account.json_of("/_sim/agents").as_array().size() == 1);
}

TEST_CASE("wrong control requests say what was expected") {
  SimulatedAccount account;
  const auto message = [&](const std::string& target, const std::string& body) {
    const auto exchange = account.call("POST", target, body);
    CHECK(exchange.answer.code == 400);
    return text(json::parse_object(exchange.answer.body, "answer").at("error").as_object(), "message");
  };
  CHECK(message("/_sim/incidents", R"([{"id":1},{"id":2,"sent_at":"-2x"}])").starts_with("[1].sent_at: expected a time"));
  CHECK(message("/_sim/incidents", R"([1])").starts_with("[0]: expected an object"));
  CHECK(message("/_sim/incidents", "7").starts_with("body: expected"));
  message("/_sim/incidents", "{");
  CHECK(message("/_sim/advance", R"({"seconds":-1})").starts_with("advance: expected"));
  CHECK(message("/_sim/advance", R"({"seconds":"1"})").starts_with("advance: expected"));
  CHECK(message("/_sim/faults", R"([])").find("object") != std::string::npos);
  CHECK(message("/_sim/faults", R"({"faults":[{"kind":"teapot"}]})").starts_with("fault: kind: expected one of 429"));
  CHECK(message("/_sim/faults", R"({"faults":[{"kind":"500","tmes":2}]})").starts_with("fault: tmes: expected none of this name"));
  CHECK(message("/_sim/faults", R"({"faults":[{"kind":"500","times":-2}]})").starts_with("fault: times: expected a whole number"));
  CHECK(message("/_sim/faults", R"({"faults":[{"kind":"500","probability":2}]})").starts_with("fault: probability: expected a number"));
  CHECK(account.call("POST", "/_sim/nothing", "{}").answer.code == 404);
  CHECK(account.call("DELETE", "/_sim/incidents").answer.code == 404);
}
