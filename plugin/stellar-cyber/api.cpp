#include "plugin/stellar-cyber/api.hpp"

#include <algorithm>
#include <utility>

#include "sdk/common/base64.hpp"
#include "sdk/common/text.hpp"
#include "sdk/common/url_escape.hpp"

namespace stellar {

namespace json = picket::json;
using picket::Error;
using picket::HttpAnswer;
using picket::HttpRequest;
using picket::Status;
using picket::Time;

namespace {

constexpr std::string_view root = "/connect/api/v1";
constexpr int alerts_page = 50;
constexpr std::size_t max_alerts = 200;

std::string case_path(const std::string& id) { return "/cases/" + picket::url_escaped(id); }

std::string refusal(const std::string& path, int code) {
  return "Stellar Cyber refused the credentials for " + path + " (" + std::to_string(code) +
         "); check the user and its API key (a legacy API token, not a user-scoped key) and what it may do";
}

constexpr picket::VendorApi stellar_api{"Stellar Cyber", "the host name", refusal};

json::object& data_of(json::object& o, const std::string& path) {
  json::value* data = o.if_contains("data");
  if (data == nullptr || !data->is_object()) throw stellar_api.unexpected(path, "an object under \"data\"");
  return data->get_object();
}

// What a user is called: a name, else the email.
std::optional<User> read_user(const json::value& row) {
  const json::object* o = row.if_object();
  if (o == nullptr) return std::nullopt;
  constexpr std::size_t max_name = 200;
  const auto line = [&](std::string_view key) { return picket::text::clean_line(json::text_at(*o, key).value_or(""), max_name).text; };
  User user{line("user_id"), line("email"), {}};
  for (const std::string_view key : {"display_name", "name", "full_name", "user_name"})
    if (user.name.empty()) user.name = line(key);
  if (user.name.empty()) user.name = user.email;
  return user.id.empty() && user.email.empty() ? std::nullopt : std::optional(std::move(user));
}

std::string milliseconds(Time t) { return std::to_string(t.time_since_epoch() / std::chrono::milliseconds{1}); }

}  // namespace

Api::Api(const picket::Services& services, const picket::Call& call, std::string base_url, Session& session)
    : services_(services), call_(call), base_url_(std::move(base_url) + std::string(root)), session_(session) {}

void Api::renew() {
  HttpRequest r;
  r.method = "POST";
  r.url = base_url_ + "/access_token";
  r.headers = {
      {"Authorization", "Basic " + picket::base64_encode(services_.secret(call_, "user") + ":" + services_.secret(call_, "api_key"))},
      {"Accept", "application/json"}};
  const json::object o = stellar_api.object("/access_token", services_.send(call_, r));
  const auto value = json::text_at(o, "access_token");
  if (!value || value->empty()) throw stellar_api.unexpected("/access_token", "text under \"access_token\"");
  session_.token = *value;
  constexpr std::chrono::minutes usual{10};
  constexpr std::int64_t last = 4'102'444'800;  // 2100
  const auto expires = json::integer_at(o, "exp");
  session_.token_expires_at = expires && *expires > 0 && *expires < last ? Time(std::chrono::seconds{*expires}) : services_.now() + usual;
}

void Api::check() { renew(); }

void Api::sign_in() {
  constexpr std::chrono::seconds margin{30};  // clocks differ, and a request waits its turn
  if (session_.token.empty() || services_.now() + margin >= session_.token_expires_at) renew();
}

HttpRequest Api::request(const std::string& path) const {
  HttpRequest r;
  r.url = base_url_ + path;
  r.headers = {{"Accept", "application/json"}};
  return r;
}

// All answers in the order of the requests. Those that were refused for the token's sake had no effect: they are sent again with a new one,
// once. If there is none to be had, that is their answer: the others' stand.
std::vector<HttpAnswer> Api::exchange(std::vector<HttpRequest> requests) {
  if (requests.empty()) return {};
  sign_in();
  const auto send = [&](const std::vector<HttpRequest>& all) {
    std::vector<HttpRequest> with_token = all;
    for (HttpRequest& r : with_token) r.headers.emplace_back("Authorization", "Bearer " + session_.token);
    return services_.exchange(call_, with_token);
  };
  std::vector<HttpAnswer> answers = send(requests);
  std::vector<std::size_t> refused;
  for (std::size_t i = 0; i < answers.size(); ++i)
    if (answers[i].status == Status::ok && answers[i].code == 401) refused.push_back(i);
  if (refused.empty()) return answers;
  try {
    renew();
  } catch (const picket::ServiceError&) {
    throw;
  } catch (const Error& e) {
    for (const std::size_t i : refused) {
      answers[i] = {};
      answers[i].status = e.status();
      answers[i].message = e.what();
      answers[i].retry_after = e.retry_after();
    }
    return answers;
  }
  std::vector<HttpRequest> again;
  for (const std::size_t i : refused) again.push_back(std::move(requests[i]));
  std::vector<HttpAnswer> second = send(again);
  for (std::size_t i = 0; i < refused.size(); ++i) answers[refused[i]] = std::move(second[i]);
  return answers;
}

json::object Api::get(const std::string& path) { return stellar_api.object(path, exchange({request(path)}).at(0)); }

CasePage Api::cases(const CaseQuery& query) {
  // Whether FROM means its own moment too is not documented.
  const std::string path = "/cases?FROM~modified_at=" + milliseconds(query.modified_since - std::chrono::milliseconds{1}) +
                           "&sort=modified_at&order=asc&limit=" + std::to_string(query.limit) + "&skip=" + std::to_string(query.skip) +
                           "&include_summary=true&format_summary=true" +
                           (query.tenant_id.empty() ? "" : "&tenantid=" + picket::url_escaped(query.tenant_id));
  json::object o = get(path);
  json::object& data = data_of(o, path);
  CasePage page;
  page.total = json::integer_at(data, "total");
  page.rows = std::move(stellar_api.list(data, "cases", path));
  return page;
}

template <class T>
std::vector<Result<T>> Api::each(std::span<const std::string> ids, const std::function<std::string(const std::string&)>& path,
                                 const std::function<T(json::object&&)>& read) {
  std::vector<HttpRequest> requests;
  for (const std::string& id : ids) requests.push_back(request(path(id)));
  return picket::read_each<T>(stellar_api, ids, path, exchange(std::move(requests)), read);
}

std::vector<Result<Case>> Api::cases_by_id(std::span<const std::string> ids) {
  return each<Case>(ids, case_path, [](json::object&& o) {
    std::optional<Case> c = read_case(json::value(data_of(o, "/cases/{id}")));
    if (!c) throw stellar_api.unexpected("/cases/{id}", "a case with an _id");
    return std::move(*c);
  });
}

std::vector<Result<std::string>> Api::summaries(std::span<const std::string> ids) {
  return each<std::string>(
      ids, [](const std::string& id) { return case_path(id) + "/summary?formatted=true"; },
      [](json::object&& o) {
        constexpr std::size_t max_summary = 20'000;
        return picket::text::clean_block(json::text_at(o, "data").value_or(""), max_summary).text;
      });
}

std::vector<Result<std::vector<Observables>>> Api::observables(std::span<const std::string> ids) {
  return each<std::vector<Observables>>(
      ids, [](const std::string& id) { return case_path(id) + "/observables"; },
      [](json::object&& o) {
        const json::object* found = json::object_at(o, "observables");
        if (found == nullptr)
          if (const json::object* data = json::object_at(o, "data")) found = json::object_at(*data, "observables");
        return found == nullptr ? std::vector<Observables>{} : read_observables(*found);
      });
}

std::vector<Result<std::vector<CaseAlert>>> Api::alerts(std::span<const std::string> ids) {
  std::vector<Result<std::vector<CaseAlert>>> all(ids.size());
  std::vector<std::size_t> more(ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) more[i] = i;
  for (std::size_t skip = 0; !more.empty() && skip < max_alerts; skip += alerts_page) {
    std::vector<std::string> wanted;
    for (const std::size_t i : more) wanted.push_back(ids[i]);
    const auto page = each<std::vector<CaseAlert>>(
        wanted,
        [&](const std::string& id) {
          return case_path(id) + "/alerts?limit=" + std::to_string(alerts_page) + "&skip=" + std::to_string(skip);
        },
        [](json::object&& o) {
          std::vector<CaseAlert> alerts;
          for (const json::value& doc : stellar_api.list(data_of(o, "/cases/{id}/alerts"), "docs", "/cases/{id}/alerts"))
            if (const json::object* row = doc.if_object()) alerts.push_back(read_alert(*row));
          return alerts;
        });
    std::vector<std::size_t> unfinished;
    for (std::size_t w = 0; w < wanted.size(); ++w) {
      auto& result = all[more[w]];
      if (!page[w].value) {
        result = page[w];
        continue;
      }
      if (!result.value) result.value.emplace();
      result.value->insert(result.value->end(), page[w].value->begin(), page[w].value->end());
      if (page[w].value->size() >= alerts_page) unfinished.push_back(more[w]);
    }
    more = std::move(unfinished);
  }
  return all;
}

std::vector<Result<std::vector<Comment>>> Api::comments(std::span<const std::string> ids) {
  return each<std::vector<Comment>>(
      ids, [](const std::string& id) { return case_path(id) + "/comments"; },
      [](json::object&& o) {
        std::vector<Comment> comments;
        for (const json::value& row : stellar_api.list(o, "data", "/cases/{id}/comments"))
          if (auto comment = read_comment(row)) comments.push_back(std::move(*comment));
        return comments;
      });
}

std::vector<Result<bool>> Api::write(std::span<const Write> writes) {
  std::vector<HttpRequest> requests;
  for (const Write& w : writes) {
    HttpRequest r = request(case_path(w.case_id) + (w.comment ? "/comments" : ""));
    r.method = w.comment ? "POST" : "PUT";
    r.headers.emplace_back("Content-Type", "application/json");
    r.body = boost::json::serialize(w.comment ? json::object{{"comment", *w.comment}} : w.change);
    r.repeatable = !w.comment;
    requests.push_back(std::move(r));
  }
  const std::vector<HttpAnswer> answers = exchange(std::move(requests));
  std::vector<Result<bool>> results(writes.size());
  for (std::size_t i = 0; i < writes.size(); ++i) {
    results[i] = picket::result_of<bool>([&] {
      stellar_api.expect_written(case_path(writes[i].case_id), answers[i]);
      return true;
    });
    // A change may be repeated without harm, so it does not matter whether it was made.
    if (!writes[i].comment && results[i].status == Status::unknown_outcome) results[i].status = Status::unavailable;
  }
  return results;
}

std::string Api::user_name() const { return services_.secret(call_, "user"); }

std::string Api::user_id() {
  const User* user = find_user(user_name());
  return user == nullptr ? std::string() : user->id;
}

std::string Api::name_of(const std::string& user) {
  const User* found = user.empty() ? nullptr : find_user(user);
  return found == nullptr ? std::string() : found->name;
}

const User* Api::find_user(const std::string& id_or_email) {
  const std::string wanted = picket::text::fold(id_or_email);
  const auto is_wanted = [&](const User& u) { return picket::text::fold(u.id) == wanted || picket::text::fold(u.email) == wanted; };
  auto found = std::find_if(session_.users.begin(), session_.users.end(), is_wanted);
  if (found == session_.users.end() && !has_asked_for_users_) {
    read_users();
    found = std::find_if(session_.users.begin(), session_.users.end(), is_wanted);
  }
  return found == session_.users.end() ? nullptr : &*found;
}

void Api::read_users() {
  has_asked_for_users_ = true;
  try {
    json::object o = get("/users");
    std::vector<User> users;
    for (const json::value& row : stellar_api.list(o, "data", "/users"))
      if (auto user = read_user(row)) users.push_back(std::move(*user));
    session_.users = std::move(users);
  } catch (const picket::ServiceError&) {
    throw;
  } catch (const Error& e) {
    services_.log(call_, picket::LogLevel::debug, std::string("the list of users could not be read: ") + e.what());
  }
}

}  // namespace stellar
