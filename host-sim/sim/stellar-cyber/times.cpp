#include "host-sim/sim/stellar-cyber/times.hpp"

#include "host-sim/sim/server/relative_time.hpp"

namespace picket::sim::stellar_cyber {
namespace {

bool holds_time(std::string_view member) { return member.ends_with("_at") || member == "closed" || member == "acknowledged"; }

bool is_signed(const json::value& v) {
  return v.is_string() && !v.get_string().empty() && (v.get_string()[0] == '-' || v.get_string()[0] == '+');
}

}  // namespace

std::int64_t milliseconds_of(Time t) { return std::chrono::floor<std::chrono::milliseconds>(t.time_since_epoch()).count(); }

void resolve_times(json::value& v, Time now, const std::string& where) {
  if (v.is_array()) {
    for (std::size_t i = 0; i < v.get_array().size(); ++i) resolve_times(v.get_array()[i], now, where + "[" + std::to_string(i) + "]");
  } else if (v.is_object()) {
    for (auto& member : v.get_object()) {
      const std::string field = where + "." + std::string(member.key());
      json::value& inner = member.value();
      if (!holds_time(member.key()) || !is_signed(inner)) {
        resolve_times(inner, now, field);
        continue;
      }
      const auto t = relative_time(inner.get_string(), now);
      if (!t) throw Error(Status::invalid, field + ": expected milliseconds since 1970 or a relative time such as -90s, -2h, -3d", field);
      inner = milliseconds_of(*t);
    }
  }
}

}  // namespace picket::sim::stellar_cyber
