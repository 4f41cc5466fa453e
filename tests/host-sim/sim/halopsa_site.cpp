#include "tests/host-sim/sim/halopsa_site.hpp"

#include <doctest/doctest.h>

#include "host-sim/sim/halopsa/scenario.hpp"

namespace picket::test {

using namespace sim;

Time site_start() { return Time{std::chrono::sys_days{std::chrono::year{2026} / 6 / 7} + std::chrono::hours{12}}; }

SimulatedSite::SimulatedSite(const SiteSetup& setup) : now_(std::make_shared<Time>(site_start())) {
  auto site = std::make_unique<halopsa::HaloPsa>(setup.site, site_start());
  if (!setup.scenario.empty()) halopsa::load_scenario(setup.scenario, "test.json", *site, site_start());
  simulation_ = std::make_unique<Simulation>(setup.simulation, std::move(site), SimClock([now = now_] { return *now; }));
}

sim::Answer SimulatedSite::token_answer(const std::string& form, const std::string& content_type) {
  Request request = make_request("POST", "/auth/token");
  request.content_type = content_type;
  request.body = form;
  return simulation_->handle(request).answer;
}

std::string SimulatedSite::new_token() {
  const sim::Answer answer = token_answer(right_form);
  REQUIRE(answer.code == 200);
  return text_of(json::parse_object(answer.body, "answer"), "access_token");
}

Exchange SimulatedSite::call(const std::string& method, const std::string& target, const std::string& body) {
  Request request = make_request(method, target);
  if (!request.path.starts_with("/_sim/") && token_.empty()) token_ = new_token();
  request.authorization = "Bearer " + token_;
  request.body = body;
  return simulation_->handle(request);
}

json::value SimulatedSite::read(const std::string& target) {
  const sim::Answer answer = get(target);
  INFO(target, " answered ", answer.body);
  REQUIRE(answer.code == 200);
  return json::parse(answer.body, "answer");
}

json::value SimulatedSite::write(const std::string& target, const std::string& body) {
  const sim::Answer answer = post(target, body);
  INFO(target, " answered ", answer.body);
  REQUIRE(answer.code == 201);
  return json::parse(answer.body, "answer");
}

json::value SimulatedSite::control(const std::string& target, const std::string& body) {
  const sim::Answer answer = post(target, body);
  INFO(target, " answered ", answer.body);
  REQUIRE(answer.code == 200);
  return json::parse(answer.body, "answer");
}

std::int64_t SimulatedSite::open(const std::string& summary) {
  json::object ticket;
  ticket["summary"] = summary;
  ticket["client_id"] = 13;
  json::array all;
  all.push_back(json::value(std::move(ticket)));
  return json::integer_at(write("/api/Tickets", boost::json::serialize(all)).as_object(), "id").value_or(0);
}

json::object SimulatedSite::ticket(std::int64_t id) {
  return read("/api/Tickets/" + std::to_string(id) + "?includedetails=true&includeagent=true").as_object();
}

json::array SimulatedSite::actions(std::int64_t id) {
  return read("/api/Actions?note_html=true&ticket_id=" + std::to_string(id)).as_object().at("actions").as_array();
}

SiteSetup with(const std::string& quirks) {
  SiteSetup setup;
  setup.scenario = R"({"quirks":[)" + quirks + "]}";
  return setup;
}

std::string active(SimulatedSite& site) { return boost::json::serialize(site.read("/_sim/state").as_object().at("quirks")); }

json::value person(SimulatedSite& site, const std::string& members) {
  return site.control("/_sim/people", R"({"ticket":1001,)" + members + "}");
}

std::vector<std::int64_t> ids_of(const json::value& answer, const std::string& list) {
  std::vector<std::int64_t> ids;
  for (const auto& row : answer.as_object().at(list).as_array()) ids.push_back(json::integer_at(row.as_object(), "id").value_or(-1));
  return ids;
}

std::string text_of(const json::object& o, const std::string& key) { return json::text_at(o, key).value_or("(none)"); }

std::string message_of(const sim::Answer& answer) {
  return text_of(json::parse_object(answer.body, "answer").at("error").as_object(), "message");
}

}  // namespace picket::test
