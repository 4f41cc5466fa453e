#include "tests/plugin/stellar-cyber/installation.hpp"

#include <stdexcept>

namespace stellar::test {
namespace {

namespace sim = picket::sim;

constexpr const char* root = "/connect/api/v1";

}  // namespace

Installation::Installation(const picket::host::Clock& clock)
    : SimulatedVendor("https://stellar.example", root),
      clock_(clock),
      simulated_({.user = "secret-of-user", .api_key = "secret-of-api_key", .user_id = api_user}, {}, {}, clock.now()) {
  data().users().put({"u-alice", "alice@example.com", "Alice"});
  data().users().put({api_user, "Secret-of-user", "API"});  // the case of letters differs from the credentials'
}

Case& Installation::case_of(const std::string& id) {
  Case* c = data().find(id);
  if (c == nullptr) throw std::out_of_range("no case " + id);
  return *c;
}

json::object& Installation::add_case(const std::string& id) {
  json::object event_source{{"xdr_event", json::object{{"display_name", "Alert of " + id}}}, {"event_score", 71.5}};
  json::array alerts;
  alerts.push_back(json::object{{"_id", "a-" + id}, {"_index", "aella-ser-1"}, {"_source", std::move(event_source)}});
  data().apply({{"_id", id},
                {"name", "Case " + id},
                {"score", 80},
                {"severity", "High"},
                {"cust_id", "t1"},
                {"tenant_name", "Contoso"},
                {"summary", "What happened."},
                {"observables", json::object{{"host", json::array{"pc-" + id, "10.0.0.5"}}}},
                {"alerts", std::move(alerts)}},
               clock_.now(), id);
  return row(id);
}

void Installation::remove_case(const std::string& id) { data().apply({{"_id", id}, {"_delete", true}}, clock_.now(), id); }

void Installation::change(const std::string& id, json::object members, const std::string& user) {
  members["_id"] = id;
  members["modified_by"] = user;
  data().apply(std::move(members), clock_.now(), id);
}

template <class Work>
void Installation::with_comment_habits(const std::string& id, Work&& work) {
  data().quirks().comments_touch_case = comments_modify;
  Case* c = data().find(id);
  const json::value version = c != nullptr ? c->row["version"] : json::value();
  work();
  if (c != nullptr && !comments_count) c->row["version"] = version;
}

void Installation::comment(const std::string& id, const std::string& text, const std::string& user) {
  with_comment_habits(id, [&] { data().comment(case_of(id), text, user, clock_.now()); });
}

void Installation::revoke_tokens() { simulated_.control(sim::make_request("POST", "/_sim/tokens/revoke"), clock_.now()); }

std::vector<std::string> Installation::comments_with(const std::string& id, std::string_view part) {
  std::vector<std::string> found;
  for (const json::value& c : case_of(id).comments) {
    const std::string text = json::text_at(c.as_object(), "comment").value_or("");
    if (text.find(part) != std::string::npos) found.push_back(text);
  }
  return found;
}

sim::Answer Installation::answer_to(const sim::Request& request) {
  simulated_.time_is(clock_.now());
  const std::string cases = std::string(root) + "/cases";
  if (request.path == cases) return list(request);
  if (request.method != "POST" || !request.path.ends_with("/comments")) return simulated_.answer(request);
  const std::size_t begin = cases.size() + 1;
  sim::Answer answer;
  with_comment_habits(request.path.substr(begin, request.path.find('/', begin) - begin), [&] { answer = simulated_.answer(request); });
  return answer;
}

sim::Answer Installation::list(sim::Request request) {
  if (const auto from = request.query.get("FROM~modified_at"); from && from_is_exclusive) {
    const std::string next = "&FROM~modified_at=" + std::to_string(std::stoll(*from) + 1);
    request.query = sim::Query(request.target.substr(request.target.find('?') + 1) + next);  // the last of one name counts
  }
  sim::Answer answer = simulated_.answer(request);
  if (gives_total || answer.code != 200) return answer;
  json::object body = json::parse_object(answer.body, "answer");
  body.at("data").as_object().erase("total");
  answer.body = json::to_string(body);
  return answer;
}

}  // namespace stellar::test
