#include "host-sim/operations/network.hpp"

#include <algorithm>
#include <cstdlib>

#include "picket/error.hpp"
#include "sdk/host/http/url.hpp"

namespace picket::operations {
namespace {

std::string host_of(std::string_view url) {
  const auto parsed = host::parse_url(url);
  return parsed ? parsed->origin.host : std::string{};
}

bool is_loopback_host(std::string_view host) { return host == "localhost" || host == "::1" || host.starts_with("127."); }

// One entry of NO_PROXY: "*", "example.com" (with its subdomains), ".example.com".
bool exempts(std::string_view entry, std::string_view host) {
  if (entry == "*") return true;
  if (entry.starts_with('.')) entry.remove_prefix(1);
  if (entry.empty()) return false;
  return host == entry || (host.size() > entry.size() && host.ends_with(entry) && host[host.size() - entry.size() - 1] == '.');
}

}  // namespace

Environment process_environment() {
  return [](const char* name) -> std::optional<std::string> {
    const char* value = std::getenv(name);
    return value == nullptr || *value == '\0' ? std::nullopt : std::optional<std::string>(value);
  };
}

std::string proxy_for(std::string_view url, const Environment& environment) {
  const std::string host = host_of(url);
  if (is_loopback_host(host)) return {};
  const auto either = [&](const char* lower, const char* upper) {
    const auto value = environment(lower);
    return value ? value : environment(upper);
  };
  std::string exempt = either("no_proxy", "NO_PROXY").value_or("");
  while (!exempt.empty()) {
    const std::size_t comma = std::min(exempt.find(','), exempt.size());
    std::string entry = exempt.substr(0, comma);
    std::erase(entry, ' ');
    if (exempts(entry, host)) return {};
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

bool is_loopback(std::string_view url) { return is_loopback_host(host_of(url)); }

}  // namespace picket::operations
