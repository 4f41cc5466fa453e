#include "host-sim/sim/halopsa/scenario.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "host-sim/sim/halopsa/technicians.hpp"
#include "host-sim/sim/server/refuse.hpp"
#include "sdk/common/list.hpp"
#include "sdk/common/text.hpp"

namespace picket::sim::halopsa {
namespace {

// Calls visit(object, "field[2]") for each of a list.
template <class Visit>
void each(const json::object& document, std::string_view field, Visit visit) {
  const json::value* list = document.if_contains(field);
  if (!list) return;
  if (!list->is_array()) refuse(std::string(field), "a list of objects");
  for (std::size_t i = 0; i < list->get_array().size(); ++i) {
    const std::string where = std::string(field) + "[" + std::to_string(i) + "]";
    if (!list->get_array()[i].is_object()) refuse(where, "an object");
    visit(list->get_array()[i].get_object(), where);
  }
}

void only_known(const json::object& document) {
  std::vector<std::string_view> known{"quirks", "tickets", "people", "events"};
  for (const ListName& list : list_names()) known.push_back(list.name);
  for (const auto& member : document) {
    const std::string_view name = member.key();
    if (contains(known, name)) continue;
    std::string expected = "one of";
    for (const std::string_view one : known) expected += " " + std::string(one);
    const std::string near = text::nearest(name, known);
    refuse(std::string(name), expected + (near.empty() ? "" : " (did you mean " + near + "?)"));
  }
}

void add_event(const json::object& event, const std::string& where, HaloPsa& site) {
  const Due due = due_from(event, where);
  json::object act = event;
  act.erase("after_seconds");
  act.erase("after_requests");
  if (const json::object* change = json::object_at(act, "quirks")) {
    if (act.size() != 1) refuse(where, "nothing beside quirks");
    (void)site.site().quirks_after(*change, where + ".quirks");
  } else {
    check_act(act, where);
  }
  site.events().add(due, std::move(act));
}

void load(const json::object& document, HaloPsa& site, Time now) {
  only_known(document);
  for (const ListName& list : list_names())
    each(document, list.name,
         [&](const json::object& row, const std::string& where) { site.site().directory().put(list.list, row, where); });
  if (const json::value* quirks = document.if_contains("quirks")) {
    json::object change;
    change["set"] = *quirks;
    site.site().quirks() = site.site().quirks_after(change, "quirks");
  }
  each(document, "tickets", [&](const json::object& row, const std::string& where) { site.site().put(row, now, where); });
  each(document, "people", [&](const json::object& act, const std::string& where) {
    check_act(act, where);
    site.site().act(act, now);
  });
  each(document, "events", [&](const json::object& event, const std::string& where) { add_event(event, where, site); });
}

}  // namespace

void load_scenario(std::string_view text, const std::string& name, HaloPsa& site, Time now) {
  try {
    load(json::parse_object(text, "the document"), site, now);
  } catch (const Error& e) {
    throw Error(Status::invalid, "scenario " + name + ": " + e.what(), e.field());
  }
}

void load_scenario_file(const std::string& file, HaloPsa& site, Time now) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream content;
  if (in) content << in.rdbuf();
  if (!in) throw Error(Status::invalid, "scenario " + file + ": expected a file that can be read", "scenario");
  load_scenario(content.str(), file, site, now);
}

}  // namespace picket::sim::halopsa
