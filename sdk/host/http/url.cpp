#include "sdk/host/http/url.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "sdk/common/ascii.hpp"
#include "sdk/common/number.hpp"

namespace picket::host {

namespace {

std::string bracketed(const std::string& host) { return host.find(':') == std::string::npos ? host : "[" + host + "]"; }

}  // namespace

std::string Origin::host_and_port() const { return bracketed(host) + ":" + std::to_string(port); }

std::string Origin::authority() const { return has_default_port() ? bracketed(host) : host_and_port(); }

std::string Origin::text() const { return (tls ? "https://" : "http://") + authority(); }

std::optional<Url> parse_url(std::string_view text) {
  const auto parsed = boost::urls::parse_uri(boost::urls::string_view{text.data(), text.size()});
  if (!parsed) return std::nullopt;
  const boost::urls::url_view& uri = *parsed;

  Url url;
  if (uri.scheme_id() == boost::urls::scheme::https)
    url.origin.tls = true;
  else if (uri.scheme_id() != boost::urls::scheme::http)
    return std::nullopt;

  url.origin.host = ascii::lower(uri.host_address());
  if (url.origin.host.empty()) return std::nullopt;
  // Refuses a decoded host that could break out of a header line or name another host.
  for (const char c : url.origin.host)
    if (c <= ' ' || c == 0x7f || std::string_view{"/?#@\\%"}.find(c) != std::string_view::npos) return std::nullopt;

  url.origin.port = url.origin.tls ? 443 : 80;
  if (uri.has_port() && !uri.port().empty()) {
    // Boost.URL 1.81 lets numbers above 65535 wrap around.
    const auto port = number_from<std::uint16_t>(std::string_view(uri.port().data(), uri.port().size()));
    if (!port || *port == 0) return std::nullopt;
    url.origin.port = *port;
  }

  if (uri.has_userinfo()) url.userinfo = uri.userinfo();
  const auto path = uri.encoded_path();
  // Boost.URL 1.81 parses an invalid port as a path without a slash: "https://host:x/".
  if (!path.empty() && path.front() != '/') return std::nullopt;
  url.target = path.empty() ? "/" : std::string{path.data(), path.size()};
  if (uri.has_query()) {
    const auto query = uri.encoded_query();
    url.target.append("?").append(query.data(), query.size());
  }
  return url;
}

std::optional<Origin> parse_origin(std::string_view text) {
  if (text.find('#') != std::string_view::npos) return std::nullopt;
  auto url = parse_url(text);
  if (!url || url->target != "/" || !url->userinfo.empty()) return std::nullopt;
  return std::move(url->origin);
}

// 127.example.com is an ordinary name, so the address is parsed.
bool is_loopback(const Origin& origin) {
  in_addr address{};
  const std::string& host = origin.host;
  return host == "localhost" || host == "::1" || (host.starts_with("127.") && ::inet_pton(AF_INET, host.c_str(), &address) == 1);
}

}  // namespace picket::host
