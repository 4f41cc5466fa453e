#include <doctest/doctest.h>

#include "tests/host-sim/sim/simulated_account.hpp"

using namespace picket;
using namespace picket::test;
using namespace std::chrono_literals;

namespace {

AccountSetup limited(std::size_t limit) {
  AccountSetup setup;
  setup.simulation.rate_limit = limit;
  return setup;
}

int accepted(SimulatedAccount& account, int requests) {
  int n = 0;
  for (int i = 0; i < requests; ++i) n += account.code_of("/v1/account") == 200;
  return n;
}

}  // namespace

TEST_CASE("the window slides as in the vendor's example") {
  SimulatedAccount account(limited(60));
  CHECK(accepted(account, 1) == 1);  // T0
  account.wait(5s);
  CHECK(accepted(account, 1) == 1);  // T5
  account.wait(5s);
  CHECK(accepted(account, 58) == 58);  // T10
  account.wait(45s);
  CHECK(accepted(account, 1) == 0);  // T55
  account.wait(6s);
  CHECK(accepted(account, 2) == 1);  // T61: the first has left the window
  account.wait(3s);
  CHECK(accepted(account, 1) == 0);  // T64
  account.wait(1s);
  CHECK(accepted(account, 2) == 1);  // T65: so has the second
}

TEST_CASE("request 61 is refused until exactly 60 s after request 1") {
  SimulatedAccount account(limited(60));
  CHECK(accepted(account, 61) == 60);
  account.wait(60s - 1us);
  const auto refused = account.call("GET", "/v1/account");
  CHECK(refused.answer.code == 429);
  REQUIRE(refused.answer.headers.size() == 1);
  CHECK(refused.answer.headers[0] == std::pair<std::string, std::string>("Retry-After", "1"));
  account.wait(1us);
  CHECK(accepted(account, 61) == 60);
}

TEST_CASE("Retry-After is the whole seconds until there is room") {
  SimulatedAccount account(limited(2));
  CHECK(accepted(account, 2) == 2);
  account.wait(20s + 500ms);
  const auto refused = account.call("GET", "/v1/account");
  CHECK(refused.answer.headers.at(0).second == "40");
  account.wait(40s);
  CHECK(account.code_of("/v1/account") == 200);
}

TEST_CASE("failing requests count, refused ones do not") {
  SimulatedAccount account(limited(3));
  CHECK(account.code_of("/v1/agents/99") == 404);
  CHECK(account.code_of("/v1/agents?limit=0") == 400);
  account.call("POST", "/_sim/faults", R"({"faults":[{"kind":"500"}]})");
  CHECK(account.code_of("/v1/agents") == 500);
  account.wait(30s);
  for (int i = 0; i < 10; ++i) CHECK(account.code_of("/v1/agents") == 429);
  account.wait(30s);
  CHECK(accepted(account, 4) == 3);
}

TEST_CASE("controls neither count nor are refused, and advancing moves the window") {
  SimulatedAccount account(limited(1));
  CHECK(account.code_of("/v1/account") == 200);
  for (int i = 0; i < 5; ++i) CHECK(account.code_of("/_sim/stats") == 200);
  CHECK(account.code_of("/v1/account") == 429);
  account.json_of("/_sim/advance", R"({"seconds":60})");
  CHECK(account.code_of("/v1/account") == 200);
}

TEST_CASE("the window and the limit are options and 0 is no limit") {
  AccountSetup setup = limited(2);
  setup.simulation.rate_window = 5s;
  SimulatedAccount account(setup);
  CHECK(accepted(account, 3) == 2);
  account.wait(5s);
  CHECK(accepted(account, 3) == 2);
  SimulatedAccount unlimited(limited(0));
  CHECK(accepted(unlimited, 500) == 500);
}

TEST_CASE("a refusal need not say how long to wait") {
  AccountSetup setup = limited(1);
  setup.simulation.retry_after = false;
  SimulatedAccount account(setup);
  CHECK(accepted(account, 1) == 1);
  const auto refused = account.call("GET", "/v1/account");
  CHECK(refused.answer.code == 429);
  CHECK(refused.answer.headers.empty());
}
