#include "host-sim/sim/server/query.hpp"

#include "host-sim/sim/server/exchange.hpp"
#include "sdk/common/json.hpp"

namespace picket::sim {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~';
}

}  // namespace

std::string percent_decoded(std::string_view s, bool plus_is_space) {
  std::string out;
  out.reserve(s.size());
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] == '%' && i + 2 < s.size() && hex_digit(s[i + 1]) >= 0 && hex_digit(s[i + 2]) >= 0) {
      out += static_cast<char>(hex_digit(s[i + 1]) * 16 + hex_digit(s[i + 2]));
      i += 2;
    } else {
      out += plus_is_space && s[i] == '+' ? ' ' : s[i];
    }
  }
  return out;
}

std::string percent_encoded(std::string_view s) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : s) {
    if (unreserved(c)) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += digits[byte >> 4];
      out += digits[byte & 15];
    }
  }
  return out;
}

Query::Query(std::string_view text) {
  while (!text.empty()) {
    const auto end = text.find('&');
    const auto item = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    if (item.empty()) continue;
    const auto equals = item.find('=');
    const auto value = equals == std::string_view::npos ? std::string_view{} : item.substr(equals + 1);
    items_.emplace_back(percent_decoded(item.substr(0, equals), true), percent_decoded(value, true));
  }
}

std::optional<std::string> Query::get(std::string_view name) const {
  for (auto i = items_.rbegin(); i != items_.rend(); ++i)
    if (i->first == name) return i->second;
  return std::nullopt;
}

Request make_request(std::string method, std::string target) {
  Request request;
  request.method = std::move(method);
  const std::string_view all = target;
  const auto question = all.find('?');
  request.path = percent_decoded(all.substr(0, question), false);
  if (question != std::string_view::npos) request.query = Query(all.substr(question + 1));
  request.target = std::move(target);
  request.origin = "http://127.0.0.1";
  return request;
}

Answer error_answer(unsigned code, std::string_view message) {
  json::object error;
  error["code"] = code;
  error["message"] = message;
  json::object body;
  body["error"] = std::move(error);
  return {code, boost::json::serialize(body)};
}

}  // namespace picket::vendors
