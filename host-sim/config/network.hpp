// How this host reaches a vendor: the proxy that the environment asks for. Pure; any thread.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace picket::config {

using Environment = std::function<std::optional<std::string>(const char* name)>;
Environment process_environment();

// The proxy for a URL by HTTPS_PROXY / HTTP_PROXY / NO_PROXY (lower case first, as curl does), or empty. Loopback addresses never go
// through one.
std::string proxy_for(std::string_view url, const Environment&);

// scheme://host[:port] of a URL without its path; throws Error(invalid) naming `field` for anything but http and https URLs.
std::string origin_of_base_url(std::string_view url, const std::string& field);

// True for 127.0.0.0/8, [::1] and localhost.
bool is_loopback(std::string_view url);

}  // namespace picket::config
