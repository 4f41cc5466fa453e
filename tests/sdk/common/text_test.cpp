#include "sdk/common/text.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>

using namespace picket::text;
using namespace std::string_view_literals;

namespace {

constexpr std::size_t plenty = 1000;

std::string repeated(std::string_view s, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += s;
  return out;
}

}  // namespace

TEST_CASE("which bytes are UTF-8") {
  const struct {
    std::string_view bytes;
    bool valid;
    const char* what;
  } cases[] = {
      {"", true, "nothing"},
      {"plain", true, "ASCII"},
      {"\0"sv, true, "NUL is a character of its own"},
      {"\x7F", true, "DEL"},
      {"\xC2\x80", true, "U+0080"},
      {"\xDF\xBF", true, "U+07FF"},
      {"\xE0\xA0\x80", true, "U+0800"},
      {"\xED\x9F\xBF", true, "U+D7FF"},
      {"\xEE\x80\x80", true, "U+E000"},
      {"\xEF\xBF\xBF", true, "U+FFFF"},
      {"\xF0\x90\x80\x80", true, "U+10000"},
      {"\xF4\x8F\xBF\xBF", true, "U+10FFFF"},
      {"\x80", false, "a continuation alone"},
      {"\xBF", false, "a continuation alone"},
      {"\xC0\x80", false, "overlong NUL"},
      {"\xC1\xBF", false, "overlong DEL"},
      {"\xC2", false, "cut after 1 of 2"},
      {"\xC2 ", false, "a space where a continuation belongs"},
      {"\xE0\x80\x80", false, "overlong, 3 bytes"},
      {"\xE0\x9F\xBF", false, "overlong U+07FF"},
      {"\xE2\x82", false, "cut after 2 of 3"},
      {"\xED\xA0\x80", false, "high surrogate"},
      {"\xED\xBF\xBF", false, "low surrogate"},
      {"\xF0\x80\x80\x80", false, "overlong, 4 bytes"},
      {"\xF0\x8F\xBF\xBF", false, "overlong U+FFFF"},
      {"\xF0\x9F\x98", false, "cut after 3 of 4"},
      {"\xF4\x90\x80\x80", false, "U+110000"},
      {"\xF5\x80\x80\x80", false, "beyond Unicode"},
      {"\xFE", false, "never in UTF-8"},
      {"\xFF", false, "never in UTF-8"},
      {"good \xC3\xA9 then \xFF", false, "bad at the end"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.what);
    CHECK(is_valid_utf8(c.bytes) == c.valid);
  }
}

TEST_CASE("a clean line") {
  const struct {
    std::string_view in;
    std::string_view out;
    bool removed;
    const char* what;
  } cases[] = {
      {"", "", false, "nothing"},
      {"Malicious file", "Malicious file", false, "as it was"},
      {"  a  b\t\tc  ", "a b c", false, "white space"},
      {"one\ntwo\r\nthree\rfour", "one two three four", false, "line ends"},
      {"a\xC2\x85"
       "b\xE2\x80\xA8"
       "c\xE2\x80\xA9"
       "d",
       "a b c d", false, "NEL, line and paragraph separator"},
      {"a\v\fb", "a b", false, "vertical tab, form feed"},
      {"a\xC2\xA0\xE2\x80\x83\xE3\x80\x80"
       "b",
       "a b", false, "no-break, em and ideographic space"},
      {"a\0b"sv, "ab", true, "NUL"},
      {"\0"sv, "", true, "nothing but NUL"},
      {"a\x01\x1F\x7F"
       "b",
       "ab", true, "control characters"},
      {"a\xC2\x9B"
       "31mb",
       "a31mb", true, "C1: a terminal's escape"},
      {"a\x1B[31mb", "a[31mb", true, "escape"},
      {"exe.\xE2\x80\xAE"
       "fdp",
       "exe.fdp", true, "right-to-left override"},
      {"\xE2\x81\xA6"
       "a\xE2\x81\xA9",
       "a", true, "isolates"},
      {"\xE2\x80\x8E"
       "a\xE2\x80\x8F\xD8\x9C",
       "a", true, "direction marks"},
      {"\xEF\xBB\xBF"
       "a",
       "a", true, "byte order mark"},
      {"a\xEF\xBF\xBF"
       "b\xF0\x9F\xBF\xBE"
       "c\xEF\xB7\x90",
       "abc", true, "noncharacters"},
      {"a\xF3\xA0\x81\x81"
       "b",
       "ab", true, "tag characters"},
      {"a\xFF"
       "b",
       "a\xEF\xBF\xBD"
       "b",
       true, "invalid byte"},
      {"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD", true, "surrogate"},
      {"M\xC3\xBCller \xE2\x80\x94 \xF0\x9F\x92\xA9", "M\xC3\xBCller \xE2\x80\x94 \xF0\x9F\x92\xA9", false, "any language"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.what);
    const Cleaned cleaned = clean_line(c.in, plenty);
    CHECK(cleaned.text == c.out);
    CHECK(cleaned.removed_characters == c.removed);
    CHECK_FALSE(cleaned.shortened);
    CHECK(clean_line(cleaned.text, plenty).text == cleaned.text);
  }
}

TEST_CASE("a clean block keeps lines and indentation") {
  const struct {
    std::string_view in;
    std::string_view out;
    bool removed;
    const char* what;
  } cases[] = {
      {"", "", false, "nothing"},
      {"one\ntwo", "one\ntwo", false, "as it was"},
      {"one\r\ntwo\rthree\n", "one\ntwo\nthree\n", false, "line ends"},
      {"one\r\r\ntwo", "one\n\ntwo", false, "a return before a line end"},
      {"one\xC2\x85two\xE2\x80\xA8three", "one\ntwo\nthree", false, "NEL, line separator"},
      {"a\tb", "a    b", false, "tab"},
      {"  a  b", "  a  b", false, "spaces stay"},
      {"a\0b\x1B"sv, "ab", true, "controls"},
      {"\xEF\xBB\xBFone\n\xE2\x80\xAEtwo", "one\ntwo", true, "mark and override"},
      {"a\xC3", "a\xEF\xBF\xBD", true, "cut in a character"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.what);
    const Cleaned cleaned = clean_block(c.in, plenty);
    CHECK(cleaned.text == c.out);
    CHECK(cleaned.removed_characters == c.removed);
    CHECK(clean_block(cleaned.text, plenty).text == cleaned.text);
  }
}

TEST_CASE("text is shortened by code points, never inside one") {
  const struct {
    std::string in;
    std::size_t max;
    std::string out;
  } cases[] = {
      {"abcde", 5, "abcde"},
      {"abcdef", 5, "abcd\xE2\x80\xA6"},
      {repeated("\xC3\xBC", 5), 5, repeated("\xC3\xBC", 5)},
      {repeated("\xC3\xBC", 6), 5, repeated("\xC3\xBC", 4) + "\xE2\x80\xA6"},
      {repeated("\xF0\x9F\x92\xA9", 3), 2, "\xF0\x9F\x92\xA9\xE2\x80\xA6"},
      {"ab", 1, "\xE2\x80\xA6"},
      {"\xFF\xFF\xFF", 2, "\xEF\xBF\xBD\xE2\x80\xA6"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.in);
    CAPTURE(c.max);
    CHECK(clean_line(c.in, c.max).text == c.out);
    CHECK(clean_block(c.in, c.max).text == c.out);
    CHECK(clean_line(c.in, c.max).shortened == (c.out.ends_with("\xE2\x80\xA6")));
  }
}

TEST_CASE("whatever bytes come, clean text comes out") {
  std::mt19937 random(20260609);
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes;
    for (std::size_t length = random() % 30; length > 0; --length) bytes += static_cast<char>(random() % 256);
    const Cleaned line = clean_line(bytes, 20);
    const Cleaned block = clean_block(bytes, 20);
    CAPTURE(bytes);
    REQUIRE(is_valid_utf8(line.text));
    REQUIRE(is_valid_utf8(block.text));
    REQUIRE(line.text.find('\n') == std::string::npos);
    for (const std::string* text : {&line.text, &block.text})
      for (const char c : *text) REQUIRE((static_cast<unsigned char>(c) >= 0x20 || c == '\n'));
    REQUIRE(is_valid_utf8(fold(bytes)));
    REQUIRE(is_valid_utf8(match_key(bytes)));
  }
}
