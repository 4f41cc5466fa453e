// The Retry-After header of an HTTP answer (RFC 9110, 10.2.3). Pure functions; any thread.
#pragma once
#include <chrono>
#include <optional>
#include <string_view>

#include "picket/time.hpp"

namespace picket::host {

// A date as HTTP writes it, in any of its three forms: "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT" (a year more
// than 50 years ahead of `now` is one of the past century) or "Sun Nov  6 08:49:37 1994". Nothing if it is none of them.
std::optional<Time> parse_http_date(std::string_view text, Time now);

// How long after `now` the vendor wants to be asked again: seconds or a date, a past one being 0, at most a year. Nothing if the value is
// neither.
std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view value, Time now);

}  // namespace picket::host
