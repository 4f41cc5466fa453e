// Every endpoint's answers against this project's schema of them and, where it is at hand, against the vendor's own description.
#include <doctest/doctest.h>

#include <filesystem>

#include "tests/host-sim/sim/schema_check.hpp"
#include "tests/host-sim/sim/simulated_account.hpp"

using namespace picket;
using namespace picket::test;

namespace {

// An endpoint's answer, checked by its definition in this project's schema.
std::string violations_of_schema(const std::string& definition, const json::value& answer) {
  return violations_of_definition(PICKET_ANSWERS_SCHEMA, definition, answer);
}

// The vendor's document is Swagger with its own habits: "Object" for "object", null where the words say so, and examples that
// contradict the types (a remediation's parameters are described as texts and shown as objects: both are right).
json::value as_json_schema(const json::value& v) {
  if (v.is_array()) {
    json::array out;
    for (const auto& element : v.get_array()) out.push_back(as_json_schema(element));
    return json::value(std::move(out));
  }
  if (!v.is_object()) return v;
  json::object out;
  for (const auto& member : v.get_object()) {
    if (member.key() == "example" || member.key() == "format") continue;
    out[member.key()] = as_json_schema(member.value());
  }
  const auto type =
      v.get_object().contains("type") && v.get_object().at("type").is_string() ? json::text_at(v.get_object(), "type") : std::nullopt;
  if (type == "Object") out["type"] = "object";
  const auto* example = v.get_object().if_contains("example");
  if (type == "array" && example && example->is_array() && !example->get_array().empty() && example->get_array()[0].is_object())
    out.erase("items");
  if (type && json::text_at(v.get_object(), "description").value_or("").find("ull ") != std::string::npos) {
    json::array types;
    types.push_back(out["type"]);
    types.push_back("null");
    out["type"] = std::move(types);
  }
  return json::value(std::move(out));
}

class VendorDocument {
 public:
  VendorDocument() {
    if (std::filesystem::exists(PICKET_VENDOR_DOCUMENT))
      document_ = json::parse_object(content_of(PICKET_VENDOR_DOCUMENT), "vendor document");
  }
  bool present() const { return !document_.empty(); }

  std::string violations_of(const std::string& path, const json::value& answer) const {
    const auto& operation = document_.at("paths").as_object().at(path).as_object().at("get").as_object();
    json::object schema = as_json_schema(operation.at("responses").as_object().at("200").as_object().at("schema")).as_object();
    schema["definitions"] = as_json_schema(document_.at("definitions"));
    return violations(json::value(std::move(schema)), answer);
  }

 private:
  json::object document_;
};

struct Endpoint {
  std::string path;  // as in the vendor's document
  std::string definition;
  std::string target;
};

void check_all(SimulatedAccount& account, std::int64_t organization, std::int64_t agent, const std::vector<std::int64_t>& incidents) {
  static const VendorDocument vendor;
  if (!vendor.present()) MESSAGE("the vendor's description is not present: answers are checked against this project's schema only");
  std::vector<Endpoint> endpoints{
      {"/v1/account", "account_answer", "/v1/account"},
      {"/v1/organizations", "organizations_answer", "/v1/organizations?limit=3"},
      {"/v1/organizations", "organizations_answer", "/v1/organizations?limit=500&sort_field=name"},
      {"/v1/organizations/{id}", "organization_answer", "/v1/organizations/" + std::to_string(organization)},
      {"/v1/agents", "agents_answer", "/v1/agents?limit=2"},
      {"/v1/agents", "agents_answer", "/v1/agents?limit=500&sort_field=updated_at"},
      {"/v1/agents/{id}", "agent_answer", "/v1/agents/" + std::to_string(agent)},
      {"/v1/incident_reports", "incident_reports_answer", "/v1/incident_reports"},
      {"/v1/incident_reports", "incident_reports_answer", "/v1/incident_reports?limit=500&sort_field=updated_at"},
      {"/v1/incident_reports", "incident_reports_answer", "/v1/incident_reports?status=dismissed"}};
  for (const auto id : incidents) {
    const std::string target = "/v1/incident_reports/" + std::to_string(id);
    endpoints.push_back({"/v1/incident_reports/{id}", "incident_report_answer", target});
    endpoints.push_back(
        {"/v1/incident_reports/{incident_report_id}/remediations", "remediations_answer", target + "/remediations?limit=7"});
  }
  for (const auto& endpoint : endpoints) {
    CAPTURE(endpoint.target);
    const json::value answer = account.json_of(endpoint.target);
    CHECK(violations_of_schema(endpoint.definition, answer) == "");
    if (vendor.present()) CHECK(vendor.violations_of(endpoint.path, answer) == "");
  }
}

}  // namespace

TEST_CASE("generated data conform") {
  AccountSetup setup;
  setup.generator.organizations = 12;
  setup.generator.agents = 30;
  setup.generator.incidents = 120;
  setup.generator.closed_percent = 30;
  setup.generator.many_remediations_percent = 20;
  SimulatedAccount account(setup);
  check_all(account, 2003, 50007, account.ids("/v1/incident_reports?limit=25"));
}

TEST_CASE("the demonstration scenario conforms") {
  SimulatedAccount account({.scenario = content_of(PICKET_DEMO_SCENARIO)});
  const auto incidents = account.ids("/v1/incident_reports?limit=500");
  CHECK(incidents.size() == 7);
  check_all(account, 302, 8103, incidents);
  const auto many = account.incident(900102);
  CHECK(json::integer_at(many.at("remediations").as_object(), "total_count") == 12);
  CHECK(json::text_at(account.incident(900105), "status") == "closed");
  CHECK_FALSE(account.incident(900103).contains("agent_id"));
}

TEST_CASE("errors conform") {
  AccountSetup setup;
  setup.simulation.rate_limit = 3;
  SimulatedAccount account(setup);
  account.json_of("/_sim/faults", R"({"faults":[{"path":"/v1/account","kind":"503"}]})");
  for (const std::string target : {"/v1/nothing", "/v1/agents?limit=0", "/v1/account", "/v1/agents"}) {
    const auto exchange = account.call("GET", target);
    CHECK(exchange.answer.code >= 400);
    CHECK(violations_of_schema("error_answer", json::parse(exchange.answer.body, "answer")) == "");
  }
}

TEST_CASE("the checks see what is wrong") {
  AccountSetup setup;
  setup.generator.incidents = 2;
  SimulatedAccount account(setup);
  account.json_of("/_sim/faults", R"({"faults":[{"kind":"wrong_types"}]})");
  const json::value answer = account.json_of("/v1/incident_reports");
  CHECK(violations_of_schema("incident_reports_answer", answer) != "");
  const VendorDocument vendor;
  if (vendor.present()) CHECK(vendor.violations_of("/v1/incident_reports", answer) != "");

  account.json_of("/_sim/incidents", R"({"id":700001,"severity":5})");
  const json::value one = account.json_of("/v1/incident_reports/700001");
  CHECK(violations_of_schema("incident_report_answer", one).find("severity") != std::string::npos);
  if (vendor.present()) CHECK(vendor.violations_of("/v1/incident_reports/{id}", one).find("severity") != std::string::npos);
  account.json_of("/_sim/organizations", R"({"id":2001,"_absent":["notify_emails"]})");
  const json::value organization = account.json_of("/v1/organizations/2001");
  CHECK(violations_of_schema("organization_answer", organization).find("notify_emails") != std::string::npos);
  if (vendor.present()) CHECK(vendor.violations_of("/v1/organizations/{id}", organization).find("notify_emails") != std::string::npos);
}
