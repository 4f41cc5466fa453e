#include "sdk/host/http/url.hpp"

#include <doctest/doctest.h>

using namespace picket::host;

TEST_CASE("a URL is split into origin and target") {
  struct Case {
    const char *text, *origin, *authority, *host_and_port, *target, *userinfo;
  };
  const Case cases[] = {
      {"https://api.huntress.io/v1/incidents?limit=5", "https://api.huntress.io", "api.huntress.io", "api.huntress.io:443",
       "/v1/incidents?limit=5", ""},
      {"https://API.Huntress.IO", "https://api.huntress.io", "api.huntress.io", "api.huntress.io:443", "/", ""},
      {"HTTPS://a.example:443/", "https://a.example", "a.example", "a.example:443", "/", ""},
      {"https://a.example:8443?x=%20y#part", "https://a.example:8443", "a.example:8443", "a.example:8443", "/?x=%20y", ""},
      {"http://a.example:443/", "http://a.example:443", "a.example:443", "a.example:443", "/", ""},
      {"http://127.0.0.1:80/a/../b", "http://127.0.0.1", "127.0.0.1", "127.0.0.1:80", "/a/../b", ""},
      {"http://[::1]:8080/x", "http://[::1]:8080", "[::1]:8080", "[::1]:8080", "/x", ""},
      {"http://[::1]/x", "http://[::1]", "[::1]", "[::1]:80", "/x", ""},
      {"http://me:p%40ss@proxy:3128", "http://proxy:3128", "proxy:3128", "proxy:3128", "/", "me:p@ss"},
  };
  for (const Case& c : cases) {
    CAPTURE(std::string{c.text});
    const auto url = parse_url(c.text);
    REQUIRE(url);
    CHECK(url->origin.text() == c.origin);
    CHECK(url->origin.authority() == c.authority);
    CHECK(url->origin.host_and_port() == c.host_and_port);
    CHECK(url->target == c.target);
    CHECK(url->userinfo == c.userinfo);
  }
}

TEST_CASE("what is no absolute http URL is refused") {
  for (const char* text : {"",
                           "api.huntress.io",
                           "/v1",
                           "ftp://a.example/",
                           "https://",
                           "https:///x",
                           "https://a.example:0/",
                           "https://a.example:65536/",
                           "https://a.example:x/",
                           "https://a.example:80x",
                           "https://a.example:80:81/",
                           "https://[::1]x/",
                           "https://a b/",
                           "https://a.example/a b",
                           "https://a.example/\r\nX: y",
                           "https://a.example/\n",
                           "https://a%0d%0a.example/",
                           "https://a%2fb/",
                           "https://a.example/%zz",
                           " https://a.example/",
                           "https://[::1/"}) {
    CAPTURE(std::string{text});
    CHECK_FALSE(parse_url(text));
  }
}

TEST_CASE("an origin has nothing but scheme, host and port") {
  CHECK(parse_origin("https://a.example"));
  CHECK(parse_origin("https://a.example/"));
  CHECK(parse_origin("http://127.0.0.1:81"));
  for (const char* text : {"https://a.example/v1", "https://a.example?x", "https://a.example#x", "https://u@a.example", "a.example"}) {
    CAPTURE(std::string{text});
    CHECK_FALSE(parse_origin(text));
  }
  CHECK(parse_origin("https://a.example") == parse_origin("HTTPS://A.example:443/"));
  CHECK(parse_origin("https://a.example") != parse_origin("http://a.example:443"));
}
