#include "sdk/host/http/sliding_window.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <queue>
#include <random>
#include <vector>

#include "picket/error.hpp"
#include "sdk/host/http/window_rate_limiter.hpp"

using namespace picket::host;
using namespace std::chrono_literals;

TEST_CASE("places are taken until a window after the answer") {
  SlidingWindow window(2, 100ns);
  CHECK(window.when(0) == 0);
  CHECK(window.grant(5, 0) == 2);
  CHECK(window.in_flight() == 2);
  CHECK(window.grant(1, 10) == 0);
  CHECK(window.when(10) == 110);  // no answer yet: this is the bound
  window.done(30);
  CHECK(window.when(30) == 130);
  window.done(50);
  CHECK(window.grant(1, 129) == 0);
  CHECK(window.when(129) == 130);
  CHECK(window.grant(2, 130) == 1);
  CHECK(window.when(131) == 150);
  CHECK(window.grant(2, 150) == 1);
  CHECK(window.grant(0, 150) == 0);
}

TEST_CASE("a window needs a limit and a length") {
  CHECK_THROWS_AS(SlidingWindow(0, 1s), picket::Error);
  CHECK_THROWS_AS(SlidingWindow(1, 0s), picket::Error);
  SlidingWindow window(1, 1s);
  CHECK_THROWS_AS(window.done(0), picket::Error);
}

// The vendor counts a request at some time between its sending and its answer. Whatever that time is, no window of its may hold more than
// the limit; and what may be sent is sent: the sender asks again exactly when the window said.
TEST_CASE("property: no window at the server holds more than the limit") {
  constexpr std::int64_t window_ns = 60'000'000'000;
  std::uint64_t sent_in_all = 0;
  for (unsigned seed = 0; seed < 60; ++seed) {
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    const auto below = [&](std::int64_t n) { return std::uniform_int_distribution<std::int64_t>(0, n - 1)(random); };
    const std::size_t limit = 1 + static_cast<std::size_t>(below(40));
    const std::int64_t longest_answer = 1 + below(seed % 3 == 0 ? 2 * window_ns : 5'000'000'000);
    const std::int64_t longest_gap = 1 + below(3'000'000'000);

    SlidingWindow window(limit, std::chrono::nanoseconds{window_ns});
    std::priority_queue<std::int64_t, std::vector<std::int64_t>, std::greater<>> answers;
    std::vector<std::int64_t> seen;
    std::int64_t now = 0;
    const auto pass_until = [&](std::int64_t t) {
      while (!answers.empty() && answers.top() <= t) {
        window.done(answers.top());
        answers.pop();
      }
      now = t;
    };
    while (seen.size() < 600) {
      const std::size_t wanted = 1 + static_cast<std::size_t>(below(8));
      const std::size_t granted = window.grant(wanted, now);
      REQUIRE(granted <= wanted);
      for (std::size_t i = 0; i < granted; ++i) {
        const std::int64_t answer = now + below(longest_answer);
        answers.push(answer);
        seen.push_back(now + below(answer - now + 1));
      }
      if (granted == 0) {
        const std::int64_t at = window.when(now);
        REQUIRE(at > now);
        pass_until(at);
      } else {
        pass_until(now + below(longest_gap));
      }
    }
    std::sort(seen.begin(), seen.end());
    for (std::size_t i = limit; i < seen.size(); ++i) REQUIRE(seen[i] - seen[i - limit] >= window_ns);
    sent_in_all += seen.size();
  }
  CHECK(sent_in_all >= 36'000);
}

TEST_CASE("the limiter of one process on a simulated clock") {
  SimulatedClock clock(picket::Time{});
  WindowRateLimiter limiter(clock, 3, 60s);
  const auto first = limiter.acquire(5);
  CHECK(first.count == 3);
  CHECK((limiter.acquire(1).wait == 60s));
  clock.advance(10s);
  limiter.done(first.token);
  CHECK(limiter.acquire(1).count == 0);
  CHECK((limiter.acquire(1).wait == 60s));
  clock.advance(59s);
  CHECK((limiter.acquire(1).wait == 1s));
  clock.advance(1s);
  CHECK(limiter.acquire(2).count == 1);
}
