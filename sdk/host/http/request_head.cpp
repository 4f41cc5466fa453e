#include "sdk/host/http/request_head.hpp"

#include <algorithm>
#include <array>

#include "sdk/common/ascii.hpp"

namespace picket::host {

namespace {

bool is_token_text(std::string_view s) {
  return !s.empty() && std::all_of(s.begin(), s.end(), [](char c) {
    return ascii::is_alnum(c) || std::string_view{"!#$%&'*+-.^_`|~"}.find(c) != std::string_view::npos;
  });
}

bool is_value(std::string_view s) {
  return std::all_of(s.begin(), s.end(), [](char c) { return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f); });
}

constexpr std::array<std::string_view, 11> reserved = {
    "host",    "connection",          "content-length",   "transfer-encoding", "te",    "trailer",
    "upgrade", "proxy-authorization", "proxy-connection", "accept-encoding",   "expect"};

void add(std::string& head, std::string_view name, std::string_view value) { head.append(name).append(": ").append(value).append("\r\n"); }

}  // namespace

std::optional<std::string> fault_of(const HttpRequest& request) {
  if (!is_token_text(request.method)) return "the method of a request is not a word";
  if (ascii::equal_ignoring_case(request.method, "connect")) return "the method CONNECT is not for providers";
  for (const auto& [name, value] : request.headers) {
    if (!is_token_text(name)) return "the name of a header has characters that HTTP does not allow";
    if (!is_value(value)) return "the value of the header " + name + " has a line break or another control character";
    for (const std::string_view word : reserved)
      if (ascii::equal_ignoring_case(name, word)) return "the header " + name + " is set by the host; leave it out of the request";
  }
  return std::nullopt;
}

std::string request_head(const HttpRequest& request, const Url& url, const HeadOptions& options) {
  std::string head = request.method + " " + (options.absolute_form ? url.origin.text() : "") + url.target + " HTTP/1.1\r\n";
  add(head, "Host", url.origin.authority());
  bool has_user_agent = false;
  for (const auto& [name, value] : request.headers) {
    has_user_agent = has_user_agent || ascii::equal_ignoring_case(name, "user-agent");
    add(head, name, value);
  }
  if (!has_user_agent) add(head, "User-Agent", options.user_agent);
  add(head, "Accept-Encoding", "identity");
  if (!options.proxy_authorization.empty()) add(head, "Proxy-Authorization", options.proxy_authorization);
  const bool body_expected = request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
  if (body_expected || !request.body.empty()) add(head, "Content-Length", std::to_string(request.body.size()));
  return head += "\r\n";
}

std::string connect_head(const Origin& origin, std::string_view user_agent, std::string_view proxy_authorization) {
  std::string head = "CONNECT " + origin.host_and_port() + " HTTP/1.1\r\n";
  add(head, "Host", origin.host_and_port());
  add(head, "User-Agent", user_agent);
  if (!proxy_authorization.empty()) add(head, "Proxy-Authorization", proxy_authorization);
  return head += "\r\n";
}

}  // namespace picket::host
