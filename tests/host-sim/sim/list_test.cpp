#include <doctest/doctest.h>

#include "tests/host-sim/sim/simulated_account.hpp"

using namespace picket;
using namespace picket::test;
using Ids = std::vector<std::int64_t>;

namespace {

const std::string scenario = R"({
  "organizations":[{"id":1,"name":"Contoso Ltd."},{"id":2,"name":"Adatum"},{"id":3,"name":"Müller & Söhne","key":"ms"}],
  "agents":[{"id":10,"organization_id":1,"hostname":"LT-01","platform":"windows","os":"Windows 11 Pro","version":"0.14.78"},
            {"id":11,"organization_id":2,"hostname":"lt-01","platform":"darwin","os":"macOS 14.5","version":"0.14.77"},
            {"id":12,"organization_id":1,"hostname":"SRV","platform":"linux","updated_at":"-1d","created_at":"-1h"}],
  "incidents":[
    {"id":100,"organization_id":1,"agent_id":10,"status":"sent","severity":"high","platform":"windows","indicator_types":["footholds","mde_detections"],
     "updated_at":"-1h","created_at":"-9d"},
    {"id":101,"organization_id":2,"agent_id":11,"status":"closed","severity":"low","platform":"darwin","indicator_types":["footholds"],
     "updated_at":"-3h","created_at":"-8d"},
    {"id":102,"organization_id":"1","status":"sent","severity":"critical","platform":"microsoft_365","indicator_types":["managed_identity"],
     "updated_at":"-2h","created_at":"-7d"},
    {"id":103,"organization_id":3,"status":"deleting","severity":"high","platform":"other","updated_at":"-4h","created_at":"-10d",
     "remediations":[{"id":1,"type":"manual","status":"unapproved"},{"id":2,"type":"assisted","status":"completed"},
                     {"id":3,"type":"assisted","status":"unapproved"},{"id":4,"type":"containment","status":"failed"}]}]})";

SimulatedAccount account_of_scenario() { return SimulatedAccount({.scenario = scenario}); }

}  // namespace

TEST_CASE("incident reports are filtered by each documented parameter") {
  auto account = account_of_scenario();
  const auto ids = [&](const std::string& query) { return account.ids("/v1/incident_reports?" + query); };
  CHECK(ids("") == Ids{103, 102, 101, 100});
  CHECK(ids("status=sent") == Ids{102, 100});
  CHECK(ids("status=deleting") == Ids{103});
  CHECK(ids("status=dismissed") == Ids{});
  CHECK(ids("severity=high") == Ids{103, 100});
  CHECK(ids("severity=high&status=sent") == Ids{100});
  CHECK(ids("platform=microsoft_365") == Ids{102});
  CHECK(ids("organization_id=1") == Ids{102, 100});
  CHECK(ids("organization_id=77") == Ids{});
  CHECK(ids("agent_id=11") == Ids{101});
  CHECK(ids("indicator_type=footholds") == Ids{101, 100});
  CHECK(ids("indicator_type=mde_detections") == Ids{100});
  CHECK(ids("status=closed&status=sent") == Ids{102, 100});  // the last one counts
  CHECK(ids("unknown=1").size() == 4);
}

TEST_CASE("agents and organizations are filtered by each documented parameter") {
  auto account = account_of_scenario();
  const auto agents = [&](const std::string& query) { return account.ids("/v1/agents?" + query, "agents"); };
  CHECK(agents("organization_id=1") == Ids{12, 10});
  CHECK(agents("platform=darwin") == Ids{11});
  CHECK(agents("hostname=LT-01") == Ids{11, 10});
  CHECK(agents("os=Windows%2011+Pro") == Ids{10});
  CHECK(agents("version=0.14.77") == Ids{11});
  const auto organizations = [&](const std::string& query) { return account.ids("/v1/organizations?" + query, "organizations"); };
  CHECK(organizations("name=contoso%20ltd.") == Ids{1});
  CHECK(organizations("key=ms") == Ids{3});
  CHECK(organizations("key=contoso-ltd") == Ids{1});
  CHECK(organizations("name=none") == Ids{});
}

TEST_CASE("lists are sorted by each documented field, descending by default") {
  auto account = account_of_scenario();
  const auto ids = [&](const std::string& query) { return account.ids("/v1/incident_reports?" + query); };
  CHECK(ids("sort_direction=asc") == Ids{100, 101, 102, 103});
  CHECK(ids("sort_field=updated_at") == Ids{100, 102, 101, 103});
  CHECK(ids("sort_field=updated_at&sort_direction=asc") == Ids{103, 101, 102, 100});
  CHECK(ids("sort_field=created_at") == Ids{102, 101, 100, 103});
  CHECK(account.ids("/v1/organizations?sort_field=name&sort_direction=asc", "organizations") == Ids{2, 1, 3});
  CHECK(account.ids("/v1/organizations?sort_field=key", "organizations") == Ids{3, 1, 2});
  CHECK(account.ids("/v1/agents?sort_field=updated_at&sort_direction=asc", "agents").front() == 12);
}

TEST_CASE("values that the description does not allow are a 400 that names the parameter") {
  auto account = account_of_scenario();
  for (const std::string target :
       {"/v1/incident_reports?status=open", "/v1/incident_reports?status=", "/v1/incident_reports?severity=HIGH",
        "/v1/incident_reports?platform=x", "/v1/incident_reports?organization_id=one", "/v1/incident_reports?agent_id=1x",
        "/v1/incident_reports?indicator_type=x", "/v1/incident_reports?sort_field=severity", "/v1/incident_reports?sort_direction=down",
        "/v1/agents?platform=microsoft_365", "/v1/agents?organization_id=", "/v1/agents?sort_field=name",
        "/v1/organizations?sort_field=hostname", "/v1/agents/abc", "/v1/organizations/1x", "/v1/incident_reports/x/remediations",
        "/v1/incident_reports/103/remediations?types[]=automatic"}) {
    const auto exchange = account.call("GET", target);
    INFO(target, " ", exchange.answer.body);
    CHECK(exchange.answer.code == 400);
    const auto body = json::parse_object(exchange.answer.body, "answer");
    CHECK_FALSE(json::text_at(body.at("error").as_object(), "message").value_or("").empty());
  }
}

TEST_CASE("single rows, and what is not there") {
  auto account = account_of_scenario();
  CHECK(json::text_at(account.json_of("/v1/agents/12").as_object().at("agent").as_object(), "hostname") == "SRV");
  CHECK(json::integer_at(account.json_of("/v1/organizations/1").as_object().at("organization").as_object(), "agents_count") == 2);
  CHECK(json::integer_at(account.json_of("/v1/organizations/1").as_object().at("organization").as_object(), "incident_reports_count") == 2);
  CHECK(json::text_at(account.incident(101), "severity") == "low");
  for (const std::string target : {"/v1/agents/99", "/v1/organizations/99", "/v1/incident_reports/99",
                                   "/v1/incident_reports/99/remediations", "/v1/nothing", "/", "/v1/account/1", "/v2/account"})
    CHECK(account.code_of(target) == 404);
  CHECK(account.call("POST", "/v1/incident_reports/100/resolution").answer.code == 405);
}

TEST_CASE("remediations of an incident, filtered") {
  auto account = account_of_scenario();
  const std::string target = "/v1/incident_reports/103/remediations?";
  CHECK(account.ids(target, "remediations") == Ids{4, 3, 2, 1});
  CHECK(account.ids(target + "types[]=assisted", "remediations") == Ids{3, 2});
  CHECK(account.ids(target + "types%5B%5D=assisted,manual&sort_direction=asc", "remediations") == Ids{1, 2, 3});
  CHECK(account.ids(target + "statuses[]=unapproved", "remediations") == Ids{3, 1});
  CHECK(walk(account, target + "limit=3", "remediations") == Ids{4, 3, 2, 1});
  CHECK(account.ids("/v1/incident_reports/100/remediations", "remediations") == Ids{});
}

TEST_CASE("credentials") {
  auto account = account_of_scenario();
  const auto code = [&](const std::string& authorization) {
    auto request = sim::make_request("GET", "/v1/account");
    request.authorization = authorization;
    return account.simulation().handle(request).answer.code;
  };
  CHECK(code(basic_credentials("hk_demo", "hs_demo")) == 200);
  CHECK(code("basic " + basic_credentials("hk_demo", "hs_demo").substr(6)) == 200);
  CHECK(code(basic_credentials("hk_demo", "wrong")) == 401);
  CHECK(code(basic_credentials("wrong", "hs_demo")) == 401);
  CHECK(code("") == 401);
  CHECK(code("Bearer " + basic_credentials("hk_demo", "hs_demo").substr(6)) == 401);
}
