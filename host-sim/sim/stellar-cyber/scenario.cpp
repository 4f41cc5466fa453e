#include "host-sim/sim/stellar-cyber/scenario.hpp"

#include <array>
#include <set>

#include "host-sim/sim/server/scenario.hpp"

namespace picket::sim::stellar_cyber {
namespace {

constexpr std::array<std::string_view, 5> members{"quirks", "users", "tenants", "cases", "events"};
constexpr std::array<std::string_view, 4> event_members{"after_seconds", "after_requests", "case", "person"};
constexpr std::array<std::string_view, 3> user_members{"user_id", "email", "display_name"};
constexpr std::array<std::string_view, 2> tenant_members{"cust_id", "tenant_name"};

std::string required(const json::object& o, std::string_view name, const std::string& field) {
  const auto text = json::text_at(o, name);
  if (!text || text->empty()) refuse(field + "." + std::string(name), "a text");
  return *text;
}

void read_user(const json::object& o, const std::string& field, Data& data) {
  only(o, user_members, field);
  const std::string id = required(o, "user_id", field);
  data.users().put({id, json::text_at(o, "email").value_or(id + "@example.com"), json::text_at(o, "display_name").value_or(id)});
}

void read_tenant(const json::object& o, const std::string& field, Data& data) {
  only(o, tenant_members, field);
  data.tenants().put({required(o, "cust_id", field), required(o, "tenant_name", field)});
}

// An event's times are resolved when it happens, but a wrong one is reported now.
void check_times(json::object row, const std::string& field) {
  row.erase("_delete");
  Data().apply(std::move(row), Time{}, field);
}

void read_event(const json::object& o, const std::string& field, Events& events) {
  only(o, event_members, field);
  const Due due = due_from(o, field);
  const json::value* row = o.if_contains("case");
  const json::value* person = o.if_contains("person");
  if ((row == nullptr) == (person == nullptr)) refuse(field, "either case or person");
  if (person) return events.add(due, act_from(object_in(*person, field + ".person"), field + ".person."));
  check_times(object_in(*row, field + ".case"), field + ".case");
  events.add(due, row->get_object());
}

}  // namespace

void load_scenario(std::string_view text, const std::string& name, Data& data, Events& events, Time base) {
  load_document(text, name, [&](const json::object& o) {
    only(o, members, "");
    if (const json::value* quirks = o.if_contains("quirks")) change_quirks(data.quirks(), object_in(*quirks, "quirks"), "quirks.");
    each(o, "users", [&](const json::object& user, const std::string& field) { read_user(user, field, data); });
    each(o, "tenants", [&](const json::object& tenant, const std::string& field) { read_tenant(tenant, field, data); });
    std::set<std::string> ids;
    each(o, "cases", [&](const json::object& row, const std::string& field) {
      const std::string id = data.apply(row, base, field);
      if (!ids.insert(id).second) refuse(field + "._id", "a case of its own, " + id + " is there twice");
    });
    each(o, "events", [&](const json::object& event, const std::string& field) { read_event(event, field, events); });
  });
}

}  // namespace picket::sim::stellar_cyber
