// Times of scenarios and controls that are seen from a moment. Pure functions; any thread.
#pragma once
#include <optional>
#include <string_view>

#include "picket/time.hpp"

namespace picket::sim {

// "-2h" seen from `now`; s, m, h and d are known. Nothing for any other text.
std::optional<Time> relative_time(std::string_view text, Time now);

}  // namespace picket::sim
