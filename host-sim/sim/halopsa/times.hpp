// Times as HaloPSA writes them. Pure functions; any thread.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "picket/time.hpp"

namespace picket::sim::halopsa {

// In UTC, or (the quirk local-times) as the site's wall clock shows them.
struct TimeForm {
  std::optional<std::chrono::microseconds> local = std::nullopt;  // how far local time is ahead of UTC
};

// "2026-06-09T14:00:00.12345Z": the fraction without zeros at its end, and without the point if nothing is left. Local times end without
// the Z.
std::string time_text(Time t, TimeForm form = {});

// A time that a client gives. A site with local times takes every time for a local one, whatever zone the text names.
[[nodiscard]] std::optional<Time> time_from(std::string_view text, TimeForm form);

}  // namespace picket::sim::halopsa
