#include "tests/plugin/stellar-cyber/fake_stellar.hpp"

#include <algorithm>
#include <charconv>
#include <tuple>

#include "sdk/common/base64.hpp"

namespace stellar::test {
namespace {

using picket::HttpAnswer;

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned char byte = 0;
    if (text[i] == '%' && i + 2 < text.size() && std::from_chars(text.data() + i + 1, text.data() + i + 3, byte, 16).ec == std::errc{}) {
      out += static_cast<char>(byte);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

Asked read(const picket::HttpRequest& request) {
  constexpr std::string_view root = "https://stellar.example/connect/api/v1";
  Asked asked;
  asked.method = request.method;
  asked.body = request.body;
  asked.repeatable = request.repeatable;
  if (!request.url.starts_with(root)) return asked;
  const std::size_t mark = std::min(request.url.find('?'), request.url.size());
  asked.path = decoded(request.url.substr(root.size(), mark - root.size()));
  for (std::size_t at = mark + 1; at < request.url.size();) {
    const std::size_t end = std::min(request.url.find('&', at), request.url.size());
    const std::string one = request.url.substr(at, end - at);
    asked.query[one.substr(0, one.find('='))] = decoded(one.substr(one.find('=') + 1));
    at = end + 1;
  }
  for (const auto& [name, value] : request.headers)
    if (name == "Authorization") asked.authorization = value;
  return asked;
}

std::int64_t number(const std::string& text) {
  std::int64_t n = 0;
  std::from_chars(text.data(), text.data() + text.size(), n);
  return n;
}

HttpAnswer wrapped(std::string_view name, const json::value& content) {
  json::object o;
  o[name] = content;
  return answer(200, json::to_string(o));
}

}  // namespace

HttpAnswer answer(int code, std::string body) {
  HttpAnswer a;
  a.code = code;
  a.body = std::move(body);
  return a;
}

HttpAnswer no_answer(picket::Status status) {
  HttpAnswer a;
  a.status = status;
  a.message = "the connection broke";
  return a;
}

void FakeStellar::exchange(const picket::host::Call& call, std::span<const picket::HttpRequest> requests,
                           const std::function<void(std::size_t, HttpAnswer&&)>& visit) {
  batches.push_back(requests.size());
  for (std::size_t i = 0; i < requests.size(); ++i) {
    call.check();
    if (on_call) on_call();
    const Asked one = read(requests[i]);
    asked.push_back(one);
    std::optional<HttpAnswer> given = fault ? fault(one) : std::nullopt;
    if (!given) {
      given = answer_to(one);
      if (on_effect) on_effect();
      if (fault_after)
        if (auto instead = fault_after(one)) given = std::move(instead);
    }
    visit(i, std::move(*given));
  }
}

HttpAnswer FakeStellar::answer_to(const Asked& a) {
  if (a.path == "/access_token") return token(a);
  const auto good = a.authorization.starts_with("Bearer ") ? tokens_.find(a.authorization.substr(7)) : tokens_.end();
  if (good == tokens_.end() || clock_.now() >= good->second) return answer(401, R"({"error":"token"})");
  if (a.path == "/cases") return list(a);
  if (a.path == "/users") {
    json::array users;
    users.push_back(json::object{{"user_id", "u-alice"}, {"email", "alice@example.com"}});
    users.push_back(json::object{{"user_id", api_user}, {"email", "Secret-of-user"}});
    return wrapped("data", users);
  }
  constexpr std::string_view prefix = "/cases/";
  if (!a.path.starts_with(prefix)) return answer(404, "{}");
  const std::string rest = a.path.substr(prefix.size());
  const auto found = cases.find(rest.substr(0, rest.find('/')));
  if (found == cases.end()) return answer(404, "{}");
  return of_case(a, found->second, rest.find('/') == std::string::npos ? "" : rest.substr(rest.find('/') + 1));
}

HttpAnswer FakeStellar::token(const Asked& a) {
  if (a.method != "POST" || a.authorization != "Basic " + picket::base64_encode("secret-of-user:secret-of-api_key"))
    return answer(401, R"({"error":"credentials"})");
  const std::string value = "token-" + std::to_string(++made_);
  tokens_[value] = clock_.now() + token_time;
  return answer(200, json::to_string(json::object{
                         {"access_token", value},
                         {"exp", std::chrono::floor<std::chrono::seconds>(clock_.now() + token_time).time_since_epoch().count()}}));
}

HttpAnswer FakeStellar::list(const Asked& a) const {
  using Place = std::tuple<std::int64_t, std::string>;
  std::vector<std::pair<Place, const FakeCase*>> found;
  const std::int64_t since = number(a.parameter("FROM~modified_at"));
  for (const auto& [id, c] : cases) {
    const std::int64_t at = json::integer_at(c.row, "modified_at").value_or(INT64_MAX);
    if (at < since || (from_is_exclusive && at == since)) continue;
    if (const std::string tenant = a.parameter("tenantid"); !tenant.empty() && json::text_at(c.row, "cust_id") != tenant) continue;
    found.emplace_back(Place{at, id}, &c);
  }
  std::sort(found.begin(), found.end(), [](const auto& x, const auto& y) { return x.first < y.first; });
  json::array rows;
  const std::size_t skip = static_cast<std::size_t>(number(a.parameter("skip")));
  const std::size_t limit = std::min(limit_max, static_cast<std::size_t>(number(a.parameter("limit"))));
  for (std::size_t i = skip; i < found.size() && rows.size() < limit; ++i) {
    json::object row = found[i].second->row;
    if (a.parameter("include_summary") == "true") row["summary"] = found[i].second->summary;
    rows.push_back(std::move(row));
  }
  json::object data{{"cases", std::move(rows)}};
  if (tells_total) data["total"] = found.size();
  return wrapped("data", data);
}

HttpAnswer FakeStellar::of_case(const Asked& a, FakeCase& c, const std::string& part) {
  if (part.empty() && a.method == "GET") return wrapped("data", c.row);
  if (part.empty() && a.method == "PUT") {
    const json::object body = json::parse_object(a.body, "body");
    for (const auto& [key, value] : body) {
      if (key != "tags") {
        c.row[key] = value;
        continue;
      }
      json::array& tags = c.row["tags"].as_array();
      for (const json::value& tag : value.as_object().at("add").as_array())
        if (std::find(tags.begin(), tags.end(), tag) == tags.end()) tags.push_back(tag);
    }
    modified(c, api_user, true);
    return wrapped("data", c.row);
  }
  if (part == "comments" && a.method == "POST") {
    comment(*json::text_at(c.row, "_id"), *json::text_at(json::parse_object(a.body, "body"), "comment"), api_user);
    return answer(200, json::to_string(c.comments.back()));
  }
  if (part == "comments") return wrapped("data", c.comments);
  if (part == "summary") return wrapped("data", c.summary);
  if (part == "observables") return wrapped("observables", c.observables);
  if (part != "alerts") return answer(404, "{}");
  json::array docs;
  const std::size_t skip = static_cast<std::size_t>(number(a.parameter("skip")));
  for (std::size_t i = skip; i < c.alerts.size() && docs.size() < static_cast<std::size_t>(number(a.parameter("limit"))); ++i)
    docs.push_back(c.alerts[i]);
  return wrapped("data", json::object{{"docs", std::move(docs)}});
}

std::int64_t FakeStellar::now_ms() const { return clock_.now().time_since_epoch() / std::chrono::milliseconds{1}; }

json::object& FakeStellar::add_case(const std::string& id) {
  FakeCase& c = cases[id];
  c.row = {{"_id", id},
           {"ticket_id", 1000 + static_cast<std::int64_t>(cases.size())},
           {"name", "Case " + id},
           {"score", 80},
           {"severity", "High"},
           {"status", "New"},
           {"tags", json::array()},
           {"cust_id", "t1"},
           {"tenant_name", "Contoso"},
           {"size", 1},
           {"assignee", ""},
           {"created_at", now_ms()},
           {"modified_at", now_ms()},
           {"modified_by", "System"},
           {"version", 1}};
  c.observables = json::object{{"host", json::array{"pc-" + id, "10.0.0.5"}}};
  c.alerts.push_back(
      json::object{{"_id", "a-" + id},
                   {"_index", "aella-ser-1"},
                   {"_source", json::object{{"xdr_event", json::object{{"display_name", "Alert of " + id}}}, {"event_score", 71.5}}}});
  return c.row;
}

void FakeStellar::modified(FakeCase& c, const std::string& user, bool counts) {
  c.row["modified_at"] = std::max(now_ms(), json::integer_at(c.row, "modified_at").value_or(0) + 1);
  c.row["modified_by"] = user;
  if (counts) c.row["version"] = json::integer_at(c.row, "version").value_or(0) + 1;
}

void FakeStellar::change(const std::string& id, const json::object& members, const std::string& user) {
  FakeCase& c = cases.at(id);
  for (const auto& [key, value] : members) c.row[key] = value;
  modified(c, user, true);
}

void FakeStellar::comment(const std::string& id, const std::string& text, const std::string& user) {
  FakeCase& c = cases.at(id);
  if (comments_modify) modified(c, user, comments_count);
  const std::string number = std::to_string(++made_);
  c.comments.push_back(json::object{{"_id", "comment-" + number},
                                    {"case_id", id},
                                    {"comment", text},
                                    {"user", user},
                                    {"created_at", now_ms()},
                                    {"modified_at", now_ms()}});
}

std::vector<std::string> FakeStellar::comments_with(const std::string& id, std::string_view part) const {
  std::vector<std::string> found;
  for (const json::value& c : cases.at(id).comments) {
    const std::string text = json::text_at(c.as_object(), "comment").value_or("");
    if (text.find(part) != std::string::npos) found.push_back(text);
  }
  return found;
}

std::size_t FakeStellar::count(const std::function<bool(const Asked&)>& which) const {
  return static_cast<std::size_t>(std::count_if(asked.begin(), asked.end(), which));
}

std::size_t FakeStellar::count(const std::string& path_end) const {
  return count([&](const Asked& a) { return a.path.ends_with(path_end); });
}

std::string FakeStellar::log() const {
  std::string out;
  for (const Asked& a : asked) {
    out += a.method + " " + a.path;
    for (const auto& [name, value] : a.query) out += " " + name + "=" + value;
    out += " " + a.body + "\n";
  }
  return out;
}

}  // namespace stellar::test
