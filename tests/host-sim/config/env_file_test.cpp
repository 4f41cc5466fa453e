#include "host-sim/config/env_file.hpp"

#include <doctest/doctest.h>

using namespace picket::config;

namespace {

std::string shown(const EnvFile& file) {
  std::string out;
  for (const auto& e : file.entries) out += e.key + "=[" + e.value + "]";
  for (const auto& p : file.problems) out += "!line " + std::to_string(p.line) + ": " + p.text;
  return out;
}

}  // namespace

TEST_CASE("lines of an environment file") {
  const struct {
    const char* line;
    const char* expected;
  } cases[] = {
      {"A=b", "A=[b]"},
      {"  A = b  ", "A=[b]"},
      {"A=b\r", "A=[b]"},
      {"export A=b", "A=[b]"},
      {"- A=b", "A=[b]"},
      {"A=", "A=[]"},
      {"A: b", "A=[b]"},
      {"A:", "A=[]"},
      {"A: \"b c\"", "A=[b c]"},
      {"A: 'it''s'", "A=[it's]"},
      {"A='b # c'", "A=[b # c]"},
      {"A=\"b \\\"c\\\" \\\\ \\n.\"", "A=[b \"c\" \\ \n.]"},
      {"A='b\\n'", "A=[b\\n]"},
      {"A=\"b\" # why", "A=[b]"},
      {"A=b # why", "A=[b]"},
      {"A= # why", "A=[]"},
      {"A=b#c", "A=[b#c]"},
      {"A=#b", "A=[#b]"},
      {"# A=b", ""},
      {"---", ""},
      {"", ""},
      {"   ", ""},
      {"A=b=c", "A=[b=c]"},
      {"A=https://x.example/y", "A=[https://x.example/y]"},
      {"A: https://x.example", "A=[https://x.example]"},
      {"A={\"P #1\": \"High\"} # map", "A=[{\"P #1\": \"High\"}]"},
      {"A: { \"Critical\": \"Critical\" }", "A=[{ \"Critical\": \"Critical\" }]"},
      {"A=\xC3\xA4", "A=[\xC3\xA4]"},
      {"\xEF\xBB\xBF"
       "A=b",
       "A=[b]"},
      {"A", "!line 1: expected KEY=value or KEY: value"},
      {"A:b", "!line 1: expected KEY=value or KEY: value"},
      {"1A=b", "!line 1: expected KEY=value or KEY: value"},
      {"A B=c", "!line 1: expected KEY=value or KEY: value"},
      {"A=\"b", "!line 1: the quotation mark of A is not closed on this line"},
      {"A=\"b\"c", "!line 1: there is text behind the closing quotation mark of A"},
      {"A=\"b\"#c", "!line 1: there is text behind the closing quotation mark of A"},
  };
  for (const auto& c : cases) {
    CAPTURE(std::string(c.line));
    CHECK(shown(parse_env_file(c.line)) == c.expected);
  }
}

TEST_CASE("lines are counted and all problems reported") {
  const EnvFile file = parse_env_file("A=1\n\nB\nC=2\nD='x\n");
  REQUIRE(file.entries.size() == 2);
  CHECK(file.entries[1].line == 4);
  REQUIRE(file.problems.size() == 2);
  CHECK(file.problems[0].line == 3);
  CHECK(file.problems[1].line == 5);
}
