#include "plugin/stellar-cyber/settings.hpp"

#include "sdk/common/json.hpp"
#include "sdk/common/text.hpp"

namespace stellar {

namespace json = picket::json;
using picket::Error;
using picket::Status;

namespace {

constexpr std::string_view severities[] = {"Low", "Medium", "High", "Critical"};

std::string required(const json::object& o, std::string_view key, const std::string& path) {
  auto value = json::text_at(o, key);
  if (!value || value->empty()) throw Error(Status::invalid, "the setting " + path + " is missing; set it, then poll again", path);
  return std::move(*value);
}

std::map<std::string, std::string> severity_map(const std::string& text) {
  std::map<std::string, std::string> map;
  const json::object o = json::parse_object(text, "prioritySeverityMap");
  for (const auto& [priority, value] : o) {
    const std::string wanted = value.is_string() ? picket::text::fold(value.get_string()) : std::string{};
    std::string severity;
    for (const std::string_view known : severities)
      if (picket::text::fold(known) == wanted) severity = known;
    if (severity.empty())
      throw Error(Status::invalid,
                  "prioritySeverityMap: the severity of the priority \"" + picket::text::clean_line(priority, 60).text +
                      "\" must be Critical, High, Medium or Low",
                  "prioritySeverityMap");
    map[picket::text::fold(priority)] = severity;
  }
  return map;
}

}  // namespace

Settings read_settings(std::string_view settings_json) {
  const json::object o = json::parse_object(settings_json, "the settings");
  Settings s;
  s.api_user_id = json::text_at(o, "apiUserId").value_or("");
  s.tenant_id = json::text_at(o, "tenantId").value_or("");
  s.min_alert_count = json::integer_at(o, "minAlertCount");
  if (const json::value* score = o.if_contains("minScore"); score != nullptr && score->is_number())
    s.min_score = score->to_number<double>();
  s.backfill = std::chrono::days{json::integer_at(o, "backfillDays").value_or(7)};
  s.page_size = static_cast<int>(json::integer_at(o, "pageSize").value_or(250));
  s.case_tag = json::text_at(o, "caseTag").value_or(s.case_tag);
  s.saas = json::bool_at(o, "saas").value_or(false);
  s.sync_priority = json::bool_at(o, "syncPriority").value_or(false);
  s.severity_of_priority = severity_map(
      json::text_at(o, "prioritySeverityMap").value_or(R"({"Critical":"Critical","High":"High","Medium":"Medium","Low":"Low"})"));
  s.tell_assignee = json::bool_at(o, "tellAssignee").value_or(false);
  s.routing.severities.assign(std::begin(severities), std::end(severities));
  s.routing.board_id = required(o, "boardId", "boardId");
  s.routing.category_id = json::text_at(o, "categoryId").value_or("");
  s.routing.subcategory_id = json::text_at(o, "subcategoryId").value_or("");
  s.routing.default_client_id = json::text_at(o, "defaultClientId").value_or("");
  s.routing.fallback_client_id = required(o, "fallbackClientId", "fallbackClientId");
  s.routing.fallback_board_id = required(o, "fallbackBoardId", "fallbackBoardId");
  s.routing.auto_close = json::bool_at(o, "autoCloseTickets").value_or(false);
  s.routing.closed_status_id = json::text_at(o, "closedStatusId").value_or("");
  s.routing.reopen = json::bool_at(o, "reopenTickets").value_or(true);
  const json::object* priorities = json::object_at(o, "severityPriorityMap");
  const json::object none;
  for (const std::string& severity : s.routing.severities) {
    const std::string key = picket::text::fold(severity);
    s.routing.priority_ids[severity] = required(priorities ? *priorities : none, key, "severityPriorityMap." + key);
  }
  return s;
}

}  // namespace stellar
