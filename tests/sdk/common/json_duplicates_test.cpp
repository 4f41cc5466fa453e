#include "sdk/common/json_duplicates.hpp"

#include <doctest/doctest.h>

using picket::json::duplicate_member;

TEST_CASE("the first member that an object has twice, by its path") {
  const struct {
    const char* text;
    const char* path;  // empty: none
  } cases[] = {
      {R"({})", ""},
      {R"({"a":1,"b":{"a":2},"c":[{"a":3},{"a":4}]})", ""},
      {R"({"a":1,"a":1})", "a"},
      {R"({"a":1,"\u0061":2})", "a"},
      {R"({"a":{"b":[0,{"c":"","c":null}]}})", "a.b[1].c"},
      {R"([[1,2],{"x":true,"y":[],"x":{}}])", "[1].x"},
      {R"({"a":1,)", ""},
      {R"(no JSON)", ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.text);
    CHECK(duplicate_member(c.text).value_or("") == c.path);
  }
}
