#include "sdk/host/http/request_head.hpp"

#include <doctest/doctest.h>

using namespace picket;
using namespace picket::host;

TEST_CASE("the head of a request") {
  const auto url = parse_url("https://api.example:8443/a?b=c#d");
  REQUIRE(url);
  const HeadOptions options{.user_agent = "picket/1", .absolute_form = false, .proxy_authorization = {}};
  CHECK(request_head({.url = {}, .headers = {{"X-A", "1"}}, .body = {}}, *url, options) ==
        "GET /a?b=c HTTP/1.1\r\nHost: api.example:8443\r\nX-A: 1\r\nUser-Agent: picket/1\r\nAccept-Encoding: identity\r\n\r\n");
  CHECK(request_head({.method = "POST", .url = {}, .headers = {{"user-agent", "mine"}}, .body = {}}, *url, options) ==
        "POST /a?b=c HTTP/1.1\r\nHost: api.example:8443\r\nuser-agent: mine\r\nAccept-Encoding: identity\r\nContent-Length: 0\r\n\r\n");
  CHECK(request_head({.method = "DELETE", .url = {}, .headers = {}, .body = "xyz"}, *url,
                     {.user_agent = "p", .absolute_form = true, .proxy_authorization = "Basic x"}) ==
        "DELETE https://api.example:8443/a?b=c HTTP/1.1\r\nHost: api.example:8443\r\nUser-Agent: p\r\nAccept-Encoding: identity\r\n"
        "Proxy-Authorization: Basic x\r\nContent-Length: 3\r\n\r\n");
  CHECK(connect_head(url->origin, "p", "") == "CONNECT api.example:8443 HTTP/1.1\r\nHost: api.example:8443\r\nUser-Agent: p\r\n\r\n");
}

TEST_CASE("requests that must not go onto the wire") {
  struct Case {
    const char* method;
    HttpHeaders headers;
    const char* expected;  // part of the message; null: fine
  };
  const Case cases[] = {
      {"GET", {{"X", "y"}, {"Authorization", "Bearer s3cret-value"}}, nullptr},
      {"GET", {{"X", "t\tab \xc3\xa9"}}, nullptr},
      {"GET / HTTP/1.1\r\nX:", {}, "method"},
      {"", {}, "method"},
      {"CONNECT", {}, "CONNECT"},
      {"GET", {{"X\r\nY", "v"}}, "name of a header"},
      {"GET", {{"X:", "v"}}, "name of a header"},
      {"GET", {{"", "v"}}, "name of a header"},
      {"GET", {{"X", "s3cret-value\r\nY: z"}}, "value of the header X"},
      {"GET", {{"X", "s3cret-value\n"}}, "value of the header X"},
      {"GET", {{"X", std::string("s3cret-value\0", 13)}}, "value of the header X"},
      {"GET", {{"Host", "evil"}}, "set by the host"},
      {"GET", {{"content-LENGTH", "1"}}, "set by the host"},
      {"GET", {{"Transfer-Encoding", "chunked"}}, "set by the host"},
      {"GET", {{"Proxy-Authorization", "x"}}, "set by the host"},
  };
  for (const Case& c : cases) {
    const auto fault = fault_of({.method = c.method, .url = {}, .headers = c.headers, .body = {}});
    CAPTURE(fault.value_or("none"));
    REQUIRE(fault.has_value() == (c.expected != nullptr));
    if (!fault) continue;
    CHECK(fault->find(c.expected) != std::string::npos);
    CHECK(fault->find("s3cret-value") == std::string::npos);
  }
}
