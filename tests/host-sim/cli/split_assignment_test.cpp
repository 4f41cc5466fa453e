#include <doctest/doctest.h>

#include "host-sim/cli/commands.hpp"

using picket::Error;
using picket::Status;
using picket::cli::split_assignment;

TEST_CASE("KEY=VALUE taken apart") {
  const struct {
    const char* text;
    const char* key;
    const char* value;
  } cases[] = {{"a=b", "a", "b"},     {"a=", "a", ""},
               {"a=b=c", "a", "b=c"}, {"severityPriorityMap.critical=Urgent", "severityPriorityMap.critical", "Urgent"},
               {"a= b ", "a", " b "}, {"boardId=M\xC3\xBCller & Co", "boardId", "M\xC3\xBCller & Co"}};
  for (const auto& c : cases) {
    CAPTURE(std::string(c.text));
    const auto [key, value] = split_assignment(c.text, "KEY=VALUE");
    CHECK(key == c.key);
    CHECK(value == c.value);
  }
}

TEST_CASE("what is none is refused, and not shown at full length") {
  const std::string long_text(500, 'x');
  for (const std::string& text : {std::string("a"), std::string("=b"), std::string("="), std::string(), long_text}) {
    try {
      split_assignment(text, "KEY=VALUE");
      FAIL_CHECK("was taken: " << text);
    } catch (const Error& e) {
      CHECK(e.status() == Status::invalid);
      CHECK(std::string(e.what()).find("is not KEY=VALUE") != std::string::npos);
      CHECK(std::string(e.what()).size() < 100);
    }
  }
}
