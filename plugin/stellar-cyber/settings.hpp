// The connection's settings as the provider uses them. The host has checked them against the manifest's schema; the defaults here are
// the schema's. Pure; any thread.
#pragma once
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "sdk/lifecycle/routing.hpp"

namespace stellar {

struct Settings {
  std::string api_user_id;  // the API user's id, empty = not known: its edits are ours
  std::string tenant_id;    // only this tenant's cases; empty = all
  std::optional<std::int64_t> min_alert_count;
  double min_score = 0;
  std::chrono::days backfill{7};
  int page_size = 250;
  std::string case_tag = "ticket_opened";
  bool saas = false;
  std::chrono::minutes gathering{60};  // of minor changes
  bool sync_priority = false;
  std::map<std::string, std::string> severity_of_priority;  // by the priority's folded name
  bool tell_assignee = false;
  picket::lifecycle::Routing routing;
};

// Throws Error(invalid) naming the field if the host hands over something else than the schema allows.
Settings read_settings(std::string_view settings_json);

}  // namespace stellar
