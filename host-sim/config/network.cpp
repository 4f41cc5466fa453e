#include "host-sim/config/network.hpp"

#include <algorithm>
#include <cstdlib>

#include "host-sim/config/env_file.hpp"
#include "picket/error.hpp"
#include "sdk/common/ascii.hpp"
#include "sdk/host/http/url.hpp"

namespace picket::config {
namespace {

host::Origin origin_of(std::string_view url) {
  auto parsed = host::parse_url(url);
  return parsed ? std::move(parsed->origin) : host::Origin{};
}

// One entry of NO_PROXY, in lower case: "*", "example.com" (with its subdomains), ".example.com"; each also with a port, and IPv6 addresses
// in brackets.
bool exempts(std::string_view entry, const host::Origin& origin) {
  if (entry == "*") return true;
  const std::string port = ":" + std::to_string(origin.port);
  const bool is_bare_ipv6 = std::count(entry.begin(), entry.end(), ':') > 1 && !entry.starts_with('[');
  if (!is_bare_ipv6 && entry.ends_with(port)) entry.remove_suffix(port.size());
  if (entry.starts_with('[') && entry.ends_with(']')) entry = entry.substr(1, entry.size() - 2);
  if (entry.starts_with('.')) entry.remove_prefix(1);
  const std::string_view host = origin.host;
  if (entry.empty()) return false;
  return host == entry || (host.size() > entry.size() && host.ends_with(entry) && host[host.size() - entry.size() - 1] == '.');
}

}  // namespace

Environment process_environment() {
  return [](const char* name) -> std::optional<std::string> {
    const char* set = std::getenv(name);
    std::string value = set == nullptr ? std::string{} : read_environment_value(set).value;
    return value.empty() ? std::nullopt : std::optional(std::move(value));
  };
}

std::string proxy_for(std::string_view url, const Environment& environment) {
  const host::Origin origin = origin_of(url);
  if (host::is_loopback(origin)) return {};
  const auto either = [&](const char* lower, const char* upper) {
    const auto value = environment(lower);
    return value ? value : environment(upper);
  };
  std::string exempt = either("no_proxy", "NO_PROXY").value_or("");
  while (!exempt.empty()) {
    const std::size_t comma = std::min(exempt.find(','), exempt.size());
    std::string entry = ascii::lower(exempt.substr(0, comma));
    std::erase(entry, ' ');
    if (exempts(entry, origin)) return {};
    exempt.erase(0, comma + 1);
  }
  return (url.starts_with("https:") ? either("https_proxy", "HTTPS_PROXY") : either("http_proxy", "HTTP_PROXY")).value_or("");
}

std::string origin_of_base_url(std::string_view url, const std::string& field) {
  const auto parsed = host::parse_url(url);
  if (!parsed || !parsed->userinfo.empty() || url.find_first_of("?#") != std::string_view::npos)
    throw Error(Status::invalid, field + " must be a URL such as https://api.example.com, without user name, query or fragment", field);
  return parsed->origin.text();
}

bool is_loopback(std::string_view url) { return host::is_loopback(origin_of(url)); }

}  // namespace picket::config
