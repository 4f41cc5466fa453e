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
