// The head of an HTTP/1.1 request as bytes, and what keeps a request from becoming one. Pure functions; any thread.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "picket/http.hpp"
#include "sdk/host/http/url.hpp"

namespace picket::host {

// What is wrong with the method or a header: a name that is no token, a value with a line break or another control character, or a header
// that only the client may set (framing, connection, encoding, Host). One sentence without the value. Nothing: the request can be sent.
std::optional<std::string> fault_of(const HttpRequest&);

struct HeadOptions {
  std::string_view user_agent;           // unless the request brings its own
  bool absolute_form = false;            // for a proxy that forwards plain HTTP
  std::string_view proxy_authorization;  // empty: none
};

// Needs a request without fault. The empty line is included, the body is not.
std::string request_head(const HttpRequest&, const Url&, const HeadOptions&);

// "CONNECT host:port", for a proxy that tunnels TLS.
std::string connect_head(const Origin&, std::string_view user_agent, std::string_view proxy_authorization);

}  // namespace picket::host
