#include "sdk/host/validate.hpp"

#include <doctest/doctest.h>

using namespace picket::host;

TEST_CASE("the example provider keeps the contract") {
  const auto checks = validate_provider(PICKET_EXAMPLE_PROVIDER, {.settings = R"({"boardId":"b","clientId":"c"})"});
  CHECK(checks.size() > 30);
  for (const Check& check : checks) {
    INFO(check.name << ": " << check.detail);
    CHECK(check.passed);
  }
  CHECK(all_passed(checks));
}
