#include "host-sim/store/uuid.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace picket::store;

TEST_CASE("ids and tokens are new each time and look as they should") {
  std::set<std::string> ids;
  std::set<std::string> tokens;
  for (int i = 0; i < 1000; ++i) {
    const std::string& id = *ids.insert(new_uuid()).first;
    const std::string& token = *tokens.insert(new_token()).first;
    REQUIRE(canonical_uuid(id) == id);
    REQUIRE(token.size() == 16);
    REQUIRE(token.find_first_not_of("0123456789abcdef") == std::string::npos);
  }
  CHECK(ids.size() == 1000);
  CHECK(tokens.size() == 1000);
}
