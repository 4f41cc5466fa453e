// The connection's settings as the provider uses them. The host has checked them against the manifest's schema; the defaults here are
// the schema's. Pure; any thread.
#pragma once
#include <chrono>
#include <string>
#include <string_view>

#include "sdk/lifecycle/routing.hpp"

namespace huntress {

struct Settings {
  std::string account_subdomain;
  std::chrono::days backfill{7};
  std::chrono::minutes sweep_interval{60};
  std::chrono::minutes gathering{60};  // of minor changes
  picket::lifecycle::Routing routing;
};

// Throws Error(invalid) naming the field if the host hands over something else than the schema allows.
Settings read_settings(std::string_view settings_json);

}  // namespace huntress
