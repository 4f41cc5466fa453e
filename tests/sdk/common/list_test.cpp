#include "sdk/common/list.hpp"

#include <doctest/doctest.h>

#include <array>
#include <vector>

using namespace picket;
using Texts = std::vector<std::string>;

TEST_CASE("contains") {
  constexpr std::array<std::string_view, 2> words{"a", "b"};
  CHECK(contains(words, "b"));
  CHECK_FALSE(contains(words, "c"));
  CHECK_FALSE(contains(Texts{}, "a"));
}

TEST_CASE("joined") {
  CHECK(joined(Texts{}).empty());
  CHECK(joined(Texts{"a"}, ", ", " or ") == "a");
  CHECK(joined(Texts{"a", "b", "c"}) == "a, b, c");
  CHECK(joined(Texts{"a", "b", "c"}, "; ") == "a; b; c");
  CHECK(joined(Texts{"a", "b", "c"}, ", ", " or ") == "a, b or c");
  CHECK(joined(Texts{"", "b"}) == ", b");
}
