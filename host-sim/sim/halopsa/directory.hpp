// The lists that tickets refer to, such as clients, agents and priorities. One thread.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "sdk/common/json.hpp"

namespace picket::sim::halopsa {

enum class List { ticket_type, priority, team, status, impact, urgency, category, outcome, client, site, user, agent };

// Each list's name in scenarios and controls: "clients".
struct ListName {
  std::string_view name;
  List list;
};
std::span<const ListName> list_names();

// The agent that stands for nobody.
inline constexpr std::int64_t unassigned_agent = 1;

class Directory {
 public:
  Directory();  // a small managed service provider's

  const json::array& rows(List list) const { return lists_[static_cast<std::size_t>(list)]; }

  // Creates or updates a row by its id (without one: a new id; a priority: by "slaid" and "priorityid"). A status that closes tickets has
  // "closes": true, which is not served. A client gets a site of its own. Throws Error(invalid), whose message begins with `where`.
  void put(List list, const json::object& given, const std::string& where);

  // Adds clients with invented names until there are `count`.
  void generate_clients(std::size_t count);

  const json::object* find(List list, std::int64_t id) const;
  const json::object* named(List list, std::string_view name) const;  // whatever its case
  std::string name_of(List list, std::int64_t id) const;              // empty if there is none

  const json::object* priority(std::int64_t sla, std::int64_t id) const;
  const json::object* priority_named(std::int64_t sla, std::string_view name) const;
  std::int64_t sla_of_type(std::int64_t ticket_type) const;

  bool closes(std::int64_t status) const { return closing_.contains(status); }
  std::int64_t first_closing_status() const { return closing_.empty() ? 0 : *closing_.begin(); }
  std::int64_t site_of_client(std::int64_t client) const;

 private:
  json::array& list(List list) { return lists_[static_cast<std::size_t>(list)]; }
  void put_row(List list, json::object row);

  std::array<json::array, 12> lists_;
  std::set<std::int64_t> closing_;
};

}  // namespace picket::sim::halopsa
