// The Retry-After header of an HTTP answer (RFC 9110, 10.2.3). Pure functions; any thread.
#pragma once
#include <chrono>
#include <optional>
#include <string_view>

#include "picket/time.hpp"

namespace picket::host {

// An HTTP date in any of its three forms: "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT" (a year more
// than 50 years ahead of `now` belongs to the past century) or "Sun Nov  6 08:49:37 1994". Nothing if it is not a date.
[[nodiscard]] std::optional<Time> parse_http_date(std::string_view text, Time now);

// How long to wait from `now`: seconds or a date, 0 if it is past, at most a year. Nothing if the value is neither.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view value, Time now);

}  // namespace picket::host
