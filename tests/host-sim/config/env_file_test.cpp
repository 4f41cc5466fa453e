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

TEST_CASE("an object over several lines is read, however it is written, or refused by line and key") {
  const std::string read = R"(X_MAP=[{"P 1": "High", "P2": "Low"}]B=[c])";
  const struct {
    const char* what;
    const char* text;
    std::string expected;
  } cases[] = {
      {"in braces", "X_MAP={\n\"P 1\": \"High\",\n\"P2\": \"Low\"\n}\nB=c", R"(X_MAP=[{ "P 1": "High", "P2": "Low" }]B=[c])"},
      {"indented, with line ends of Windows", "X_MAP: {\r\n  \"P 1\": \"High\",\r\n  \"P2\": \"Low\" }\r\nB=c\r\n",
       R"(X_MAP=[{ "P 1": "High", "P2": "Low" }]B=[c])"},
      {"with comments and empty lines", "X_MAP={ # why\n\n  # more\n  \"P #1\": \"High\" # first\n} # end\nB=c",
       R"(X_MAP=[{ "P #1": "High" }]B=[c])"},
      {"the first member beside the brace", "X_MAP={\"P 1\": \"High\",\n \"P2\": \"Low\"}\nB=c",
       R"(X_MAP=[{"P 1": "High", "P2": "Low"}]B=[c])"},
      {"the brace on the next line", "X_MAP=\n  {\n    \"P 1\": \"High\"\n  }\nB=c", R"(X_MAP=[{ "P 1": "High" }]B=[c])"},
      {"a block of YAML", "X_MAP: |\n  {\n    \"P 1\": \"High\"\n  }\nB=c", R"(X_MAP=[{ "P 1": "High" }]B=[c])"},
      {"members of YAML", "X_MAP:\n  P 1: High\n  P2: Low\nB=c", read},
      {"members of YAML in quotation marks, with comments", "X_MAP:\n  # why\n  \"P 1\": 'High' # first\n\n  'P2': \"Low\"\nB=c", read},
      {"members of JSON without braces", "X_MAP:\n  \"P 1\": \"High\",\n  \"P2\": \"Low\"\nB=c", read},
      {"a brace that stays open", "B=c\nX_MAP={\n  \"P 1\": \"High\",\n", "B=[c]!line 2: the object of X_MAP has no closing brace"},
      {"a brace that stays open before other keys", "X_MAP={\n  \"P 1\": \"High\"\nB=c",
       "B=[c]!line 1: the object of X_MAP has no closing brace"},
      {"a line that is no member", "X_MAP:\n  P 1: High\n  P2\nB=c",
       "B=[c]!line 3: expected a member of the object of X_MAP, such as name: value"},
      {"without quotation marks it is one value, which whoever reads it refuses", "X_MAP: {\n  P1: High\n}", "X_MAP=[{ P1: High }]"},
      {"keys below a heading are keys", "environment:\n  X_MAP: y\n  B: c", "environment=[]X_MAP=[y]B=[c]"},
      {"an empty key above indented keys", "X_MAP:\n  B_C: d\n", "X_MAP=[]B_C=[d]"},
      {"a password that begins with a brace", "X_KEY={abc\nB=c", "X_KEY=[{abc]B=[c]"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.what);
    CHECK(shown(parse_env_file(c.text)) == c.expected);
  }
}

TEST_CASE("values of the environment, as docker's environment file gives them") {
  const struct {
    const char* raw;
    const char* value;
    const char* problem;  // a part of it
  } cases[] = {
      {"", "", ""},
      {"b c", "b c", ""},
      {" b ", "b", ""},
      {"b\r", "b", ""},
      {"\"b c\"", "b c", ""},
      {"'b c'", "b c", ""},
      {"\"\"", "", ""},
      {"\"b \\\"c\\\"\"", "b \"c\"", ""},
      {"\"b # c\"", "b # c", ""},
      {"\"b\" # why", "b", ""},
      {"b#c", "b#c", ""},
      {"#b", "#b", ""},
      {"b \"c\"", "b \"c\"", ""},
      {R"({"P #1": "High"})", R"({"P #1": "High"})", ""},
      {"{\n  \"P 1\": \"High\"\n}", "{\n  \"P 1\": \"High\"\n}", ""},
      {"b # why", "b # why", "\" #\" is part of the value"},
      {" # why", "# why", "\" #\" is part of the value"},
      {R"({"a": "b"} # why)", R"({"a": "b"} # why)", "\" #\" is part of the value"},
      {"\"b", "\"b", "not closed"},
      {"\"b\"c", "\"b\"c", "text behind the closing quotation mark"},
  };
  for (const auto& c : cases) {
    CAPTURE(std::string(c.raw));
    const EnvironmentValue read = read_environment_value(c.raw);
    CHECK(read.value == c.value);
    if (std::string(c.problem).empty())
      CHECK(read.problem.empty());
    else
      CHECK(read.problem.find(c.problem) != std::string::npos);
  }
}
