// The members of an alert's metadata (rmm_alerts.metadata) that every provider's alerts share, beside the provider's own:
//   processing_error   {"message", "attempts", "at"}: why the finding could not be processed
//   minimal            true: its ticket opened with no more than that error, and gets its real body with the next success
// Pure; any thread.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "picket/time.hpp"
#include "sdk/common/json.hpp"

namespace picket::lifecycle {

[[nodiscard]] std::string with_processing_error(std::string_view metadata, std::uint32_t attempts, std::string_view message, Time at,
                                                bool minimal_ticket);

// Whether the alert's ticket opened with no more than an error.
[[nodiscard]] bool is_minimal(std::string_view metadata);

}  // namespace picket::lifecycle
