#include "sdk/host/http/retry_after.hpp"

#include <doctest/doctest.h>

using namespace picket;
using namespace picket::host;
using namespace std::chrono;

namespace {

constexpr Time at(int y, unsigned mo, unsigned d, int h, int mi, int s) {
  return Time{sys_days{year{y} / month{mo} / day{d}}} + hours{h} + minutes{mi} + seconds{s};
}

}  // namespace

TEST_CASE("HTTP dates in their three forms") {
  const Time now = at(2026, 6, 9, 14, 0, 0);
  struct Case {
    const char* text;
    std::optional<Time> expected;
  };
  const Case cases[] = {
      {"Sun, 06 Nov 1994 08:49:37 GMT", at(1994, 11, 6, 8, 49, 37)},
      {"Sunday, 06-Nov-94 08:49:37 GMT", at(1994, 11, 6, 8, 49, 37)},
      {"Sun Nov  6 08:49:37 1994", at(1994, 11, 6, 8, 49, 37)},
      {"Wed Nov 16 08:49:37 1994", at(1994, 11, 16, 8, 49, 37)},
      {"Tuesday, 09-Jun-26 14:00:07 GMT", at(2026, 6, 9, 14, 0, 7)},
      {"Tuesday, 09-Jun-76 14:00:07 GMT", at(2076, 6, 9, 14, 0, 7)},
      {"Wednesday, 09-Jun-77 14:00:07 GMT", at(1977, 6, 9, 14, 0, 7)},
      {" Tue, 09 Jun 2026 14:00:07 GMT ", at(2026, 6, 9, 14, 0, 7)},
      {"Thu, 29 Feb 2024 00:00:00 GMT", at(2024, 2, 29, 0, 0, 0)},
      {"Sat, 29 Feb 2025 00:00:00 GMT", std::nullopt},
      {"Tue, 09 Jun 2026 24:00:00 GMT", std::nullopt},
      {"Tue, 09 Jun 2026 14:60:00 GMT", std::nullopt},
      {"Tue, 9 Jun 2026 14:00:00 GMT", std::nullopt},
      {"Tue, 09 Jun 2026 14:00:00 CET", std::nullopt},
      {"Tue, 09 Jun 2026 14:00:00 GMT+1", std::nullopt},
      {"2026-06-09T14:00:00Z", std::nullopt},
      {"", std::nullopt},
  };
  for (const Case& c : cases) {
    CAPTURE(std::string{c.text});
    CHECK((parse_http_date(c.text, now) == c.expected));
  }
}

TEST_CASE("a two-digit year goes over the end of the century") {
  CHECK((parse_http_date("Sunday, 06-Nov-01 08:49:37 GMT", at(2098, 1, 1, 0, 0, 0)) == at(2101, 11, 6, 8, 49, 37)));
}

TEST_CASE("Retry-After is seconds or a date") {
  const Time now = at(2026, 6, 9, 14, 0, 0) + microseconds{500};
  struct Case {
    const char* text;
    std::optional<milliseconds> expected;
  };
  const Case cases[] = {
      {"0", 0ms},
      {"7", 7s},
      {" 120 ", 120s},
      {"99999999999999999999999999", days{366}},
      {"Tue, 09 Jun 2026 14:00:30 GMT", 30s},  // rounded up from 29.9995 s
      {"Tue, 09 Jun 2026 13:59:30 GMT", 0ms},
      {"Tue, 09 Jun 2099 13:59:30 GMT", days{366}},
      {"-1", std::nullopt},
      {"1.5", std::nullopt},
      {"soon", std::nullopt},
      {"", std::nullopt},
      {"  ", std::nullopt},
  };
  for (const Case& c : cases) {
    CAPTURE(std::string{c.text});
    CHECK((parse_retry_after(c.text, now) == c.expected));
  }
}
