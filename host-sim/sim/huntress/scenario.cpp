#include "host-sim/sim/huntress/scenario.hpp"

#include <array>
#include <set>

#include "host-sim/sim/server/scenario.hpp"

namespace picket::sim::huntress {
namespace {

struct Noun {
  std::string_view plural;
  std::string_view singular;
  Kind kind;
};
constexpr std::array nouns{Noun{"organizations", "organization", Kind::organization}, Noun{"agents", "agent", Kind::agent},
                           Noun{"incidents", "incident", Kind::incident}};
constexpr std::array<std::string_view, 5> members{"account", "organizations", "agents", "incidents", "events"};
constexpr std::array<std::string_view, 5> event_members{"after_seconds", "after_requests", "incident", "organization", "agent"};

void read_rows(const json::object& document, const Noun& noun, Data& data, Time base) {
  std::set<std::string> ids;
  each(document, noun.plural, [&](const json::object& row, const std::string& field) {
    if (noun.kind == Kind::organization && !json::text_at(row, "name")) refuse(field + ".name", "a text");
    const std::string id = data.apply(noun.kind, row, base, field);
    if (!ids.insert(id).second) refuse(field + ".id", "an id of its own, " + id + " is used twice");
  });
}

// An event's times are resolved when it happens, but a wrong one is reported now.
void check_times(json::object row, const std::string& field) {
  row.erase("_delete");
  Data().apply(Kind::incident, std::move(row), Time{}, field);
}

void read_event(const json::object& o, const std::string& field, Events& events) {
  only(o, event_members, field);
  const Due due = due_from(o, field);
  Change change;
  int changes = 0;
  for (const auto& noun : nouns) {
    const json::value* row = o.if_contains(noun.singular);
    if (!row) continue;
    ++changes;
    change = {noun.kind, object_in(*row, field + "." + std::string(noun.singular))};
  }
  if (changes != 1) refuse(field, "one of incident, organization, agent");
  check_times(change.row, field);
  events.add(due, std::move(change));
}

}  // namespace

void load_scenario(std::string_view text, const std::string& name, Data& data, Events& events, Time base) {
  load_document(text, name, [&](const json::object& o) {
    only(o, members, "");
    if (const auto* account = o.if_contains("account")) data.merge_account(object_in(*account, "account"));
    for (const auto& noun : nouns) read_rows(o, noun, data, base);
    data.count_into_organizations();
    each(o, "events", [&](const json::object& event, const std::string& field) { read_event(event, field, events); });
  });
}

}  // namespace picket::sim::huntress
