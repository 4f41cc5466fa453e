#include "host-sim/sim/stellar-cyber/stellar_cyber.hpp"

#include "host-sim/sim/server/json_answer.hpp"
#include "host-sim/sim/server/refuse.hpp"
#include "host-sim/sim/stellar-cyber/list.hpp"
#include "sdk/common/base64.hpp"
#include "sdk/common/list.hpp"

namespace picket::sim::stellar_cyber {
namespace {

constexpr std::string_view root = "/connect/api/v1/";

Answer not_found() { return error_answer(404, "The requested resource is unavailable."); }
Answer not_authentic(std::string_view why) { return error_answer(401, why); }

Answer only(const std::string& methods) {
  Answer answer = error_answer(405, "The method is not allowed here.");
  answer.headers.emplace_back("Allow", methods);
  return answer;
}

Answer wrapped(std::string_view name, json::value content) { return json_answer({{name, std::move(content)}}); }

json::value alert_page(const Case& c, const Page& page) {
  json::array docs;
  for (std::size_t i = page.skip; i < c.alerts.size() && i - page.skip < page.limit; ++i) docs.push_back(c.alerts[i]);
  return {{"docs", std::move(docs)}};
}

}  // namespace

StellarCyber::StellarCyber(const StellarCyberOptions& options, Data data, Events events, Time start)
    : credentials_("Basic " + base64_encode(options.user + ":" + options.api_key)),
      user_id_(options.user_id),
      tokens_(options.token_time, options.seed),
      data_(std::move(data)),
      events_(std::move(events)),
      start_(start),
      now_(start) {
  data_.users().put({options.user_id, options.user, options.user});
}

void StellarCyber::time_is(Time now) {
  now_ = now;
  events_.time_is(data_, start_, now);
}

Answer StellarCyber::answer(const Request& request) {
  if (!request.path.starts_with(root)) return not_found();
  const std::string path = request.path.substr(root.size());
  if (path == "access_token") return access_token(request);
  if (!tokens_.good(request.authorization, now_)) return not_authentic("The access token is missing, unknown or expired.");
  try {
    if (path == "cases") return request.method == "GET" ? case_list(data_, request.query) : only("GET");
    if (path == "users") return request.method == "GET" ? wrapped("data", data_.users().to_json()) : only("GET");
    constexpr std::string_view prefix = "cases/";
    if (!path.starts_with(prefix)) return not_found();
    const std::string rest = path.substr(prefix.size());
    const auto slash = rest.find('/');
    return case_answer(request, rest.substr(0, slash), slash == std::string::npos ? "" : rest.substr(slash + 1));
  } catch (const Error& e) {
    return error_answer(400, e.what());
  }
}

Answer StellarCyber::access_token(const Request& request) {
  if (request.method != "POST") return only("POST");
  if (request.authorization != credentials_) return not_authentic("The user or the API key is wrong.");
  const auto expiry = std::chrono::floor<std::chrono::seconds>(now_ + tokens_.lifetime()).time_since_epoch().count();
  return json_answer({{"access_token", tokens_.issue(now_)}, {"exp", expiry}});
}

Answer StellarCyber::case_answer(const Request& request, const std::string& key, const std::string& part) {
  Case* c = data_.find(key);
  if (!c) return not_found();
  const bool read = request.method == "GET";
  if (part.empty()) return read ? wrapped("data", c->row) : request.method == "PUT" ? changed(request, *c) : only("GET, PUT");
  if (part == "comments")
    return read ? wrapped("data", c->comments) : request.method == "POST" ? commented(request, *c) : only("GET, POST");
  if (part == "summary") return read ? wrapped("data", c->summary) : only("GET");
  if (part == "observables") return read ? wrapped("observables", c->observables) : only("GET");
  if (part == "alerts") return read ? wrapped("data", alert_page(*c, page_of(request.query, data_.quirks().limit_max))) : only("GET");
  return not_found();
}

Answer StellarCyber::changed(const Request& request, Case& c) {
  static constexpr std::string_view names[] = {"severity", "status", "tags", "assignee"};
  const json::object body = json::parse_object(request.body, "body");
  for (const auto& member : body)
    if (!contains(names, std::string_view(member.key()))) refuse(std::string(member.key()), "severity, status, tags or assignee");
  if (body.empty()) throw Error(Status::invalid, "body: expected severity, status, tags or assignee");
  data_.change(c, case_change_from(body, ""), user_id_, now_);
  return wrapped("data", c.row);
}

Answer StellarCyber::commented(const Request& request, Case& c) {
  const json::object body = json::parse_object(request.body, "body");
  const json::value* comment = body.if_contains("comment");
  if (!comment || !comment->is_string()) refuse("comment", "a text");
  return wrapped("data", data_.comment(c, std::string(std::string_view(comment->get_string())), user_id_, now_));
}

}  // namespace picket::sim::stellar_cyber
