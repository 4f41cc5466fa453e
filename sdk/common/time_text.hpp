// Times as text. Pure functions; any thread.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "picket/time.hpp"

namespace picket {

// ISO 8601 date and time with a zone: "2026-06-09T14:00:00Z", with a fraction, "+02:00", "+00" or a space for the T (PostgreSQL's form).
// Text without a zone is read as UTC. Nothing unless it is an existing time between the years 1970 and 9999.
[[nodiscard]] std::optional<Time> parse_time(std::string_view s);

// "2026-06-09T14:00:00.000Z", the form in which times are stored and printed.
std::string format_time(Time t);

// "2026-06-09 14:00 UTC", for display.
std::string format_time_for_people(Time t);

// "3 days", "2 hours", "5 minutes", "12 seconds": an age for display, in its largest unit.
std::string format_duration_for_people(std::chrono::microseconds d);

}  // namespace picket
