#include <doctest/doctest.h>

#include <map>
#include <set>

#include "tests/host-sim/sim/simulated_account.hpp"

using namespace picket;
using namespace picket::test;

namespace {

AccountSetup generated(std::uint64_t seed, std::size_t incidents = 200) {
  AccountSetup setup;
  setup.generator.organizations = 7;
  setup.generator.agents = 40;
  setup.generator.incidents = incidents;
  setup.generator.seed = seed;
  return setup;
}

std::string everything(const AccountSetup& setup) {
  SimulatedAccount account(setup);
  std::string all;
  for (const char* target :
       {"/_sim/organizations", "/_sim/agents", "/_sim/incidents", "/v1/incident_reports?limit=500", "/v1/agents?limit=500"})
    all += account.call("GET", target).answer.body;
  return all;
}

}  // namespace

TEST_CASE("the same seed and numbers give the same bytes, another seed others") {
  const std::string one = everything(generated(7));
  CHECK(everything(generated(7)) == one);
  CHECK(everything(generated(8)) != one);
}

TEST_CASE("generated incidents are of a realistic size and kind") {
  SimulatedAccount account(generated(7, 500));
  const auto exchange = account.call("GET", "/v1/incident_reports?limit=500&sort_field=updated_at");
  CHECK(exchange.answer.body.size() > 500 * 2700);
  CHECK(exchange.answer.body.size() < 500 * 3700);
  std::map<std::string, int> statuses, severities, platforms;
  std::set<std::string> times;
  int without_agent = 0;
  std::string last = "9999";
  const auto body = json::parse_object(exchange.answer.body, "answer");
  for (const auto& row : body.at("incident_reports").as_array()) {
    const auto& o = row.as_object();
    ++statuses[*json::text_at(o, "status")];
    ++severities[*json::text_at(o, "severity")];
    ++platforms[*json::text_at(o, "platform")];
    without_agent += o.contains("agent_id") ? 0 : 1;
    CHECK((*json::text_at(o, "platform") == "microsoft_365") == !o.contains("agent_id"));
    CHECK(json::bool_at(o.at("remediations").as_object(), "has_more") == false);
    const auto updated = *json::text_at(o, "updated_at");
    CHECK(updated < last);
    last = updated;
    times.insert(updated);
  }
  CHECK(times.size() == 500);
  CHECK(*times.rbegin() == "2026-06-07T12:00:00Z");
  CHECK(*times.begin() > "2026-06-01T12:00:00Z");
  CHECK_FALSE(statuses.contains("closed"));
  CHECK(statuses["sent"] > 400);
  CHECK(severities.size() == 3);
  CHECK(without_agent > 25);
  CHECK(without_agent < 120);
  CHECK(platforms["windows"] > 100);
}

TEST_CASE("agents are spread over the organizations, and the counts agree") {
  SimulatedAccount account(generated(3));
  std::int64_t agents = 0;
  std::int64_t incidents = 0;
  std::set<std::string> names;
  const json::value organizations = account.json_of("/_sim/organizations");
  for (const auto& organization : organizations.as_array()) {
    const auto& o = organization.as_object();
    const auto id = std::to_string(*json::integer_at(o, "id"));
    const auto count = *json::integer_at(o, "agents_count");
    CHECK(count >= 5);
    CHECK(count == static_cast<std::int64_t>(walk(account, "/v1/agents?organization_id=" + id, "agents").size()));
    agents += count;
    incidents += *json::integer_at(o, "incident_reports_count");
    names.insert(*json::text_at(o, "name"));
  }
  CHECK(agents == 40);
  CHECK(incidents == 200);
  CHECK(names.size() == 7);
}

TEST_CASE("closed incidents and long lists of remediations on demand") {
  AccountSetup setup = generated(3);
  setup.generator.closed_percent = 50;
  setup.generator.many_remediations_percent = 100;
  SimulatedAccount account(setup);
  const auto closed = walk(account, "/v1/incident_reports?status=closed&limit=100").size();
  CHECK(closed > 60);
  CHECK(closed < 140);
  const auto incident = account.incident(700001);
  const auto& inlined = incident.at("remediations").as_object();
  CHECK(json::bool_at(inlined, "has_more") == true);
  CHECK(json::array_at(inlined, "items")->size() == 10);
  const auto all = walk(account, "/v1/incident_reports/700001/remediations", "remediations");
  CHECK(static_cast<std::int64_t>(all.size()) == *json::integer_at(inlined, "total_count"));
  CHECK(all.size() > 10);
}

TEST_CASE("generated rows stand beside those of a scenario") {
  AccountSetup setup = generated(3, 5);
  setup.scenario = R"({"organizations":[{"id":900000,"name":"Contoso"}],"incidents":[{"id":999999,"organization_id":900000}]})";
  SimulatedAccount account(setup);
  CHECK(walk(account, "/v1/incident_reports").size() == 6);
  CHECK(walk(account, "/v1/organizations", "organizations").size() == 8);
  CHECK(account.incident(1000000).contains("subject"));
}

TEST_CASE("ten thousand incidents are walked without a loss") {
  SimulatedAccount account(generated(5, 10'000));
  const auto ids = walk(account, "/v1/incident_reports?limit=500&sort_field=updated_at");
  CHECK(ids.size() == 10'000);
  CHECK(std::set<std::int64_t>(ids.begin(), ids.end()).size() == 10'000);
}
