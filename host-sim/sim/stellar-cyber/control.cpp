// The controls that change or show the simulated installation.
#include <algorithm>

#include "host-sim/sim/stellar-cyber/stellar_cyber.hpp"

#include "host-sim/sim/server/json_answer.hpp"
namespace picket::sim::stellar_cyber {
namespace {

// The body's objects, one or a list of them.
json::array objects_in(const Request& request) {
  json::value body = json::parse(request.body, "body");
  if (body.is_object()) {
    json::array one;
    one.push_back(std::move(body));
    return one;
  }
  if (!body.is_array()) throw Error(Status::invalid, "body: expected an object or a list of objects");
  json::array all = std::move(body.get_array());
  for (std::size_t i = 0; i < all.size(); ++i)
    if (!all[i].is_object()) throw Error(Status::invalid, "[" + std::to_string(i) + "]: expected an object");
  return all;
}

Answer ids_answer(json::array ids) {
  json::object body;
  body["ids"] = std::move(ids);
  return json_answer(body);
}

Answer all_cases(const Data& data) {
  std::vector<const Case*> cases;
  for (const auto& [key, c] : data.cases()) cases.push_back(&c);
  std::sort(cases.begin(), cases.end(),
            [](const Case* a, const Case* b) { return a->number() != b->number() ? a->number() < b->number() : a->key < b->key; });
  json::array rows;
  for (const Case* c : cases) {
    json::object row = c->row;
    row["comments"] = c->comments;
    rows.push_back(json::value(std::move(row)));
  }
  return json_answer(json::value(std::move(rows)));
}

}  // namespace

Answer StellarCyber::apply_cases(const Request& request, Time now) {
  json::array ids;
  json::array rows = objects_in(request);
  for (std::size_t i = 0; i < rows.size(); ++i)
    ids.push_back(json::value(data_.apply(std::move(rows[i].get_object()), now, "[" + std::to_string(i) + "]")));
  return ids_answer(std::move(ids));
}

Answer StellarCyber::apply_acts(const Request& request, Time now) {
  const json::array rows = objects_in(request);
  std::vector<Act> acts;
  for (std::size_t i = 0; i < rows.size(); ++i) acts.push_back(act_from(rows[i].get_object(), "[" + std::to_string(i) + "]."));
  json::array ids;
  for (std::size_t i = 0; i < acts.size(); ++i) ids.push_back(json::value(data_.act(acts[i], now, "[" + std::to_string(i) + "].")));
  return ids_answer(std::move(ids));
}

std::optional<Answer> StellarCyber::control(const Request& request, Time now) {
  const bool get = request.method == "GET";
  const bool post = request.method == "POST";
  if (request.path == "/_sim/cases" && get) return all_cases(data_);
  if (request.path == "/_sim/cases" && post) return apply_cases(request, now);
  if (request.path == "/_sim/people" && post) return apply_acts(request, now);
  if (request.path == "/_sim/quirks" && post) change_quirks(data_.quirks(), json::parse_object(request.body, "quirks"), "");
  if (request.path == "/_sim/quirks" && (get || post)) return json_answer(to_json(data_.quirks()));
  if (request.path == "/_sim/tokens/revoke" && post) {
    json::object body;
    body["revoked"] = tokens_.revoke_all();
    return json_answer(body);
  }
  return std::nullopt;
}

}  // namespace picket::sim::stellar_cyber
