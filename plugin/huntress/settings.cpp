#include "plugin/huntress/settings.hpp"

#include "sdk/common/json.hpp"

namespace huntress {

namespace json = picket::json;

namespace {

std::string required(const json::object& o, std::string_view key, const std::string& path) {
  auto value = json::text_at(o, key);
  if (!value || value->empty())
    throw picket::Error(picket::Status::invalid, "the setting " + path + " is missing; set it, then poll again", path);
  return std::move(*value);
}

}  // namespace

Settings read_settings(std::string_view settings_json) {
  const json::object o = json::parse_object(settings_json, "the settings");
  Settings s;
  s.account_subdomain = json::text_at(o, "accountSubdomain").value_or("");
  s.backfill = std::chrono::days{json::integer_at(o, "backfillDays").value_or(7)};
  s.sweep_interval = std::chrono::minutes{json::integer_at(o, "sweepIntervalMinutes").value_or(60)};
  s.routing.severities = {"low", "high", "critical"};
  s.routing.board_id = required(o, "boardId", "boardId");
  s.routing.category_id = json::text_at(o, "categoryId").value_or("");
  s.routing.subcategory_id = json::text_at(o, "subcategoryId").value_or("");
  s.routing.fallback_client_id = required(o, "fallbackClientId", "fallbackClientId");
  s.routing.fallback_board_id = required(o, "fallbackBoardId", "fallbackBoardId");
  s.routing.auto_close = json::bool_at(o, "autoCloseTickets").value_or(false);
  s.routing.closed_status_id = json::text_at(o, "closedStatusId").value_or("");
  s.routing.reopen = json::bool_at(o, "reopenTickets").value_or(true);
  const json::object* priorities = json::object_at(o, "severityPriorityMap");
  const json::object none;
  for (const std::string& severity : s.routing.severities)
    s.routing.priority_ids[severity] = required(priorities ? *priorities : none, severity, "severityPriorityMap." + severity);
  return s;
}

}  // namespace huntress
