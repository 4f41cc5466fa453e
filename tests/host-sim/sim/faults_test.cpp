#include <doctest/doctest.h>

#include <algorithm>

#include "tests/host-sim/sim/simulated_account.hpp"

using namespace picket;
using namespace picket::test;
using namespace std::chrono_literals;
using sim::Ending;

namespace {

void add(SimulatedAccount& account, const std::string& fault) { account.json_of("/_sim/faults", R"({"faults":[)" + fault + "]}"); }

AccountSetup some_data() {
  AccountSetup setup;
  setup.generator.organizations = 2;
  setup.generator.agents = 3;
  setup.generator.incidents = 4;
  return setup;
}

// Answers how often it was asked, as a list.
class CountingVendor : public sim::Vendor {
 public:
  sim::Answer answer(const sim::Request&) override { return {200, "[" + std::to_string(++answered) + "]"}; }
  std::optional<sim::Answer> control(const sim::Request&, Time) override { return std::nullopt; }
  void time_is(Time) override {}
  void requests_were(std::uint64_t, Time) override {}

  int answered = 0;
};

sim::Simulation counting_simulation(CountingVendor*& vendor) {
  auto owned = std::make_unique<CountingVendor>();
  vendor = owned.get();
  return {sim::SimulationOptions{.rate_limit = 0}, std::move(owned), sim::SimClock()};
}

}  // namespace

TEST_CASE("status faults answer with their code as often as asked") {
  SimulatedAccount account(some_data());
  for (const std::string code : {"429", "500", "503", "401", "403"}) {
    add(account, R"({"path":"/v1/agents","kind":")" + code + R"(","times":2})");
    CHECK(account.code_of("/v1/account") == 200);
    const auto first = account.call("GET", "/v1/agents");
    CHECK(std::to_string(first.answer.code) == code);
    CHECK(first.answer.headers.empty());
    CHECK(json::parse_object(first.answer.body, "answer").contains("error"));
    CHECK(std::to_string(account.code_of("/v1/agents/50001")) == code);  // a prefix
    CHECK(account.code_of("/v1/agents") == 200);
  }
  CHECK(account.json_of("/_sim/faults").as_object().at("faults").as_array().empty());
}

TEST_CASE("retry_after is a header as it was given") {
  SimulatedAccount account;
  add(account, R"({"kind":"503","retry_after":"Wed, 21 Oct 2026 07:28:00 GMT"},{"kind":"429","retry_after":2})");
  CHECK(account.call("GET", "/v1/account").answer.headers.at(0).second == "Wed, 21 Oct 2026 07:28:00 GMT");
  CHECK(account.call("GET", "/v1/account").answer.headers.at(0).second == "2");
}

TEST_CASE("after, times for ever, and clearing") {
  SimulatedAccount account;
  add(account, R"({"kind":"500","after":2,"times":-1})");
  CHECK(account.code_of("/v1/account") == 200);
  CHECK(account.code_of("/v1/account") == 200);
  for (int i = 0; i < 20; ++i) CHECK(account.code_of("/v1/account") == 500);
  CHECK(account.call("DELETE", "/_sim/faults").answer.code == 200);
  CHECK(account.code_of("/v1/account") == 200);
}

TEST_CASE("probability is decided by the seed") {
  const auto run = [](std::uint64_t seed) {
    AccountSetup setup;
    setup.simulation.seed = seed;
    SimulatedAccount account(setup);
    add(account, R"({"kind":"500","times":-1,"probability":0.3})");
    std::string codes;
    for (int i = 0; i < 200; ++i) codes += account.code_of("/v1/account") == 500 ? 'x' : '.';
    return codes;
  };
  const std::string one = run(1);
  CHECK(run(1) == one);
  CHECK(run(2) != one);
  const auto hits = std::count(one.begin(), one.end(), 'x');
  CHECK(hits > 35);
  CHECK(hits < 85);
  SimulatedAccount account;
  add(account, R"({"kind":"500","times":-1,"probability":0})");
  CHECK(account.code_of("/v1/account") == 200);
}

TEST_CASE("faults of the connection and of the body") {
  SimulatedAccount account(some_data());
  const std::string target = "/v1/incident_reports";
  const auto true_body = account.call("GET", target).answer.body;

  add(account,
      R"({"kind":"reset"},{"kind":"slow"},{"kind":"slow","delay_ms":30},{"kind":"truncated"},{"kind":"html"},{"kind":"empty"},{"kind":"wrong_types"})");
  CHECK(account.call("GET", target).ending == Ending::reset);

  const auto slow = account.call("GET", target);
  CHECK(slow.delay == 2s);
  CHECK(slow.answer.body == true_body);
  CHECK(account.call("GET", target).delay == 30ms);

  const auto truncated = account.call("GET", target);
  CHECK(truncated.ending == Ending::truncated);
  CHECK(truncated.answer.body == true_body);

  const auto html = account.call("GET", target);
  CHECK(html.answer.code == 200);
  CHECK(html.answer.content_type.starts_with("text/html"));
  CHECK(html.answer.body.starts_with("<!DOCTYPE html>"));

  const auto empty = account.call("GET", target);
  CHECK(empty.answer.code == 200);
  CHECK(empty.answer.body.empty());

  const auto wrong = account.call("GET", target);
  CHECK(wrong.answer.code == 200);
  const auto body = json::parse_object(wrong.answer.body, "answer");
  REQUIRE(body.at("incident_reports").is_object());
  const auto& row = body.at("incident_reports").as_object().at("0").as_object();
  CHECK(row.at("id").is_string());
  CHECK(row.at("updated_at").is_number());
  CHECK(body.at("pagination").is_array());

  CHECK(account.call("GET", target).answer.body == true_body);
}

TEST_CASE("a delay goes with any fault, and latency with every answer") {
  AccountSetup setup;
  setup.simulation.latency = 15ms;
  SimulatedAccount account(setup);
  add(account, R"({"kind":"500","delay_ms":100})");
  CHECK(account.call("GET", "/v1/account").delay == 115ms);
  CHECK(account.call("GET", "/v1/account").delay == 15ms);
  CHECK(account.call("GET", "/_sim/stats").delay == 0ms);
}

TEST_CASE("requests that the rate limit refuses use no fault up") {
  AccountSetup setup;
  setup.simulation.rate_limit = 1;
  SimulatedAccount account(setup);
  CHECK(account.code_of("/v1/account") == 200);
  add(account, R"({"kind":"503"})");
  CHECK(account.code_of("/v1/account") == 429);
  account.wait(60s);
  CHECK(account.code_of("/v1/account") == 503);
}

TEST_CASE("a fault of one method leaves the others alone") {
  SimulatedAccount account;
  add(account, R"({"kind":"503","method":"POST"})");
  CHECK(account.code_of("/v1/account") == 200);
  CHECK(account.call("POST", "/v1/account").answer.code == 503);
  CHECK(account.call("POST", "/v1/account").answer.code == 405);
}

TEST_CASE("a fault before the effect keeps the request from the vendor and one after it does not") {
  for (const std::string kind : {"500", "reset", "html", "empty"}) {
    CAPTURE(kind);
    CountingVendor* vendor = nullptr;
    sim::Simulation simulation = counting_simulation(vendor);
    sim::Request control = sim::make_request("POST", "/_sim/faults");
    control.body = R"({"faults":[{"kind":")" + kind + R"("},{"kind":")" + kind + R"(","when":"after"}]})";
    REQUIRE(simulation.handle(control).answer.code == 200);
    const auto before = simulation.handle(sim::make_request("POST", "/x"));
    CHECK(vendor->answered == 0);
    const auto after = simulation.handle(sim::make_request("POST", "/x"));
    CHECK(vendor->answered == 1);
    CHECK(after.answer.code == before.answer.code);
    CHECK(after.answer.body == before.answer.body);
    CHECK(after.ending == before.ending);
    CHECK(simulation.handle(sim::make_request("POST", "/x")).answer.body == "[2]");
  }
}

TEST_CASE("when is before or after and is shown") {
  SimulatedAccount account;
  add(account, R"({"kind":"500","when":"after","method":"PUT"},{"kind":"500"})");
  const json::value shown = account.json_of("/_sim/faults");
  const auto& faults = shown.as_object().at("faults").as_array();
  CHECK(json::text_at(faults.at(0).as_object(), "when") == "after");
  CHECK(json::text_at(faults.at(0).as_object(), "method") == "PUT");
  CHECK(json::text_at(faults.at(1).as_object(), "when") == "before");
  CHECK(account.call("POST", "/_sim/faults", R"({"faults":[{"kind":"500","when":"during"}]})").answer.code == 400);
}

TEST_CASE("wrong types of a body that is a list") {
  CountingVendor* vendor = nullptr;
  sim::Simulation simulation = counting_simulation(vendor);
  sim::Request control = sim::make_request("POST", "/_sim/faults");
  control.body = R"({"faults":[{"kind":"wrong_types"}]})";
  REQUIRE(simulation.handle(control).answer.code == 200);
  CHECK(simulation.handle(sim::make_request("GET", "/x")).answer.body == R"({"0":"1"})");
}
