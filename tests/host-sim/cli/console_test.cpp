#include "host-sim/cli/console.hpp"

#include <doctest/doctest.h>

using picket::cli::table;

TEST_CASE("columns are as wide as their widest text, in characters") {
  const struct {
    const char* what;
    std::vector<std::vector<std::string>> rows;
    const char* text;
  } cases[] = {
      {"nothing", {}, ""},
      {"a heading", {{"A", "B"}}, "A  B\n"},
      {"columns", {{"ID", "NAME"}, {"1", "Contoso"}, {"1000", "X"}}, "ID    NAME\n1     Contoso\n1000  X\n"},
      {"beyond ASCII",
       {{"NAME", "N"}, {"M\xC3\xBCller", "1"}, {"Muller", "2"}, {"\xE2\x80\x94", "3"}},
       "NAME    N\nM\xC3\xBCller  1\nMuller  2\n\xE2\x80\x94       3\n"},
      {"no white space at the end", {{"A", "B"}, {"long text", ""}, {"", ""}}, "A          B\nlong text\n\n"},
      {"rows of different length", {{"A"}, {"1", "2", "3"}}, "A\n1  2  3\n"},
  };
  for (const auto& c : cases) {
    CAPTURE(std::string(c.what));
    CHECK(table(c.rows) == c.text);
  }
}
