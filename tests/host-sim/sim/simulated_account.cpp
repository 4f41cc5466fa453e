#include "tests/host-sim/sim/simulated_account.hpp"

#include <doctest/doctest.h>

#include "host-sim/sim/huntress/scenario.hpp"
#include "sdk/common/base64.hpp"
#include "sdk/common/url_escape.hpp"

namespace picket::test {

using namespace sim;
using namespace sim::huntress;

Time test_start() { return Time{std::chrono::sys_days{std::chrono::year{2026} / 6 / 7} + std::chrono::hours{12}}; }

std::string basic_credentials(const std::string& key, const std::string& secret) { return "Basic " + base64_encode(key + ":" + secret); }

SimulatedAccount::SimulatedAccount(const AccountSetup& setup) : now_(std::make_shared<Time>(test_start())) {
  Data data;
  Events events;
  if (!setup.scenario.empty()) load_scenario(setup.scenario, "test.json", data, events, test_start());
  GeneratorOptions options = setup.generator;
  options.base_time = test_start();
  generate(data, options);
  auto vendor = std::make_unique<Huntress>(setup.huntress, std::move(data), std::move(events), test_start());
  simulation_ = std::make_unique<Simulation>(setup.simulation, std::move(vendor), SimClock([now = now_] { return *now; }));
}

Exchange SimulatedAccount::call(const std::string& method, const std::string& target, const std::string& body) {
  Request request = make_request(method, target);
  request.authorization = basic_credentials(demo_api_key, demo_api_secret);
  request.body = body;
  return simulation_->handle(request);
}

json::value SimulatedAccount::json_of(const std::string& target, const std::string& body) {
  const Exchange exchange = call(body.empty() ? "GET" : "POST", target, body);
  INFO(target, " answered ", exchange.answer.body);
  REQUIRE(exchange.answer.code == 200);
  return json::parse(exchange.answer.body, "answer");
}

std::vector<std::int64_t> SimulatedAccount::ids(const std::string& target, const std::string& name) {
  const json::value answer = json_of(target);
  std::vector<std::int64_t> out;
  for (const auto& row : answer.as_object().at(name).as_array()) out.push_back(json::integer_at(row.as_object(), "id").value_or(-1));
  return out;
}

json::object SimulatedAccount::incident(std::int64_t id) {
  return json_of("/v1/incident_reports/" + std::to_string(id)).as_object().at("incident_report").as_object();
}

std::vector<std::int64_t> walk(SimulatedAccount& account, const std::string& target, const std::string& name) {
  std::vector<std::int64_t> all;
  std::string next = target;
  for (int page = 0; page < 1000; ++page) {
    const json::value answer = account.json_of(next);
    const json::object& o = answer.as_object();
    for (const auto& row : o.at(name).as_array()) all.push_back(json::integer_at(row.as_object(), "id").value_or(-1));
    const auto token = json::text_at(o.at("pagination").as_object(), "next_page_token");
    if (!token) return all;
    next = target + (target.find('?') == std::string::npos ? "?" : "&") + "page_token=" + url_escaped(*token);
  }
  FAIL("a list without an end");
  return all;
}

}  // namespace picket::test
