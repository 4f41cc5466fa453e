#include "sdk/host/http/retry.hpp"

#include <doctest/doctest.h>

using namespace picket;
using namespace picket::host;
using namespace std::chrono_literals;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

TEST_CASE("the back-off doubles up to its limit and is drawn from its upper half") {
  const RetryPolicy policy{.max_attempts = 9, .first_backoff = 500ms, .max_backoff = 5s};
  const milliseconds full[] = {500ms, 1s, 2s, 4s, 5s, 5s};
  for (int number = 1; number <= 6; ++number) {
    CAPTURE(number);
    CHECK((backoff(policy, number, 0.0) == full[number - 1] / 2));
    CHECK((backoff(policy, number, 0.5) == full[number - 1] * 3 / 4));
    CHECK((backoff(policy, number, 0.999) < full[number - 1]));
  }
  CHECK((backoff(policy, 1'000'000, 0.0) == 2500ms));
  CHECK((backoff({.max_attempts = 5, .first_backoff = 10s, .max_backoff = 1s}, 1, 0.0) == 500ms));
}

TEST_CASE("when a request is repeated") {
  const RetryPolicy policy{.max_attempts = 3, .first_backoff = 1s, .max_backoff = 30s};
  struct Case {
    const char* what;
    Attempt attempt;
    nanoseconds remaining;
    std::optional<milliseconds> expected;  // with random 0: half of the full back-off
  };
  using enum AttemptEnd;
  const std::optional<milliseconds> no{};
  const Case cases[] = {
      {"success", {1, answered, 200, true, {}}, 1h, no},
      {"not found", {1, answered, 404, true, {}}, 1h, no},
      {"redirect", {1, answered, 302, true, {}}, 1h, no},
      {"not implemented", {1, answered, 501, true, {}}, 1h, no},
      {"version not supported", {1, answered, 505, true, {}}, 1h, no},
      {"no HTTP code at all", {1, answered, 600, true, {}}, 1h, no},
      {"520, a proxy's own", {1, answered, 520, true, {}}, 1h, 500ms},
      {"599", {1, answered, 599, true, {}}, 1h, 500ms},
      {"write: 520", {1, answered, 520, false, {}}, 1h, no},
      {"500", {1, answered, 500, true, {}}, 1h, 500ms},
      {"502", {1, answered, 502, true, {}}, 1h, 500ms},
      {"503", {1, answered, 503, true, {}}, 1h, 500ms},
      {"504", {1, answered, 504, true, {}}, 1h, 500ms},
      {"second attempt", {2, answered, 503, true, {}}, 1h, 1s},
      {"last attempt", {3, answered, 503, true, {}}, 1h, no},
      {"last attempt, network", {3, not_sent, 0, true, {}}, 1h, no},
      {"Retry-After", {1, answered, 503, true, 7s}, 1h, 7s},
      {"Retry-After shorter than the back-off", {2, answered, 503, true, 0ms}, 1h, 1s},
      {"Retry-After fits exactly not", {1, answered, 503, true, 7s}, 7s, no},
      {"Retry-After just fits", {1, answered, 503, true, 7s}, 7s + 1ns, 7s},
      {"no time left", {1, answered, 503, true, {}}, 400ms, no},
      {"past the deadline", {1, maybe_sent, 0, true, {}}, -1s, no},
      {"connect failure", {1, not_sent, 0, true, {}}, 1h, 500ms},
      {"lost answer", {1, maybe_sent, 0, true, {}}, 1h, 500ms},
      {"untrusted certificate", {1, refused, 0, true, {}}, 1h, no},
      {"too large", {1, unusable, 0, true, {}}, 1h, no},
      {"write: 500", {1, answered, 500, false, {}}, 1h, no},
      {"write: 503 with Retry-After", {1, answered, 503, false, 1s}, 1h, no},
      {"write: connect failure", {1, not_sent, 0, false, {}}, 1h, 500ms},
      {"write: lost answer", {1, maybe_sent, 0, false, {}}, 1h, no},
  };
  for (const Case& c : cases) {
    CAPTURE(std::string{c.what});
    const auto wait = retry_wait(policy, c.attempt, c.remaining, 0.0);
    CHECK((wait == (c.expected ? std::optional<nanoseconds>{*c.expected} : std::nullopt)));
  }
}

TEST_CASE("a wait ends at the end of time at the latest") {
  CHECK(later(5, 7ns) == 12);
  CHECK(later(INT64_MAX - 5, 7ns) == INT64_MAX);
  CHECK(later(INT64_MIN, 7ns) == INT64_MIN + 7);
}

TEST_CASE("what a failure means in the end") {
  using enum AttemptEnd;
  for (const bool repeatable : {true, false}) {
    CHECK(final_status(answered, repeatable) == Status::ok);
    CHECK(final_status(not_sent, repeatable) == Status::unavailable);
    CHECK(final_status(refused, repeatable) == Status::unavailable);
  }
  CHECK(final_status(maybe_sent, true) == Status::unavailable);
  CHECK(final_status(maybe_sent, false) == Status::unknown_outcome);
  CHECK(final_status(unusable, true) == Status::unavailable);
  CHECK(final_status(unusable, false) == Status::unknown_outcome);
}
