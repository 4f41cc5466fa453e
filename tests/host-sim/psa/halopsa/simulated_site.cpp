#include "tests/host-sim/psa/halopsa/simulated_site.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <functional>

#include "host-sim/config/psa_kinds.hpp"
#include "tests/support/http_get.hpp"

namespace picket::test {

namespace {

// What the site does takes time, also while the test's clock stands still.
std::function<Time()> with_real_time(const host::Clock& clock) {
  const auto begin = std::chrono::steady_clock::now();
  return [&clock, begin] {
    return clock.now() + std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begin);
  };
}

}  // namespace

SimulatedSite::SimulatedSite(const SimulatedSiteSetup& setup) : clock(Time{std::chrono::seconds{1'781'000'000}}) {
  simulation_ = std::make_unique<sim::Simulation>(setup.simulation, std::make_unique<sim::halopsa::HaloPsa>(setup.site, clock.now()),
                                                  sim::SimClock(with_real_time(clock)));
  server_ = std::make_unique<sim::HttpServer>(*simulation_, setup.listen);
  thread_ = std::thread([this] { server_->run(); });
}

SimulatedSite::~SimulatedSite() {
  server_->stop();
  thread_.join();
}

std::unique_ptr<psa::Psa> SimulatedSite::psa(const std::map<std::string, std::string>& more) {
  psa::PsaEnvironment e;
  e.values = {{"HALOPSA_BASE_URL", server_->url()},
              {"HALOPSA_OIDC_CLIENT_ID", sim::halopsa::demo_client_id},
              {"HALOPSA_OIDC_CLIENT_SECRET", sim::halopsa::demo_client_secret},
              {"HALOPSA_TICKET_TYPE_NAME", "Incident"},
              {"HALOPSA_CLIENT_NAME", "Contoso"}};
  for (const auto& [key, value] : more) e.values[key] = value;
  const psa::PsaKind* kind = config::find_psa_kind("halopsa");
  const std::vector<psa::Problem> problems = kind->problems(e);
  for (const psa::Problem& p : problems) FAIL_CHECK(p.text);
  REQUIRE(problems.empty());
  return kind->make(e, clock, log);
}

json::value SimulatedSite::control(const std::string& path, const std::string& body) {
  const Answer answer = http_call("POST", server_->url() + "/_sim/" + path, body, {"Content-Type: application/json"});
  INFO(answer.body);
  REQUIRE(answer.code == 200);
  return json::parse(answer.body, "the control's answer");
}

json::value SimulatedSite::shown(const std::string& path) {
  const Answer answer = http_call("GET", server_->url() + "/_sim/" + path);
  REQUIRE(answer.code == 200);
  return json::parse(answer.body, "the control's answer");
}

void SimulatedSite::fault(const std::string& members) { control("faults", "{\"faults\":[{" + members + "}]}"); }

json::object SimulatedSite::ticket(const std::string& id) {
  for (const json::value& t : tickets())
    if (json::text_at(t.get_object(), "id") == id) return t.get_object();
  FAIL("there is no ticket ", id);
  return {};
}

std::uint64_t SimulatedSite::requests() {
  const auto n = json::integer_at(shown("stats").as_object(), "requests").value_or(0);
  http_call("DELETE", server_->url() + "/_sim/stats");
  return static_cast<std::uint64_t>(n);
}

}  // namespace picket::test
