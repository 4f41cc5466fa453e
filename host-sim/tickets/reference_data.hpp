// The boards, statuses, priorities and categories of a tenant as the local PSA needs them to check and complete a ticket.
// Pure once loaded; any thread.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "host-sim/store/psa.hpp"

namespace picket::tickets {

struct ReferenceData {
  std::vector<store::Entity> boards, statuses, priorities, categories;

  static ReferenceData load(store::Database& db, std::string_view tenant);

  // Each throws Error(invalid) if there is none.
  void require_board(std::string_view id) const;
  void require_priority(std::string_view id) const;
  void require_category(std::string_view id, std::string_view board_id) const;
  const store::Entity& status(std::string_view id) const;
  // The board's default status, else the default of all boards, else the first that is not closed.
  const store::Entity& default_status(std::string_view board_id) const;
  // The wished status (may be empty) if tickets of the board may have it; else the board's closed status, else that of all boards, else
  // null. Only one status is configured, but tickets of the fallback, and those that technicians moved, are on other boards.
  const store::Entity* closed_status(std::string_view wished, std::string_view board_id) const;
};

}  // namespace picket::tickets
