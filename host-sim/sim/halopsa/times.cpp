#include "host-sim/sim/halopsa/times.hpp"

#include <array>
#include <cstdio>

#include "sdk/common/time_text.hpp"

namespace picket::sim::halopsa {

std::string time_text(Time t, TimeForm form) {
  t += form.local.value_or(std::chrono::microseconds{0});
  const auto day = std::chrono::floor<std::chrono::days>(t);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{t - day};
  std::array<char, 48> out{};
  std::snprintf(out.data(), out.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%06d", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
                static_cast<int>(clock.subseconds().count()));
  std::string text = out.data();
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return form.local ? text : text + "Z";
}

std::optional<Time> time_from(std::string_view text, TimeForm form) {
  if (!form.local) return parse_time(text);
  constexpr std::size_t date = std::string_view("2026-06-09T").size();
  const auto local = parse_time(text.substr(0, text.find_first_of("Z+-", date)));
  return local ? std::optional(*local - *form.local) : std::nullopt;
}

}  // namespace picket::sim::halopsa
