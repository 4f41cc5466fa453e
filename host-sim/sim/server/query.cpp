#include "host-sim/sim/server/query.hpp"

#include "host-sim/sim/server/exchange.hpp"
#include "sdk/common/json.hpp"
#include "sdk/common/url_escape.hpp"

namespace picket::sim {
Query::Query(std::string_view text) {
  while (!text.empty()) {
    const auto end = text.find('&');
    const auto item = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    if (item.empty()) continue;
    const auto equals = item.find('=');
    const auto value = equals == std::string_view::npos ? std::string_view{} : item.substr(equals + 1);
    items_.emplace_back(url_unescaped(item.substr(0, equals), Plus::space), url_unescaped(value, Plus::space));
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
  request.path = url_unescaped(all.substr(0, question), Plus::literal);
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

}  // namespace picket::sim
