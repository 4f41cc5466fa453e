#include "plugin/stellar-cyber/settings.hpp"

#include "sdk/common/json.hpp"
#include "sdk/common/text.hpp"
#include "sdk/lifecycle/routing_settings.hpp"

namespace stellar {

namespace json = picket::json;
using picket::Error;
using picket::Status;

namespace {

constexpr std::string_view severities[] = {"Low", "Medium", "High", "Critical"};

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
  s.gathering = std::chrono::minutes{json::integer_at(o, "gatherMinorChangesMinutes").value_or(60)};
  s.sync_priority = json::bool_at(o, "syncPriority").value_or(false);
  s.severity_of_priority = severity_map(
      json::text_at(o, "prioritySeverityMap").value_or(R"({"Critical":"Critical","High":"High","Medium":"Medium","Low":"Low"})"));
  s.tell_assignee = json::bool_at(o, "tellAssignee").value_or(false);
  s.routing = picket::lifecycle::read_routing(o, {std::begin(severities), std::end(severities)});
  return s;
}

}  // namespace stellar
