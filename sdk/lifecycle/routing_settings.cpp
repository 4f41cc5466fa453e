#include "sdk/lifecycle/routing_settings.hpp"

#include "sdk/common/text.hpp"

namespace picket::lifecycle {
namespace {

std::string required(const json::object& o, std::string_view key, const std::string& path) {
  auto value = json::text_at(o, key);
  if (!value || value->empty()) throw Error(Status::invalid, "the setting " + path + " is missing; set it, then poll again", path);
  return std::move(*value);
}

}  // namespace

Routing read_routing(const json::object& settings, std::vector<std::string> severities) {
  const auto optional = [&](std::string_view key) { return json::text_at(settings, key).value_or(""); };
  Routing routing;
  routing.severities = std::move(severities);
  routing.board_id = required(settings, "boardId", "boardId");
  routing.category_id = optional("categoryId");
  routing.subcategory_id = optional("subcategoryId");
  routing.default_client_id = optional("defaultClientId");
  routing.fallback_client_id = required(settings, "fallbackClientId", "fallbackClientId");
  routing.fallback_board_id = required(settings, "fallbackBoardId", "fallbackBoardId");
  routing.auto_close = json::bool_at(settings, "autoCloseTickets").value_or(false);
  routing.closed_status_id = optional("closedStatusId");
  routing.reopen = json::bool_at(settings, "reopenTickets").value_or(true);
  const json::object* priorities = json::object_at(settings, "severityPriorityMap");
  for (const std::string& severity : routing.severities) {
    const std::string key = text::fold(severity);
    routing.priority_ids[severity] = required(priorities ? *priorities : json::object(), key, "severityPriorityMap." + key);
  }
  return routing;
}

}  // namespace picket::lifecycle
