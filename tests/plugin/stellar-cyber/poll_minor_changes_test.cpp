// What does not deserve a note of its own: counts and scores that grow, and a clock of ours that jumps.
#include "tests/plugin/stellar-cyber/bench.hpp"

using namespace stellar::test;
using namespace std::chrono_literals;

namespace {

struct Growing : Started {
  Growing() {
    vendor.add_case("c1")["score"] = 20.0;
    vendor.row("c1")["size"] = 2;
    poll();
  }
  // Five minutes later the case has one alert more.
  void grow() {
    clock.advance(5min);
    ++alerts;
    vendor.change("c1", {{"score", 20 + alerts / 10.0}, {"size", alerts}});
    poll();
  }
  const Ticket& ticket() const { return psa.ticket_of("c1"); }
  int alerts = 2;
};

}  // namespace

TEST_CASE("a case that grows by an alert in each of twelve cycles gets one note, an hour after the first") {
  Growing b;
  for (int cycle = 0; cycle < 12; ++cycle) {
    b.grow();
    CHECK(b.ticket().updates() == 0);
  }
  b.clock.advance(5min);
  CHECK(b.poll().report.noted == 1);
  REQUIRE(b.ticket().updates() == 1);
  CHECK(contains(b.ticket().notes.back(), "**Score:** 20 → 21\\.4"));
  CHECK(contains(b.ticket().notes.back(), "**Alerts:** 2 → 14"));
  for (int quiet = 0; quiet < 20; ++quiet) {
    b.clock.advance(5min);
    b.poll();
  }
  CHECK(b.ticket().updates() == 1);
  CHECK_FALSE(b.psa.alert("c1").incomplete);
}

TEST_CASE("a change that matters is noted at once and takes along what was gathered") {
  Growing b;
  b.grow();
  b.clock.advance(5min);
  b.vendor.change("c1", {{"severity", "Critical"}});
  b.poll();
  REQUIRE(b.ticket().updates() == 1);
  CHECK(contains(b.ticket().notes.back(), "**Severity:** High → Critical"));
  CHECK(contains(b.ticket().notes.back(), "**Alerts:** 2 → 3"));
  for (int quiet = 0; quiet < 20; ++quiet) {
    b.clock.advance(5min);
    b.poll();
  }
  CHECK(b.ticket().updates() == 1);
}

TEST_CASE("counts that return to what the ticket shows are no news") {
  Growing b;
  b.grow();
  b.clock.advance(5min);
  b.vendor.change("c1", {{"score", 20.0}, {"size", 2}});
  b.poll();
  b.clock.advance(2h);
  b.poll();
  CHECK(b.ticket().updates() == 0);
}

TEST_CASE("gatherMinorChangesMinutes 0 notes each") {
  Growing b;
  b.set("gatherMinorChangesMinutes", 0);
  b.grow();
  b.grow();
  CHECK(b.ticket().updates() == 2);
}

TEST_CASE("our clock jumps back by a day and returns: no ticket gets a note") {
  Started b;
  b.add_cases(1, 5);
  b.poll();
  for (const auto jump : {-24h, 24h}) {
    b.clock.advance(jump);
    for (int poll = 0; poll < 3; ++poll) {
      b.clock.advance(5min);
      CHECK(b.poll().report.noted == 0);
    }
  }
  CHECK(b.psa.tickets.size() == 5);
  b.vendor.change("c3", {{"severity", "Critical"}});
  CHECK(b.poll().report.noted == 1);
}
