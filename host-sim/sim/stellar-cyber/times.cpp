#include "host-sim/sim/stellar-cyber/times.hpp"

#include "host-sim/sim/server/rows.hpp"

namespace picket::sim::stellar_cyber {

std::int64_t milliseconds_of(Time t) { return std::chrono::floor<std::chrono::milliseconds>(t.time_since_epoch()).count(); }

void resolve_times(json::value& v, Time now, const std::string& where) {
  sim::resolve_times(
      v, now, where,
      {.is_time = [](std::string_view member) { return member.ends_with("_at") || member == "closed" || member == "acknowledged"; },
       .write = [](Time t) { return json::value(milliseconds_of(t)); },
       .expected = "milliseconds since 1970"});
}

}  // namespace picket::sim::stellar_cyber
