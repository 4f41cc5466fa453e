#include "tests/host-sim/sim/stellar_cyber_account.hpp"

#include <doctest/doctest.h>

#include "host-sim/sim/stellar-cyber/scenario.hpp"
#include "sdk/common/base64.hpp"

namespace picket::test {

using namespace sim;
using namespace sim::stellar_cyber;

Time stellar_start() { return Time{std::chrono::sys_days{std::chrono::year{2026} / 6 / 7} + std::chrono::hours{12}}; }
std::int64_t milliseconds_at(Time t) { return std::chrono::duration_cast<std::chrono::milliseconds>(t.time_since_epoch()).count(); }
std::int64_t integer(const json::object& o, std::string_view name) { return json::integer_at(o, name).value_or(-1); }
std::string text(const json::object& o, std::string_view name) { return json::text_at(o, name).value_or("(none)"); }

StellarAccount::StellarAccount(const StellarSetup& setup) : now_(std::make_shared<Time>(stellar_start())) {
  Data data;
  Events events;
  if (!setup.scenario.empty()) load_scenario(setup.scenario, "test.json", data, events, stellar_start());
  GeneratorOptions options = setup.generator;
  options.base_time = stellar_start();
  generate(data, options);
  auto vendor = std::make_unique<StellarCyber>(setup.stellar, std::move(data), std::move(events), stellar_start());
  simulation_ = std::make_unique<Simulation>(setup.simulation, std::move(vendor), SimClock([now = now_] { return *now; }));
}

std::int64_t StellarAccount::now_ms() const { return milliseconds_at(now()); }

Exchange StellarAccount::api(const std::string& method, const std::string& path, const std::string& body) {
  if (token_.empty()) sign_in();
  Request request = make_request(method, "/connect/api/v1" + path);
  request.authorization = "Bearer " + token_;
  request.body = body;
  return simulation_->handle(request);
}

Exchange StellarAccount::ask_for_token(const std::string& user, const std::string& key) {
  Request request = make_request("POST", "/connect/api/v1/access_token");
  request.authorization = "Basic " + base64_encode(user + ":" + key);
  return simulation_->handle(request);
}

json::object StellarAccount::sign_in() {
  const Exchange exchange = ask_for_token(demo_user, demo_api_key);
  REQUIRE(exchange.answer.code == 200);
  json::object answer = json::parse_object(exchange.answer.body, "token");
  token_ = text(answer, "access_token");
  return answer;
}

json::object StellarAccount::answered(const std::string& method, const std::string& path, const std::string& body) {
  const Exchange exchange = api(method, path, body);
  INFO(path, " answered ", exchange.answer.body);
  REQUIRE(exchange.answer.code == 200);
  return json::parse_object(exchange.answer.body, "answer");
}

std::vector<std::int64_t> StellarAccount::numbers(const std::string& query) {
  std::vector<std::int64_t> out;
  const json::object answer = get("/cases" + query);
  for (const auto& row : answer.at("data").as_object().at("cases").as_array()) out.push_back(integer(row.as_object(), "ticket_id"));
  return out;
}

Exchange StellarAccount::call_control(const std::string& method, const std::string& path, const std::string& body) {
  Request request = make_request(method, path);
  request.body = body;
  return simulation_->handle(request);
}

json::value StellarAccount::control(const std::string& path, const std::string& body) {
  const Exchange exchange = call_control(body.empty() ? "GET" : "POST", path, body);
  INFO(path, " answered ", exchange.answer.body);
  REQUIRE(exchange.answer.code == 200);
  return json::parse(exchange.answer.body, "answer");
}

}  // namespace picket::test
