#include "host-sim/sim/server/bearer_tokens.hpp"

#include <doctest/doctest.h>

#include "tests/host-sim/sim/simulated_account.hpp"

using namespace picket;
using namespace picket::test;
using namespace std::chrono_literals;

TEST_CASE("a token is good until it expires") {
  sim::BearerTokens tokens(10min, 1);
  const std::string first = tokens.issue(test_start());
  const std::string second = tokens.issue(test_start() + 5min);
  CHECK(first != second);
  CHECK(tokens.good("Bearer " + first, test_start() + 10min - 1us));
  CHECK_FALSE(tokens.good("Bearer " + first, test_start() + 10min));
  CHECK(tokens.good("Bearer " + second, test_start() + 10min));
  for (const std::string& header : {first, "Basic " + first, std::string("Bearer "), std::string("Bearer x"), std::string()})
    CHECK_FALSE(tokens.good(header, test_start()));
}

TEST_CASE("revoked tokens are good for nothing and new ones are") {
  sim::BearerTokens tokens(10min, 1);
  const std::string first = tokens.issue(test_start());
  CHECK(tokens.revoke_all() == 1);
  CHECK_FALSE(tokens.good("Bearer " + first, test_start()));
  CHECK(tokens.good("Bearer " + tokens.issue(test_start()), test_start()));
}
