#include "sdk/lifecycle/walk.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace picket;
using namespace std::chrono_literals;
using lifecycle::Walk;

namespace {

using Times = std::vector<std::optional<Time>>;
const Time now = Time{} + std::chrono::days{20'000};
const Time cursor = now - 1h;

Walk incremental() { return Walk({now, cursor}); }

}  // namespace

TEST_CASE("the first run reaches back over the backfill, later ones to the cursor and a minute") {
  CHECK(Walk({now, std::nullopt}).until() == now - std::chrono::days{7});
  CHECK(Walk({now, std::nullopt, 60s, std::chrono::days{30}}).until() == now - std::chrono::days{30});
  CHECK(incremental().until() == cursor - 60s);
}

TEST_CASE("pages are asked for until rows are older than the cursor and the overlap") {
  Walk walk = incremental();
  CHECK(walk.page(Times{now, now - 10min}, "a"));
  CHECK(walk.page(Times{cursor, cursor - 59s}, "b"));
  CHECK_FALSE(walk.page(Times{cursor - 60s, cursor - 61s, cursor - 62s}, "c"));
  CHECK(walk.complete());
  CHECK(walk.pages() == 3);
}

TEST_CASE("no number of pages ends a walk") {
  Walk walk = incremental();
  for (int i = 0; i < 1000; ++i) REQUIRE(walk.page(Times{now, now}, "token" + std::to_string(i)));
  CHECK_FALSE(walk.complete());
}

TEST_CASE("the last page completes a walk, however new its rows are") {
  Walk walk = incremental();
  CHECK_FALSE(walk.page(Times{now}, ""));
  CHECK(walk.complete());
  Walk empty = incremental();
  CHECK_FALSE(empty.page(Times{}, ""));
  CHECK(empty.complete());
}

TEST_CASE("a time that cannot be read, or lies in the year 2099, ends nothing") {
  const Time far = Time{} + std::chrono::days{47'000};
  CHECK(Walk::plausible(far, now) == std::nullopt);
  CHECK(Walk::plausible(now + 4min, now) == now + 4min);
  Walk walk = incremental();
  CHECK(walk.page(Times{far, now, std::nullopt}, "a"));
  CHECK(walk.page(Times{std::nullopt, std::nullopt}, "b"));
  CHECK(walk.page(Times{now, far}, "c"));
  CHECK_FALSE(walk.page(Times{cursor - 2min, std::nullopt, cursor - 3min}, "d"));
  CHECK(walk.complete());
}

TEST_CASE("one old date among new ones ends nothing either") {
  Walk walk = incremental();
  CHECK(walk.page(Times{now, Time{}, now - 1min}, "a"));
  CHECK(walk.page(Times{now, now - 1min, Time{}}, "b"));
}

TEST_CASE("a page token that repeats ends the walk as incomplete") {
  Walk walk = incremental();
  CHECK(walk.page(Times{now}, "same"));
  CHECK_FALSE(walk.page(Times{now}, "same"));
  CHECK(walk.token_repeated());
  CHECK_FALSE(walk.complete());
}
