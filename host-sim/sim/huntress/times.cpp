#include "host-sim/sim/huntress/times.hpp"

#include <array>
#include <cstdio>

#include "host-sim/sim/server/relative_time.hpp"

namespace picket::sim::huntress {

std::string time_text(Time t) {
  const auto day = std::chrono::floor<std::chrono::days>(t);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::seconds>(t - day)};
  std::array<char, 40> out{};
  std::snprintf(out.data(), out.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()));
  return out.data();
}

void resolve_times(json::value& v, Time now, const std::string& where) {
  if (v.is_array()) {
    for (std::size_t i = 0; i < v.get_array().size(); ++i) resolve_times(v.get_array()[i], now, where + "[" + std::to_string(i) + "]");
  } else if (v.is_object()) {
    for (auto& member : v.get_object()) {
      const std::string field = where + "." + std::string(member.key());
      json::value& inner = member.value();
      if (!inner.is_string()) {
        resolve_times(inner, now, field);
        continue;
      }
      const std::string_view text = inner.get_string();
      if (!member.key().ends_with("_at") || text.empty() || (text[0] != '-' && text[0] != '+')) continue;
      const auto t = relative_time(text, now);
      if (!t)
        throw Error(Status::invalid, field + ": expected a time such as 2026-06-09T14:00:00Z or a relative one such as -90s, -2h, -3d",
                    field);
      inner = time_text(*t);
    }
  }
}

}  // namespace picket::sim::huntress
