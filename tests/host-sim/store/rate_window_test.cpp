#include "host-sim/store/rate_window.hpp"

#include <doctest/doctest.h>

#include "tests/support/postgres/storages.hpp"

using namespace picket;
using namespace picket::store;
using namespace std::chrono_literals;

TEST_CASE("requests count from their grant until a window after they were done") {
  const Time t = test::test_start();
  RateWindow w(3, 60s);
  CHECK(w.acquire(2, 1, t).count == 2);
  CHECK(w.acquire(5, 2, t).count == 1);
  CHECK(w.acquire(1, 3, t).count == 0);
  CHECK(w.acquire(1, 3, t + 61s).count == 0);  // none was done
  const FinishedRequest done[] = {{1, t + 10s}};
  w.finish(done);
  CHECK(w.counted(t + 69s) == 3);
  const auto refused = w.acquire(1, 3, t + 69s);
  CHECK(refused.count == 0);
  CHECK(refused.wait >= 1s);
  CHECK(refused.wait <= 3s);
  CHECK(w.counted(t + 72s) == 2);
  CHECK(w.acquire(9, 4, t + 72s).count == 1);
}

TEST_CASE("what a process left behind stops counting after the window and two minutes") {
  const Time t = test::test_start();
  RateWindow w(1, 60s);
  CHECK(w.acquire(1, 1, t).count == 1);
  CHECK(w.acquire(1, 2, t + 180s).count == 0);
  CHECK(w.acquire(1, 2, t + 181s).count == 1);
}

TEST_CASE("the state survives as text, damage counts as nothing, and a clock set back does not block for long") {
  const Time t = test::test_start();
  RateWindow w(10, 60s);
  w.acquire(4, 7, t);
  const FinishedRequest done[] = {{7, t}, {7, t}};
  w.finish(done);
  RateWindow copy(10, 60s);
  copy.parse(w.to_text());
  CHECK(copy.to_text() == w.to_text());
  CHECK(copy.counted(t) == 4);
  copy.parse("g x");
  CHECK(copy.counted(t) == 0);
  copy.parse(w.to_text());
  CHECK(copy.counted(t - 24h) == 4);
  CHECK(copy.counted(t - 24h + 182s) == 0);
}

TEST_CASE("a clock set back makes what is done count for one more window, not longer; one set forward by the margin exceeds no limit") {
  const Time t = test::test_start();
  RateWindow w(1, 60s);
  const auto grant_and_finish = [&](Time at) {
    CHECK(w.acquire(1, 1, at).count == 1);
    const FinishedRequest done[] = {{1, at}};
    w.finish(done);
  };
  grant_and_finish(t);
  CHECK(w.counted(t - 1h) == 1);
  CHECK(w.counted(t - 1h + 61s) == 1);
  CHECK(w.counted(t - 1h + 62s) == 0);
  grant_and_finish(t);
  CHECK(w.counted(t + 60s + 999ms) == 1);  // in truth 60 s have not passed: the clock is 999 ms ahead
}
