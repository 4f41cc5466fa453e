// The controls that change or show the simulated installation.
#include <algorithm>

#include "host-sim/sim/server/json_answer.hpp"
#include "host-sim/sim/server/rows.hpp"
#include "host-sim/sim/stellar-cyber/stellar_cyber.hpp"

namespace picket::sim::stellar_cyber {
namespace {

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

// All acts are checked before the first is applied.
Answer StellarCyber::apply_acts(const Request& request, Time now) {
  const json::array acts = objects_in(request);
  for (std::size_t i = 0; i < acts.size(); ++i) act_from(acts[i].get_object(), "[" + std::to_string(i) + "].");
  return apply_each(
      request, [&](const json::object& act, const std::string& where) { return data_.act(act_from(act, where + "."), now, where + "."); });
}

std::optional<Answer> StellarCyber::control(const Request& request, Time now) {
  const bool get = request.method == "GET";
  const bool post = request.method == "POST";
  if (request.path == "/_sim/cases" && get) return all_cases(data_);
  if (request.path == "/_sim/cases" && post)
    return apply_each(request, [&](json::object row, const std::string& where) { return data_.apply(std::move(row), now, where); });
  if (request.path == "/_sim/people" && post) return apply_acts(request, now);
  if (request.path == "/_sim/quirks" && post) change_quirks(data_.quirks(), json::parse_object(request.body, "quirks"), "");
  if (request.path == "/_sim/quirks" && (get || post)) return json_answer(to_json(data_.quirks()));
  if (request.path == "/_sim/tokens/revoke" && post) return json_answer({{"revoked", tokens_.revoke_all()}});
  return std::nullopt;
}

}  // namespace picket::sim::stellar_cyber
