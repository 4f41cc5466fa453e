#include "sdk/common/base64.hpp"

#include <doctest/doctest.h>

using picket::base64_decode;
using picket::base64_encode;
using namespace std::string_view_literals;

TEST_CASE("base64 by the vectors of RFC 4648, and every byte") {
  const struct {
    std::string_view bytes;
    const char* text;
  } cases[] = {{"", ""},
               {"f", "Zg=="},
               {"fo", "Zm8="},
               {"foo", "Zm9v"},
               {"foob", "Zm9vYg=="},
               {"fooba", "Zm9vYmE="},
               {"foobar", "Zm9vYmFy"},
               {"\0"sv, "AA=="},
               {"\0\0\0"sv, "AAAA"},
               {"\xFF\xFF\xFF", "////"},
               {"\xFB\xEF\xBE", "++++"},
               {"key:secret", "a2V5OnNlY3JldA=="},
               {"M\xC3\xBCller", "TcO8bGxlcg=="}};
  for (const auto& c : cases) {
    CAPTURE(c.text);
    CHECK(base64_encode(c.bytes) == c.text);
    CHECK(base64_decode(c.text) == c.bytes);
  }
}

TEST_CASE("what is not base64 with padding decodes to nothing") {
  for (const char* text : {"Z", "Zg", "Zg=", "Zg==\n", "=", "====", "=Zg=", "Z===", "Zg==Zg==", "Zm9v!m9v", "Zm9v\n", "Zh==", "Zm9=", "-_-_",
                           "Zm 9"}) {
    CAPTURE(text);
    CHECK_FALSE(base64_decode(text));
  }
}

TEST_CASE("base64 is read back, with and without padding") {
  using picket::Padding;
  std::string bytes;
  for (int i = 0; i < 100; ++i) {
    CHECK(base64_decode(base64_encode(bytes)) == bytes);
    CHECK(base64_decode(base64_encode(bytes, Padding::without), Padding::without) == bytes);
    CHECK(base64_decode(base64_encode(bytes), Padding::without) == bytes);
    bytes += static_cast<char>(i * 37);
  }
  CHECK(base64_encode("foob", Padding::without) == "Zm9vYg");
  for (const char* text : {"a", "a_b-"}) CHECK_FALSE(base64_decode(text, Padding::without));
}
