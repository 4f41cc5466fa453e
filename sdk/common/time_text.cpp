#include "sdk/common/time_text.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace picket {
namespace {

using namespace std::chrono;

// Reads exactly `digits` digits at `at` and advances it; nothing if there are fewer.
std::optional<int> read_digits(std::string_view s, std::size_t& at, int digits) {
  int value = 0;
  for (int i = 0; i < digits; ++i, ++at) {
    if (at >= s.size() || s[at] < '0' || s[at] > '9') return std::nullopt;
    value = value * 10 + (s[at] - '0');
  }
  return value;
}

bool read_char(std::string_view s, std::size_t& at, std::string_view any_of) {
  if (at >= s.size() || any_of.find(s[at]) == std::string_view::npos) return false;
  ++at;
  return true;
}

// "Z", "+02:00", "+0200", "+00" or nothing (UTC); the rest of the text must be exactly that.
std::optional<minutes> read_zone(std::string_view s, std::size_t at) {
  if (at == s.size()) return minutes{0};
  if (s[at] == 'Z' || s[at] == 'z') return at + 1 == s.size() ? std::optional(minutes{0}) : std::nullopt;
  const bool west = s[at] == '-';
  if (!read_char(s, at, "+-")) return std::nullopt;
  const auto zone_hours = read_digits(s, at, 2);
  if (!zone_hours || *zone_hours > 23) return std::nullopt;
  int zone_minutes = 0;
  if (at < s.size()) {
    read_char(s, at, ":");
    const auto m = read_digits(s, at, 2);
    if (!m || *m > 59 || at != s.size()) return std::nullopt;
    zone_minutes = *m;
  }
  const minutes offset = hours{*zone_hours} + minutes{zone_minutes};
  return west ? -offset : offset;
}

}  // namespace

std::optional<Time> parse_time(std::string_view s) {
  std::size_t at = 0;
  const auto y = read_digits(s, at, 4);
  if (!y || *y < 1970 || !read_char(s, at, "-")) return std::nullopt;
  const auto mo = read_digits(s, at, 2);
  if (!mo || !read_char(s, at, "-")) return std::nullopt;
  const auto d = read_digits(s, at, 2);
  if (!d || !read_char(s, at, "Tt ")) return std::nullopt;
  const auto h = read_digits(s, at, 2);
  if (!h || !read_char(s, at, ":")) return std::nullopt;
  const auto mi = read_digits(s, at, 2);
  if (!mi) return std::nullopt;
  int sec = 0;
  std::int64_t micros = 0;
  if (read_char(s, at, ":")) {
    const auto read_seconds = read_digits(s, at, 2);
    if (!read_seconds) return std::nullopt;
    sec = *read_seconds;
    if (read_char(s, at, ".,")) {
      std::int64_t unit = 100'000;
      const std::size_t begin = at;
      for (; at < s.size() && s[at] >= '0' && s[at] <= '9'; ++at, unit /= 10) micros += unit * (s[at] - '0');
      if (at == begin) return std::nullopt;
    }
  }
  const auto zone = read_zone(s, at);
  const year_month_day date{year{*y}, month{static_cast<unsigned>(*mo)}, day{static_cast<unsigned>(*d)}};
  if (!zone || !date.ok() || *h > 23 || *mi > 59 || sec > 60) return std::nullopt;
  const Time t = sys_days{date} + hours{*h} + minutes{*mi} + seconds{std::min(sec, 59)} + microseconds{micros} - *zone;
  if (t < Time{} || t >= Time{sys_days{year{10'000} / January / 1}}) return std::nullopt;  // the zone may have moved it out of range
  return t;
}

std::string format_time(Time t) {
  const auto midnight = floor<days>(t);
  const year_month_day date{midnight};
  const hh_mm_ss time{floor<milliseconds>(t - midnight)};
  std::array<char, 48> buffer{};
  const int n = std::snprintf(buffer.data(), buffer.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                              static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                              static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                              static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()));
  return {buffer.data(), static_cast<std::size_t>(n)};
}

std::string format_time_for_people(Time t) {
  std::string s = format_time(t);
  s[10] = ' ';
  return s.substr(0, 16) + " UTC";
}

std::string format_duration_for_people(std::chrono::microseconds d) {
  const auto in_units = [](std::int64_t n, const char* unit) { return std::to_string(n) + " " + unit + (n == 1 ? "" : "s"); };
  const std::int64_t s = std::max<std::int64_t>(0, duration_cast<seconds>(d).count());
  if (s >= 2 * 86400) return in_units(s / 86400, "day");
  if (s >= 2 * 3600) return in_units(s / 3600, "hour");
  if (s >= 2 * 60) return in_units(s / 60, "minute");
  return in_units(s, "second");
}

}  // namespace picket
