#include "sdk/common/ascii.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace picket;
using namespace std::string_view_literals;

TEST_CASE("only A to Z and a to z change case") {
  CHECK(ascii::lower("AZaz09-_ \xC3\x84[@") == "azaz09-_ \xC3\x84[@");
  CHECK(ascii::upper("AZaz09-_ \xC3\xA4{`") == "AZAZ09-_ \xC3\xA4{`");
  CHECK(ascii::lower('Q') == 'q');
  CHECK(ascii::upper('q') == 'Q');
}

TEST_CASE("comparing without regard to case") {
  CHECK(ascii::equal_ignoring_case("Content-Type", "content-TYPE"));
  CHECK_FALSE(ascii::equal_ignoring_case("content", "content-type"));
  CHECK_FALSE(ascii::equal_ignoring_case("[", "{"));  // neighbours of the letters
  CHECK(ascii::starts_with_ignoring_case("Basic abc", "basic "));
  CHECK_FALSE(ascii::starts_with_ignoring_case("Basic", "basic "));
  CHECK(ascii::starts_with_ignoring_case("x", ""));
}

TEST_CASE("numbers are digits and nothing else") {
  CHECK(ascii::is_number("0123456789"));
  for (const auto text : {"", " 1", "1 ", "-1", "1.5", "a"}) CHECK_FALSE(ascii::is_number(text));
}

TEST_CASE("trimming") {
  CHECK(ascii::trimmed(" \t\r\n a b \n") == "a b");
  CHECK(ascii::trimmed("a") == "a");
  CHECK(ascii::trimmed(" \n\t").empty());
  CHECK(ascii::trimmed("").empty());
  CHECK(ascii::trimmed("\n a ", " ") == "\n a");
}

TEST_CASE("slugs") {
  CHECK(ascii::slug("Contoso Ltd.", '-') == "contoso-ltd");
  CHECK(ascii::slug("  Alice -- Weber ", '.') == "alice.weber");
  CHECK(ascii::slug("...", '-').empty());
}

TEST_CASE("hexadecimal both ways") {
  CHECK(ascii::hex("\x00\x1f\xff"sv) == "001fff");
  CHECK(ascii::hex(std::array<unsigned char, 2>{0xAB, 0x09}) == "ab09");
  CHECK(ascii::from_hex("001FfF") == "\x00\x1f\xff"sv);
  CHECK(ascii::from_hex("") == "");
  for (const auto text : {"0", "0g", "g0", " 00", "0x"}) CHECK_FALSE(ascii::from_hex(text));
}
