// The controls that change or show the simulated site.
#include "host-sim/sim/halopsa/halopsa.hpp"
#include "host-sim/sim/halopsa/technicians.hpp"
#include "host-sim/sim/halopsa/ticket_json.hpp"
#include "host-sim/sim/server/json_answer.hpp"
#include "sdk/common/text.hpp"

namespace picket::sim::halopsa {
namespace {

constexpr std::string_view prefix = "/_sim/";

// One object or a list of them, as a list.
json::array objects_of(const Request& request) {
  json::value body = json::parse(request.body, "body");
  json::array all;
  if (body.is_object())
    all.push_back(std::move(body));
  else if (body.is_array())
    all = std::move(body.get_array());
  else
    throw Error(Status::invalid, "body: expected an object or a list of objects");
  for (std::size_t i = 0; i < all.size(); ++i)
    if (!all[i].is_object()) throw Error(Status::invalid, "[" + std::to_string(i) + "]: expected an object");
  return all;
}

Answer ids_answer(json::array ids) {
  json::object body;
  body["ids"] = std::move(ids);
  return json_answer(body);
}

Answer put_tickets(Site& site, const json::array& rows, Time now) {
  json::array ids;
  for (std::size_t i = 0; i < rows.size(); ++i)
    ids.push_back(json::value(site.put(rows[i].get_object(), now, "[" + std::to_string(i) + "]")));
  return ids_answer(std::move(ids));
}

Answer show_tickets(const Site& site) {
  json::array all;
  for (const auto& [id, ticket] : site.tickets()) {
    json::object row = ticket_json(ticket, site.directory(), {true, true});
    json::array actions;
    for (const Action& action : ticket.actions) actions.push_back(json::value(action_json(action, id, true)));
    row["actions"] = std::move(actions);
    all.push_back(json::value(std::move(row)));
  }
  return json_answer(all);
}

// All acts are checked before the first is applied.
Answer technician_act(Site& site, const json::array& acts, Time now) {
  for (std::size_t i = 0; i < acts.size(); ++i) check_act(acts[i].get_object(), "[" + std::to_string(i) + "]");
  json::array ids;
  for (const auto& act : acts) ids.push_back(json::value(site.act(act.get_object(), now)));
  return ids_answer(std::move(ids));
}

Answer put_rows(Directory& directory, List list, const json::array& rows) {
  for (std::size_t i = 0; i < rows.size(); ++i) directory.put(list, rows[i].get_object(), "[" + std::to_string(i) + "]");
  return json_answer(directory.rows(list));
}

}  // namespace

std::optional<Answer> HaloPsa::control(const Request& request, Time now) {
  const bool get = request.method == "GET";
  const bool post = request.method == "POST";
  const std::string name = request.path.substr(prefix.size());
  if (name == "tickets" && get) return show_tickets(site_);
  if (name == "tickets" && post) return put_tickets(site_, objects_of(request), now);
  if (name == "people" && post) return technician_act(site_, objects_of(request), now);
  if (name == "rules" && post) return set_rules(request);
  if ((name == "rules" || name == "state") && get) return state();
  if (name == "quirks" && get) return show_quirks();
  if (name == "quirks" && (post || request.method == "PUT" || request.method == "DELETE")) return change_quirks(request);
  if (name == "tokens/revoke" && post) {
    json::object body;
    body["revoked"] = tokens_.revoke_all();
    return json_answer(body);
  }
  for (const ListName& list : list_names()) {
    if (name != list.name) continue;
    if (get) return json_answer(site_.directory().rows(list.list));
    if (post) return put_rows(site_.directory(), list.list, objects_of(request));
  }
  return std::nullopt;
}

Answer HaloPsa::set_rules(const Request& request) {
  const json::object given = json::parse_object(request.body, "rules");
  Rules rules = site_.rules();
  for (const auto& member : given) {
    const std::string_view name = member.key();
    const json::value& v = member.value();
    if (name == "refuse_notes_on_closed" && v.is_bool()) {
      rules.refuse_notes_on_closed = v.get_bool();
    } else if (name == "auto_increment" && v.is_bool()) {
      rules.auto_increment = v.get_bool();
    } else if (name == "refused_outcomes" && v.is_array()) {
      rules.refused_outcomes.clear();
      for (const auto& outcome : v.get_array())
        if (outcome.is_string()) rules.refused_outcomes.insert(text::fold(outcome.get_string()));
    } else {
      throw Error(Status::invalid, "rules: expected refuse_notes_on_closed or auto_increment (true or false), refused_outcomes (names)",
                  std::string(name));
    }
  }
  site_.rules() = std::move(rules);
  return state();
}

Answer HaloPsa::change_quirks(const Request& request) {
  site_.quirks() = request.method == "DELETE" ? Quirks{} : site_.quirks_after(json::parse_object(request.body, "quirks"), "quirks");
  return show_quirks();
}

Answer HaloPsa::show_quirks() const {
  json::object body;
  body["active"] = boost::json::value_from(site_.quirks().active());
  json::array known;
  for (const QuirkRow& row : quirk_table()) known.push_back({{"name", row.name}, {"form", quirk_form(row)}, {"help", row.help}});
  body["known"] = std::move(known);
  json::array rights;
  for (const RightRow& row : rights_table()) rights.push_back({{"name", row.name}, {"title", row.title}, {"needed_for", row.needed_for}});
  body["rights"] = std::move(rights);
  return json_answer(body);
}

Answer HaloPsa::state() const {
  json::object body;
  const Rules& rules = site_.rules();
  body["refuse_notes_on_closed"] = rules.refuse_notes_on_closed;
  body["auto_increment"] = rules.auto_increment;
  json::array refused;
  for (const std::string& outcome : rules.refused_outcomes) refused.push_back(json::value(outcome));
  body["refused_outcomes"] = std::move(refused);
  body["quirks"] = boost::json::value_from(site_.quirks().active());
  std::size_t actions = 0;
  for (const auto& [id, ticket] : site_.tickets()) actions += ticket.actions.size();
  body["tickets"] = site_.tickets().size();
  body["actions"] = actions;
  body["collisions"] = site_.collisions();
  body["tokens_issued"] = tokens_issued_;
  return json_answer(body);
}

}  // namespace picket::sim::halopsa
