#include "sdk/common/json.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace picket;
using namespace std::string_view_literals;

namespace {

std::string parsed_text(std::string_view document) {
  return json::text_at(json::parse_object(document, "the answer"), "a").value_or("(absent)");
}

}  // namespace

TEST_CASE("what a vendor's encoder does wrong costs a character and not a page") {
  const struct {
    std::string_view document;
    std::string_view text;
    const char* what;
  } cases[] = {
      {R"({"a":"plain"})", "plain", "plain"},
      {"{\"a\":\"x\xFFy\"}", "x\xFFy", "invalid UTF-8 comes through"},
      {R"({"a":"\ud83d\ude00"})", "\xF0\x9F\x98\x80", "a pair"},
      {R"({"a":"x\ud83dy"})", "x\xEF\xBF\xBDy", "a high half alone"},
      {R"({"a":"x\ude00y"})", "x\xEF\xBF\xBDy", "a low half alone"},
      {R"({"a":"\ude00\ud83d"})", "\xEF\xBF\xBD\xEF\xBF\xBD", "halves the wrong way round"},
      {R"({"a":"\ud83d\ud83d\ude00"})", "\xEF\xBF\xBD\xF0\x9F\x98\x80", "a half before a pair"},
      {R"({"a":"\ud83d\u0041"})",
       "\xEF\xBF\xBD"
       "A",
       "a half before a letter"},
      {R"({"a":"\ud83d\n"})", "\xEF\xBF\xBD\n", "a half before another escape"},
      {R"({"a":"\\ud83d \ud83d"})", "\\ud83d \xEF\xBF\xBD", "an escaped backslash is no escape"},
      {R"({"a":"\uD83D"})", "\xEF\xBF\xBD", "upper case, at the end"},
      {R"({"a":"x\u0000y"})", "x\0y"sv, "NUL"},
      {R"({"a":"one","a":"two"})", "two", "a key twice"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.what);
    CHECK(parsed_text(c.document) == c.text);
  }
}

TEST_CASE("what is no JSON document is an error that names the document") {
  const std::string deep = std::string(65, '[') + std::string(65, ']');
  const std::string cases[] = {
      "",           " ",  "<html></html>",          "{", "{}x", "{'a':1}", R"({"a":})", R"({"a":"\ud83d})", R"({"a":"\x"})", "nul",
      "{\"a\":1,}", deep, std::string(100'000, '[')};
  for (const std::string& document : cases) {
    CAPTURE(document.substr(0, 40));
    try {
      json::parse(document, "the list of incidents");
      FAIL_CHECK("was taken");
    } catch (const Error& e) {
      CHECK(e.status() == Status::invalid);
      CHECK(std::string(e.what()).starts_with("the list of incidents is not JSON"));
    }
  }
  CHECK_NOTHROW(json::parse(std::string(60, '[') + std::string(60, ']'), "x"));
  for (const char* document : {"[]", "1", "null", "\"{}\""}) CHECK_THROWS_AS(json::parse_object(document, "x"), Error);
}

TEST_CASE("a member as text") {
  const json::object o =
      json::parse_object(R"({"s":"x","e":"","i":7,"n":-7,"big":18446744073709551615,"t":true,"z":null,"l":["x"],"o":{"x":1}})", "x");
  const struct {
    const char* key;
    const char* text;
  } cases[] = {{"s", "x"},     {"e", ""},      {"i", "7"},     {"n", "-7"},    {"big", "18446744073709551615"},
               {"t", nullptr}, {"z", nullptr}, {"l", nullptr}, {"o", nullptr}, {"none", nullptr}};
  for (const auto& c : cases) {
    CAPTURE(c.key);
    const auto text = json::text_at(o, c.key);
    CHECK(text.has_value() == (c.text != nullptr));
    if (c.text != nullptr) CHECK(text.value_or("") == c.text);
  }
}

TEST_CASE("a member as a whole number") {
  const struct {
    const char* value;
    std::optional<std::int64_t> number;
  } cases[] = {{"7", 7},
               {"-7", -7},
               {"0", 0},
               {"9223372036854775807", INT64_MAX},
               {"-9223372036854775808", INT64_MIN},
               {"9223372036854775808", std::nullopt},
               {"18446744073709551615", std::nullopt},
               {"7.0", 7},
               {"7e2", 700},
               {"7.5", std::nullopt},
               {"1e300", std::nullopt},
               {"1e16", std::nullopt},
               {"\"42\"", 42},
               {"\"-42\"", -42},
               {"\"9223372036854775807\"", INT64_MAX},
               {"\"9223372036854775808\"", std::nullopt},
               {"\"\"", std::nullopt},
               {"\" 42\"", std::nullopt},
               {"\"42x\"", std::nullopt},
               {"\"4.2\"", std::nullopt},
               {"\"+42\"", std::nullopt},
               {"true", std::nullopt},
               {"null", std::nullopt},
               {"[7]", std::nullopt},
               {"{}", std::nullopt}};
  for (const auto& c : cases) {
    CAPTURE(c.value);
    const json::object o = json::parse_object(std::string("{\"a\":") + c.value + "}", "x");
    CHECK(json::integer_at(o, "a") == c.number);
  }
  CHECK_FALSE(json::integer_at({}, "a"));
}

TEST_CASE("members of other types") {
  const json::object o = json::parse_object(R"({"t":true,"f":false,"i":1,"o":{"x":1},"l":[1],"z":null,"s":"true"})", "x");
  CHECK(json::bool_at(o, "t") == true);
  CHECK(json::bool_at(o, "f") == false);
  for (const char* key : {"i", "o", "l", "z", "s", "none"}) CHECK_FALSE(json::bool_at(o, key));
  CHECK(json::object_at(o, "o") != nullptr);
  for (const char* key : {"t", "i", "l", "z", "s", "none"}) CHECK(json::object_at(o, key) == nullptr);
  CHECK(json::array_at(o, "l") != nullptr);
  for (const char* key : {"t", "i", "o", "z", "s", "none"}) CHECK(json::array_at(o, key) == nullptr);
  CHECK(json::to_string(json::value{{"a", 1}}) == R"({"a":1})");
}
