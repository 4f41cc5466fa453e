#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

#include "host-sim/sim/server/stats.hpp"
#include "tests/host-sim/sim/simulated_account.hpp"
#include "tests/support/tls_certificate.hpp"

using namespace picket;
using namespace picket::test;
using namespace std::chrono_literals;

TEST_CASE("statistics") {
  AccountSetup setup;
  setup.simulation.rate_limit = 3;
  SimulatedAccount account(setup);
  account.json_of("/_sim/agents", R"([{"id":1},{"id":2}])");
  account.json_of("/_sim/faults", R"({"faults":[{"path":"/v1/account","kind":"reset"},{"path":"/v1/account","kind":"truncated"}]})");
  const auto size = account.call("GET", "/v1/agents/1?x=1").answer.body.size();
  account.code_of("/v1/account");
  account.wait(30s);
  const auto account_size = account.call("GET", "/v1/account").answer.body.size();
  const auto refused_size = account.call("GET", "/v1/agents/2").answer.body.size();
  account.wait(30s);
  auto stats = account.json_of("/_sim/stats").as_object();
  CHECK(json::integer_at(stats, "requests") == 4);
  CHECK(json::integer_at(stats, "max_in_window") == 4);
  CHECK(json::integer_at(stats, "connections") == 0);
  CHECK(boost::json::serialize(stats.at("by_path")) == R"({"/v1/account":2,"/v1/agents/{id}":2})");
  CHECK(boost::json::serialize(stats.at("by_request")) == R"({"GET /v1/account":2,"GET /v1/agents/{id}":2})");
  CHECK(boost::json::serialize(stats.at("by_code")) == R"({"200":2,"429":1,"reset":1})");
  CHECK(json::integer_at(stats, "bytes") == static_cast<std::int64_t>(size + account_size / 2 + refused_size));
  CHECK(json::integer_at(stats, "largest_body") == static_cast<std::int64_t>(account_size));
  account.code_of("/v1/agents/1");
  CHECK(json::integer_at(account.json_of("/_sim/stats").as_object(), "max_in_window") == 4);  // two have left it

  account.call("DELETE", "/_sim/stats");
  stats = account.json_of("/_sim/stats").as_object();
  CHECK(json::integer_at(stats, "requests") == 0);
  CHECK(json::integer_at(stats, "max_in_window") == 0);
  account.code_of("/v1/agents/1");
  CHECK(json::integer_at(account.json_of("/_sim/stats").as_object(), "max_in_window") == 4);  // the window itself goes on
}

TEST_CASE("paths in statistics are patterns") {
  CHECK(sim::path_pattern("/v1/incident_reports/17/remediations") == "/v1/incident_reports/{id}/remediations");
  CHECK(sim::path_pattern("/v1/agents/") == "/v1/agents/");
  CHECK(sim::path_pattern("/") == "/");
  CHECK(sim::path_pattern("/cases/65f0c2aa91b2d4e7f8a01b2c/alerts") == "/cases/{id}/alerts");
  CHECK(sim::path_pattern("/cases/0b8f6c1e-5a7d-4b1e-9c62-2f1f8f0c7a11") == "/cases/{id}");
  CHECK(sim::path_pattern("/v1/agents/1a") == "/v1/agents/1a");
}

TEST_CASE("the log has one line per API request and no credentials") {
  const TemporaryFile file("");
  AccountSetup setup;
  setup.simulation.log_file = file.path();
  SimulatedAccount account(setup);
  const auto listed = account.call("GET", "/v1/agents?limit=5&sort_field=id").answer.body.size();
  account.code_of("/_sim/stats");
  account.wait(1s);
  const auto missing = account.call("GET", "/v1/agents/9").answer.body.size();
  std::stringstream content;
  content << std::ifstream(file.path()).rdbuf();
  CHECK(content.str() == "1780833600000 GET /v1/agents?limit=5&sort_field=id 200 " + std::to_string(listed) +
                             "\n1780833601000 GET /v1/agents/9 404 " + std::to_string(missing) + "\n");
}

TEST_CASE("a log that cannot be written is an error of the option") {
  AccountSetup setup;
  setup.simulation.log_file = "/nonexistent-folder/log";
  CHECK_THROWS_AS(SimulatedAccount{setup}, Error);
}
