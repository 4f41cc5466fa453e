#include "host-sim/sim/huntress/times.hpp"

#include "host-sim/sim/server/rows.hpp"
#include "sdk/common/time_text.hpp"

namespace picket::sim::huntress {

std::string time_text(Time t) {
  constexpr std::string_view to_the_second = "2026-06-09T14:00:00";
  return format_time(t).substr(0, to_the_second.size()) + "Z";
}

void resolve_times(json::value& v, Time now, const std::string& where) {
  sim::resolve_times(v, now, where,
                     {.is_time = [](std::string_view member) { return member.ends_with("_at"); },
                      .write = [](Time t) { return json::value(time_text(t)); },
                      .expected = "a time such as 2026-06-09T14:00:00Z"});
}

}  // namespace picket::sim::huntress
