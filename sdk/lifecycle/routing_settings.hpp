// The routing part of a connection's settings, under the names that every provider's schema gives them. Pure; any thread.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "sdk/common/json.hpp"
#include "sdk/lifecycle/routing.hpp"

namespace picket::lifecycle {

// boardId, categoryId, subcategoryId, defaultClientId, fallbackClientId, fallbackBoardId, autoCloseTickets, closedStatusId, reopenTickets,
// and severityPriorityMap with a priority for each of `severities` in lower case. Throws Error(invalid) naming a setting that is missing.
[[nodiscard]] Routing read_routing(const json::object& settings, std::vector<std::string> severities);

}  // namespace picket::lifecycle
