// Rights of the API's agent, by the names under which HaloPSA's configuration has them. Constant data; any thread.
#pragma once
#include <set>
#include <span>
#include <string_view>

namespace picket::sim::halopsa {

enum class Right {
  read_tickets,
  modify_tickets,
  add_tickets,
  edit_closed,
  view_unassigned,
  view_assigned,
  edit_assigned,
  change_status,
  reassign,
  use_ticket_types,
  read_clients,
  read_users
};

struct RightRow {
  Right right;
  std::string_view name;   // of the quirk right-missing
  std::string_view title;  // in HaloPSA's configuration
  std::string_view needed_for;
};
std::span<const RightRow> rights_table();

using Rights = std::set<Right>;

}  // namespace picket::sim::halopsa
