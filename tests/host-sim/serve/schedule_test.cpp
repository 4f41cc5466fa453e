#include "host-sim/serve/schedule.hpp"

#include <doctest/doctest.h>

using namespace picket;
using namespace picket::serve;
using namespace std::chrono_literals;

TEST_CASE("cycles begin an interval apart, at once after one that took longer") {
  Schedule schedule(300s);
  const Time t{};
  CHECK((schedule.next(t, t + 2s, false, {}) == t + 300s));
  CHECK((schedule.next(t, t + 400s, false, {}) == t + 400s + 100ms));
}

TEST_CASE("the first cycle waits for the rest of the interval since the last poll, also one of another process") {
  const Schedule schedule(300s);
  const Time now{10h};
  const struct {
    const char* what;
    LastPoll last;
    Time first;
  } cases[] = {
      {"never polled", {}, now},
      {"polled just now", {.completed = now}, now + 300s},
      {"polled two minutes ago", {.completed = now - 120s}, now + 180s},
      {"polled an interval ago", {.completed = now - 300s}, now},
      {"polled long ago", {.completed = now - 5h}, now},
      {"polled in the future: the clock was set back", {.completed = now + 1h}, now},
      {"failed since, interrupted, or a sweep is wanted", {.completed = now - 1s, .is_wanted_now = true}, now},
  };
  for (const auto& c : cases) {
    CAPTURE(c.what);
    CHECK((schedule.first(c.last, now) == c.first));
  }
}

TEST_CASE("after a failure sooner, doubling up to the interval, and from the start again after a success") {
  Schedule schedule(300s);
  const Time t{};
  for (const auto pause : {30s, 60s, 120s, 240s, 300s, 300s}) CHECK((schedule.next(t, t + 1s, true, {}) == t + 1s + pause));
  CHECK((schedule.next(t, t, false, {}) == t + 300s));
  CHECK((schedule.next(t, t, true, {}) == t + 30s));
}

TEST_CASE("what the other side asks for is waited for, up to the interval") {
  Schedule schedule(300s);
  const Time t{};
  CHECK((schedule.next(t, t, true, 90s) == t + 90s));
  CHECK((schedule.next(t, t, true, 1s) == t + 60s));
  CHECK((schedule.next(t, t, true, 24h) == t + 300s));
}

TEST_CASE("an interval shorter than the first pause stays the longest") {
  Schedule schedule(3s);
  const Time t{};
  CHECK((schedule.next(t, t, true, {}) == t + 3s));
  CHECK((schedule.next(t, t, true, {}) == t + 3s));
}
