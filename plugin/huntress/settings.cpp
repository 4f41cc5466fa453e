#include "plugin/huntress/settings.hpp"

#include "sdk/common/json.hpp"
#include "sdk/lifecycle/routing_settings.hpp"

namespace huntress {

namespace json = picket::json;

Settings read_settings(std::string_view settings_json) {
  const json::object o = json::parse_object(settings_json, "the settings");
  Settings s;
  s.account_subdomain = json::text_at(o, "accountSubdomain").value_or("");
  s.backfill = std::chrono::days{json::integer_at(o, "backfillDays").value_or(7)};
  s.sweep_interval = std::chrono::minutes{json::integer_at(o, "sweepIntervalMinutes").value_or(60)};
  s.gathering = std::chrono::minutes{json::integer_at(o, "gatherMinorChangesMinutes").value_or(60)};
  s.routing = picket::lifecycle::read_routing(o, {"low", "high", "critical"});
  return s;
}

}  // namespace huntress
