#include <doctest/doctest.h>

#include "sdk/common/text.hpp"

using picket::text::fold;
using picket::text::match_key;

TEST_CASE("the same name in another writing is the same name") {
  const struct {
    const char* a;
    const char* b;
    bool same;
    const char* what;
  } cases[] = {
      {"M\xC3\xBCller", "M\xC3\x9CLLER", true, "case beyond ASCII"},
      {"M\xC3\xBCller", "Mu\xCC\x88ller", true, "decomposed"},
      {"M\xC3\xBCller", "M\xC3\xB6ller", false, "another letter"},
      {"M\xC3\xBCller", "Muller", false, "without its dots"},
      {"Stra\xC3\x9F"
       "e",
       "STRASSE", true, "sharp s"},
      {"STRA\xE1\xBA\x9E"
       "E",
       "strasse", true, "capital sharp s"},
      {"\xEF\xBC\xA1\xEF\xBD\x82\xEF\xBD\x83", "Abc", true, "fullwidth"},
      {"\xEF\xAC\x81rst", "First", true, "ligature"},
      {"\xCE\xA3\xCE\x9F\xCE\xA6\xCE\x9F\xCE\xA3", "\xCF\x83\xCE\xBF\xCF\x86\xCE\xBF\xCF\x82", true, "final sigma"},
      {"\xC4\xB0stanbul", "istanbul", false, "Turkish capital dotted i is i with a dot above"},
      {"\xC4\xB0stanbul", "i\xCC\x87stanbul", true, "spelt out"},
      {"\xC4\xB1stanbul", "istanbul", false, "Turkish dotless i"},
      {"a b", "a\xC2\xA0 b", true, "white space"},
      {"soft\xC2\xADhyphen", "softhyphen", true, "what cannot be seen"},
      {"zero\xE2\x80\x8Bwidth", "zerowidth", true, "what cannot be seen"},
      {"", " \t", true, "nothing"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.what);
    CHECK((fold(c.a) == fold(c.b)) == c.same);
    CHECK((match_key(c.a) == match_key(c.b)) == c.same);
  }
}

TEST_CASE("a company name's key") {
  const struct {
    const char* name;
    const char* key;
  } cases[] = {
      {"Contoso, Ltd.", "contoso ltd"},
      {"CONTOSO   LTD", "contoso ltd"},
      {"  Contoso\tLtd\n", "contoso ltd"},
      {"Contoso (Berlin) - IT", "contoso berlin it"},
      {"O'Neil & Sons", "oneil sons"},
      {"O\xE2\x80\x99Neil \xE2\x80\x93 Sons", "oneil sons"},
      {"A.B.C.", "abc"},
      {"Co-op", "coop"},
      {"C++ Works", "c++ works"},
      {"C Works", "c works"},
      {"\xE6\xA0\xAA\xE5\xBC\x8F\xE4\xBC\x9A\xE7\xA4\xBE", "\xE6\xA0\xAA\xE5\xBC\x8F\xE4\xBC\x9A\xE7\xA4\xBE"},
      {"", ""},
      {" ", ""},
      {"...", ""},
      {"-- --", ""},
      {"\xE2\x80\xAE", ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(match_key(c.name) == c.key);
    CHECK(match_key(match_key(c.name)) == match_key(c.name));
  }
}
