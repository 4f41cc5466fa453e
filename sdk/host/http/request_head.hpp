// Serialises the head of an HTTP/1.1 request, and finds faults in requests. Pure functions; any thread.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "picket/http.hpp"
#include "sdk/host/http/url.hpp"

namespace picket::host {

// The fault of the method or a header: a name that is not a token, a value with a line break or another control character, or a header
// that only the client may set (framing, connection, encoding, Host). One sentence, without the value. Nothing if the request can be sent.
[[nodiscard]] std::optional<std::string> fault_of(const HttpRequest&);

struct HeadOptions {
  std::string_view user_agent;           // unless the request brings its own
  bool absolute_form = false;            // for a proxy that forwards plain HTTP
  std::string_view proxy_authorization;  // empty: none
};

// Requires a request without fault. Includes the empty line, not the body.
[[nodiscard]] std::string request_head(const HttpRequest&, const Url&, const HeadOptions&);

// "CONNECT host:port", for a proxy that tunnels TLS.
[[nodiscard]] std::string connect_head(const Origin&, std::string_view user_agent, std::string_view proxy_authorization);

}  // namespace picket::host
