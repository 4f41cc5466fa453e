#include "sdk/common/time_text.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace picket;
using namespace std::chrono_literals;

TEST_CASE("times that can be read") {
  const struct {
    const char* text;
    const char* time;
  } cases[] = {
      {"2026-06-09T14:00:00Z", "2026-06-09T14:00:00.000Z"},
      {"2026-06-09t14:00:00z", "2026-06-09T14:00:00.000Z"},
      {"2026-06-09T14:00:00.000Z", "2026-06-09T14:00:00.000Z"},
      {"2026-06-09T14:00:00.5Z", "2026-06-09T14:00:00.500Z"},
      {"2026-06-09T14:00:00,25Z", "2026-06-09T14:00:00.250Z"},
      {"2026-06-09T14:00:00.123456Z", "2026-06-09T14:00:00.123Z"},
      {"2026-06-09T14:00:00.123456789012345678901234Z", "2026-06-09T14:00:00.123Z"},
      {"2026-06-09T14:00:00+02:00", "2026-06-09T12:00:00.000Z"},
      {"2026-06-09T14:00:00+0200", "2026-06-09T12:00:00.000Z"},
      {"2026-06-09T14:00:00-05:30", "2026-06-09T19:30:00.000Z"},
      {"2026-06-09T14:00:00+00:00", "2026-06-09T14:00:00.000Z"},
      {"2026-06-09 14:00:00+00", "2026-06-09T14:00:00.000Z"},
      {"2026-06-09 14:00:00.25+00", "2026-06-09T14:00:00.250Z"},
      {"2026-06-09 14:00:00.123456+05:45", "2026-06-09T08:15:00.123Z"},
      {"2026-06-09T14:00:00", "2026-06-09T14:00:00.000Z"},
      {"2026-06-09T14:00", "2026-06-09T14:00:00.000Z"},
      {"2026-06-09T14:00Z", "2026-06-09T14:00:00.000Z"},
      {"2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"},
      {"2000-02-29T00:00:00Z", "2000-02-29T00:00:00.000Z"},
      {"2026-12-31T23:59:60Z", "2026-12-31T23:59:59.000Z"},
      {"2026-12-31T23:30:00-01:00", "2027-01-01T00:30:00.000Z"},
      {"1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z"},
      {"9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.text);
    const auto t = parse_time(c.text);
    REQUIRE(t);
    CHECK(format_time(*t) == c.time);
    CHECK(parse_time(format_time(*t)) == std::chrono::floor<std::chrono::milliseconds>(*t));
  }
  CHECK(parse_time("2026-06-09T14:00:00.123456Z")->time_since_epoch().count() % 1'000'000 == 123'456);
}

TEST_CASE("texts that are no time") {
  const char* const cases[] = {"",
                               "soon",
                               "2026-06-09",
                               "14:00:00",
                               "2026-6-9T14:00:00Z",
                               "26-06-09T14:00:00Z",
                               "2026/06/09T14:00:00Z",
                               "2026-00-09T14:00:00Z",
                               "2026-13-09T14:00:00Z",
                               "2026-06-00T14:00:00Z",
                               "2026-06-31T14:00:00Z",
                               "2026-02-29T14:00:00Z",
                               "2100-02-29T14:00:00Z",
                               "2026-06-09T24:00:00Z",
                               "2026-06-09T14:60:00Z",
                               "2026-06-09T14:00:61Z",
                               "2026-06-09T14:00:00.Z",
                               "2026-06-09T14:00:Z",
                               "2026-06-09T14Z",
                               "2026-06-09T14:00:00ZZ",
                               "2026-06-09T14:00:00 Z",
                               "2026-06-09T14:00:00+2",
                               "2026-06-09T14:00:00+24:00",
                               "2026-06-09T14:00:00+02:60",
                               "2026-06-09T14:00:00+02:",
                               "2026-06-09T14:00:00+02:00:00",
                               "2026-06-09T14:00:00Europe/Berlin",
                               " 2026-06-09T14:00:00Z",
                               "2026-06-09T14:00:00Z ",
                               "1969-12-31T23:59:59Z",
                               "1970-01-01T00:00:00+01:00",
                               "0000-01-01T00:00:00Z",
                               "9999-12-31T23:59:59-01:00",
                               "10000-01-01T00:00:00Z",
                               "-2026-06-09T14:00:00Z",
                               "1780000000"};
  for (const char* text : cases) {
    CAPTURE(text);
    CHECK_FALSE(parse_time(text));
  }
}

TEST_CASE("random texts of a time's characters are read or refused, and what is read has four digits of year") {
  std::mt19937 random(20260609);
  const std::string_view alphabet = "0123456789-:.TZ+ ";
  for (int round = 0; round < 20'000; ++round) {
    std::string text = "2026-06-09T14:00:00.000+02:00";
    for (std::size_t changes = 1 + random() % 4; changes > 0; --changes)
      text[random() % text.size()] = alphabet[random() % alphabet.size()];
    if (const auto t = parse_time(text)) REQUIRE(format_time(*t).size() == 24);
  }
}

TEST_CASE("the form for display") {
  CHECK(format_time_for_people(*parse_time("2026-06-09T14:05:59.999Z")) == "2026-06-09 14:05 UTC");
  const struct {
    std::chrono::microseconds duration;
    const char* text;
  } cases[] = {{0us, "0 seconds"},    {-5s, "0 seconds"},  {999ms, "0 seconds"},   {1s, "1 second"},        {90s, "90 seconds"},
               {119s, "119 seconds"}, {120s, "2 minutes"}, {59min, "59 minutes"},  {119min, "119 minutes"}, {2h, "2 hours"},
               {47h, "47 hours"},     {48h, "2 days"},     {24h * 365, "365 days"}};
  for (const auto& c : cases) CHECK(format_duration_for_people(c.duration) == c.text);
}
