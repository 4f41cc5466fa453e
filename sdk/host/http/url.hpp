// Absolute http and https URLs, split into the origin to connect to and the request target. Pure functions; any thread.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace picket::host {

struct Origin {
  bool tls = false;
  std::string host;  // lower case; an IPv6 address without brackets
  std::uint16_t port = 0;

  friend bool operator==(const Origin&, const Origin&) = default;

  bool has_default_port() const { return port == (tls ? 443 : 80); }
  std::string authority() const;  // "example.com", "example.com:8443", "[::1]:80": the Host header; the port only if it is not the default
  std::string host_and_port() const;  // "example.com:443", "[::1]:80"
  std::string text() const;           // "https://example.com:8443"
};

struct Url {
  Origin origin;
  std::string target;    // path and query as given, never empty; the fragment is dropped
  std::string userinfo;  // "user:password", percent-decoded; empty if there was none
};

// Nothing unless `text` is a valid absolute URL (RFC 3986) of scheme http or https with a host and a port from 1 to 65535.
[[nodiscard]] std::optional<Url> parse_url(std::string_view text);

// Like parse_url, for a URL without a path other than "/", query, fragment or user.
[[nodiscard]] std::optional<Origin> parse_origin(std::string_view text);

// 127.0.0.0/8, ::1 and localhost: requests to them never leave the machine.
[[nodiscard]] bool is_loopback(const Origin& origin);

}  // namespace picket::host
