#include "sdk/common/url_escape.hpp"

#include <doctest/doctest.h>

using picket::url_escaped;
using namespace std::string_view_literals;

TEST_CASE("text in a URL: every byte that has a meaning there, and every one that is none of ASCII") {
  const struct {
    std::string_view text;
    const char* escaped;
  } cases[] = {{"", ""},
               {"azAZ09-._~", "azAZ09-._~"},
               {"a b", "a%20b"},
               {"a+b", "a%2Bb"},
               {"a/b?c#d", "a%2Fb%3Fc%23d"},
               {"a=b&c;d", "a%3Db%26c%3Bd"},
               {"100%", "100%25"},
               {"%20", "%2520"},
               {"..", ".."},
               {"\"<>'()[]{}|\\^`", "%22%3C%3E%27%28%29%5B%5D%7B%7D%7C%5C%5E%60"},
               {"a:b@c,d!e$f*g", "a%3Ab%40c%2Cd%21e%24f%2Ag"},
               {"M\xC3\xBCller", "M%C3%BCller"},
               {"\0\n\x7F\xFF"sv, "%00%0A%7F%FF"}};
  for (const auto& c : cases) {
    CAPTURE(std::string(c.text));
    CHECK(url_escaped(c.text) == c.escaped);
  }
}

TEST_CASE("characters to keep and the case of the digits can be chosen") {
  CHECK(url_escaped("a/b~c", "/") == "a/b%7Ec");
  CHECK(url_escaped("a/b", "", picket::ascii::lower_hex_digits) == "a%2fb");
}

TEST_CASE("unescaping") {
  using picket::Plus;
  using picket::url_unescaped;
  CHECK(url_unescaped("a%20b%2Fc%2f", Plus::literal) == "a b/c/");
  CHECK(url_unescaped("a+b", Plus::literal) == "a+b");
  CHECK(url_unescaped("a+b%2B", Plus::space) == "a b+");
  CHECK(url_unescaped("100%", Plus::space) == "100%");
  CHECK(url_unescaped("%4", Plus::space) == "%4");
  CHECK(url_unescaped("%zz%", Plus::space) == "%zz%");
}
