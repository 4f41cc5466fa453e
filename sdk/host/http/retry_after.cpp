#include "sdk/host/http/retry_after.hpp"

#include <algorithm>
#include <array>

#include "sdk/common/ascii.hpp"

namespace picket::host {

namespace {

using namespace std::chrono;

constexpr milliseconds longest = days{366};

constexpr std::array<std::string_view, 12> month_names = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> short_days = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 7> long_days = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};

// Consumes one token after another from the front; after the first mismatch `ok` stays false.
struct Scanner {
  std::string_view rest;
  bool ok = true;

  void literal(std::string_view expected) {
    ok = ok && rest.starts_with(expected);
    if (ok) rest.remove_prefix(expected.size());
  }
  int number(std::size_t digits) {
    ok = ok && rest.size() >= digits && ascii::is_number(rest.substr(0, digits));
    if (!ok) return 0;
    int value = 0;
    for (const char c : rest.substr(0, digits)) value = value * 10 + (c - '0');
    rest.remove_prefix(digits);
    return value;
  }
  template <class Names>
  std::size_t one_of(const Names& names) {
    for (std::size_t i = 0; ok && i < names.size(); ++i)
      if (rest.starts_with(names[i])) {
        rest.remove_prefix(names[i].size());
        return i;
      }
    ok = false;
    return 0;
  }
};

struct DateParts {
  int year = 0, day = 0, hour = 0, minute = 0, second = 0;
  unsigned month = 0;

  void time(Scanner& in) {
    hour = in.number(2);
    in.literal(":");
    minute = in.number(2);
    in.literal(":");
    second = in.number(2);
  }

  std::optional<Time> value() const {
    const year_month_day date{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{static_cast<unsigned>(day)}};
    if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
    return Time{sys_days{date}} + hours{hour} + minutes{minute} + seconds{second};
  }
};

std::optional<DateParts> imf_fixdate(std::string_view text) {
  Scanner in{text};
  DateParts d;
  in.one_of(short_days);
  in.literal(", ");
  d.day = in.number(2);
  in.literal(" ");
  d.month = static_cast<unsigned>(in.one_of(month_names)) + 1;
  in.literal(" ");
  d.year = in.number(4);
  in.literal(" ");
  d.time(in);
  in.literal(" GMT");
  return in.ok && in.rest.empty() ? std::optional{d} : std::nullopt;
}

std::optional<DateParts> rfc850_date(std::string_view text, Time now) {
  Scanner in{text};
  DateParts d;
  in.one_of(long_days);
  in.literal(", ");
  d.day = in.number(2);
  in.literal("-");
  d.month = static_cast<unsigned>(in.one_of(month_names)) + 1;
  in.literal("-");
  d.year = in.number(2);
  in.literal(" ");
  d.time(in);
  in.literal(" GMT");
  if (!in.ok || !in.rest.empty()) return std::nullopt;
  const int this_year = static_cast<int>(year_month_day{floor<days>(now)}.year());
  d.year += this_year / 100 * 100;
  if (d.year > this_year + 50) d.year -= 100;
  if (d.year < this_year - 50) d.year += 100;
  return d;
}

std::optional<DateParts> asctime_date(std::string_view text) {
  Scanner in{text};
  DateParts d;
  in.one_of(short_days);
  in.literal(" ");
  d.month = static_cast<unsigned>(in.one_of(month_names)) + 1;
  in.literal(" ");
  if (in.rest.starts_with(' ')) {
    in.literal(" ");
    d.day = in.number(1);
  } else {
    d.day = in.number(2);
  }
  in.literal(" ");
  d.time(in);
  in.literal(" ");
  d.year = in.number(4);
  return in.ok && in.rest.empty() ? std::optional{d} : std::nullopt;
}

}  // namespace

std::optional<Time> parse_http_date(std::string_view text, Time now) {
  text = ascii::trimmed(text, " \t");
  auto parts = imf_fixdate(text);
  if (!parts) parts = rfc850_date(text, now);
  if (!parts) parts = asctime_date(text);
  return parts ? parts->value() : std::nullopt;
}

std::optional<milliseconds> parse_retry_after(std::string_view value, Time now) {
  value = ascii::trimmed(value, " \t");
  if (ascii::is_number(value)) {
    seconds wait{0};
    for (const char c : value) {
      wait = seconds{wait.count() * 10 + (c - '0')};
      if (wait > longest) return longest;
    }
    return wait;
  }
  const auto date = parse_http_date(value, now);
  if (!date) return std::nullopt;
  return std::clamp(ceil<milliseconds>(*date - now), milliseconds{0}, longest);
}

}  // namespace picket::host
