#include "sdk/host/http/redact.hpp"

#include <doctest/doctest.h>

#include "sdk/common/base64.hpp"

using picket::base64_encode;
using picket::host::Redactor;

TEST_CASE("given secrets go, in every form") {
  const std::string secret = "s3cr\"t/+ key=";
  const Redactor redactor({secret, "abc", "", "hunter-2-key"});
  struct Case {
    std::string text, expected;
  };
  const Case cases[] = {
      {"nothing here", "nothing here"},
      {"", ""},
      {"the key is " + secret + ".", "the key is [redacted]."},
      {secret + secret, "[redacted]"},
      {"?k=s3cr%22t%2F%2B%20key%3D&x", "?k=[redacted]&x"},
      {"?k=s3cr%22t%2f%2b%20key%3d&x", "?k=[redacted]&x"},
      {"k=s3cr%22t%2F%2B+key%3D", "k=[redacted]"},
      {R"({"k":"s3cr\"t/+ key="})", R"({"k":"[redacted]"})"},
      {R"({"k":"s3cr\"t\/+ key="})", R"({"k":"[redacted]"})"},
      {"sent " + base64_encode(secret), "sent [redacted]"},
      {"sent " + base64_encode("id:" + secret) + " off", "sent [redacted] off"},
      {"sent " + base64_encode("me:" + secret + ":more") + " off", "sent [redacted] off"},
      {"sent " + base64_encode("user:" + secret), "sent [redacted]"},
      {"sent " + base64_encode("hunter-2-key:" + secret), "sent [redacted]"},
      {"abc is too short to be one", "abc is too short to be one"},
  };
  for (const Case& c : cases) {
    CAPTURE(std::string{c.text});
    CHECK(redactor.redact(c.text) == c.expected);
  }
}

TEST_CASE("secrets that overlap leave no rest") {
  CHECK(Redactor({"abcdef", "defghi"}).redact("xabcdefghix") == "x[redacted]x");
  CHECK(Redactor({"abcd", "abcdefgh"}).redact("abcdefgh abcd") == "[redacted] [redacted]");
  CHECK(Redactor({"aaaa"}).redact("aaaaaa") == "[redacted]");
}

TEST_CASE("credentials go without being given") {
  struct Case {
    const char *text, *expected;
  };
  const Case cases[] = {
      {"Authorization: Basic dXNlcjpwYXNz", "Authorization: [redacted]"},
      {"a\r\nauthorization:Digest x=1, y=2\r\nHost: b", "a\r\nauthorization:[redacted]\r\nHost: b"},
      {"Proxy-Authorization: x", "Proxy-Authorization: [redacted]"},
      {R"({"Authorization": "Token \"a\" b", "x": 1})", R"({"Authorization": "[redacted]", "x": 1})"},
      {R"({"authorization":"unended)", R"({"authorization":"[redacted])"},
      {"no Authorization header was sent", "no Authorization header was sent"},
      {"Authorization", "Authorization"},
      {"Authorization:", "Authorization:"},
      {"bearer eyJhbGciOi.J9.x-y_z, then", "bearer [redacted], then"},
      {"BEARER   abcdefgh12", "BEARER   [redacted]"},
      {"the bearer of news", "the bearer of news"},
      {"Basic QWxhZGRpbjpvcGVu rest", "Basic [redacted] rest"},
      {"forbearer eyJhbGciOiJ9", "forbearer eyJhbGciOiJ9"},
      {"at https://me:pass@host/x?y", "at https://[redacted]@host/x?y"},
      {"https://me:p@ss@host", "https://[redacted]@host"},
      {"https://host/a@b", "https://host/a@b"},
      {"http://a.example and me@b.example", "http://a.example and me@b.example"},
      {"\"http://u:p@proxy:3128\"", "\"http://[redacted]@proxy:3128\""},
  };
  const Redactor redactor;
  for (const Case& c : cases) {
    CAPTURE(std::string{c.text});
    CHECK(redactor.redact(c.text) == c.expected);
  }
}
