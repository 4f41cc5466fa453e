#include "host-sim/config/network.hpp"

#include <doctest/doctest.h>

#include <map>

#include "picket/error.hpp"

using namespace picket;
using namespace picket::config;

namespace {

using Variables = std::map<std::string, std::string>;

Environment environment(const Variables& variables) {
  return [variables](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
}

}  // namespace

TEST_CASE("the proxy for a URL") {
  const Variables both = {{"HTTPS_PROXY", "http://secure:3128"}, {"HTTP_PROXY", "http://plain:3128"}};
  const auto with = [&](const char* name, const char* value) {
    Variables v = both;
    v[name] = value;
    return v;
  };
  const struct {
    const char* what;
    const char* url;
    Variables variables;
    const char* proxy;
  } cases[] = {
      {"none set", "https://api.huntress.io/v1", {}, ""},
      {"https", "https://api.huntress.io/v1", both, "http://secure:3128"},
      {"http", "http://api.huntress.io/v1", both, "http://plain:3128"},
      {"https has its own", "https://api.huntress.io", {{"HTTP_PROXY", "http://plain:3128"}}, ""},
      {"lower case first", "https://api.huntress.io", with("https_proxy", "http://lower:1"), "http://lower:1"},
      {"lower case first, http", "http://api.huntress.io", with("http_proxy", "http://lower:1"), "http://lower:1"},
      {"exempt", "https://api.huntress.io", with("NO_PROXY", "api.huntress.io"), ""},
      {"exempt, lower case first", "https://api.huntress.io",
       [&] {
         Variables v = with("NO_PROXY", "x");
         v["no_proxy"] = "huntress.io";
         return v;
       }(),
       ""},
      {"exempt, all", "https://api.huntress.io", with("NO_PROXY", "*"), ""},
      {"exempt, the domain", "https://api.huntress.io", with("NO_PROXY", "huntress.io"), ""},
      {"exempt, the domain with a dot", "https://api.huntress.io", with("NO_PROXY", ".huntress.io"), ""},
      {"exempt, the domain with a dot, itself", "https://huntress.io", with("NO_PROXY", ".huntress.io"), ""},
      {"exempt, among others", "https://api.huntress.io", with("NO_PROXY", "a.example, huntress.io ,b.example"), ""},
      {"exempt, whatever the case", "https://API.Huntress.io", with("NO_PROXY", "Huntress.IO"), ""},
      {"exempt, with a port", "https://api.huntress.io:8443", with("NO_PROXY", "api.huntress.io"), ""},
      {"exempt with this port", "https://api.huntress.io:8443", with("NO_PROXY", "api.huntress.io:8443"), ""},
      {"exempt with another port", "https://api.huntress.io", with("NO_PROXY", "api.huntress.io:8443"), "http://secure:3128"},
      {"exempt, an address", "https://192.0.2.7", with("NO_PROXY", "192.0.2.7"), ""},
      {"exempt, an IPv6 address", "https://[2001:db8::7]/", with("NO_PROXY", "2001:db8::7"), ""},
      {"exempt, an IPv6 address in brackets", "https://[2001:db8::7]/", with("NO_PROXY", "[2001:db8::7]"), ""},
      {"not exempt, part of a name", "https://api.huntress.io", with("NO_PROXY", "untress.io"), "http://secure:3128"},
      {"not exempt, a name that it ends", "https://evilhuntress.io", with("NO_PROXY", "huntress.io"), "http://secure:3128"},
      {"not exempt, a subdomain", "https://huntress.io", with("NO_PROXY", "api.huntress.io"), "http://secure:3128"},
      {"not exempt, nothing named", "https://api.huntress.io", with("NO_PROXY", ", ,."), "http://secure:3128"},
      {"loopback never", "http://127.0.0.1:8080/v1", both, ""},
      {"loopback never, by name", "https://localhost:8080", both, ""},
      {"loopback never, IPv6", "http://[::1]:8080", both, ""},
  };
  for (const auto& c : cases) {
    CAPTURE(std::string(c.what));
    CHECK(proxy_for(c.url, environment(c.variables)) == c.proxy);
  }
}

TEST_CASE("the origin of a base URL") {
  const struct {
    const char* url;
    const char* origin;
  } cases[] = {{"https://api.huntress.io", "https://api.huntress.io"},
               {"https://api.huntress.io/", "https://api.huntress.io"},
               {"https://API.Huntress.io:443/v1/x", "https://api.huntress.io"},
               {"http://127.0.0.1:8080", "http://127.0.0.1:8080"},
               {"http://[::1]:80", "http://[::1]"},
               {"", nullptr},
               {"api.huntress.io", nullptr},
               {"ftp://api.huntress.io", nullptr},
               {"file:///etc/passwd", nullptr},
               {"https://", nullptr},
               {"https:///v1", nullptr},
               {"https://user:word@api.huntress.io", nullptr},
               {"https://api.huntress.io?x=1", nullptr},
               {"https://api.huntress.io#x", nullptr},
               {"https://api.huntress.io:0", nullptr},
               {"https://api.huntress.io:99999", nullptr},
               {"https://api huntress.io", nullptr},
               {"https://api.huntress.io\r\nX: y", nullptr}};
  for (const auto& c : cases) {
    CAPTURE(std::string(c.url));
    try {
      const std::string origin = origin_of_base_url(c.url, "--base-url");
      CHECK(origin == (c.origin == nullptr ? "refused" : c.origin));
    } catch (const Error& e) {
      CHECK(c.origin == nullptr);
      CHECK(e.status() == Status::invalid);
      CHECK(e.field() == "--base-url");
      CHECK(std::string(e.what()).find("word") == std::string::npos);
    }
  }
}

TEST_CASE("which addresses are this machine") {
  const struct {
    const char* url;
    bool loopback;
  } cases[] = {{"http://127.0.0.1", true},
               {"http://127.1.2.3:80/x", true},
               {"http://localhost:8080", true},
               {"http://LOCALHOST", true},
               {"http://[::1]:8080", true},
               {"http://127.evil.example", false},
               {"http://127.0.0.1.evil.example", false},
               {"http://localhost.evil.example", false},
               {"http://10.0.0.1", false},
               {"http://[::2]", false},
               {"https://api.huntress.io", false},
               {"http://1270.0.0.1", false},
               {"", false},
               {"localhost", false}};
  for (const auto& c : cases) {
    CAPTURE(std::string(c.url));
    CHECK(is_loopback(c.url) == c.loopback);
  }
}
