// What does not deserve a note of its own: counts that grow, an update of nothing that is shown, and a clock of ours that jumps.
#include "tests/plugin/huntress/bench.hpp"

using namespace huntress::test;
using namespace std::chrono_literals;

TEST_CASE("counts that grow are gathered into one note, an hour after the first; what matters takes them along") {
  Started b;
  b.vendor.add_incident(1, b.at(-10min));
  b.poll();
  const Ticket& t = b.psa.ticket_of(1);
  const auto grow = [&](int processes) {
    b.clock.advance(5min);
    b.change(1)["indicator_counts"] = json::object{{"process_detections", processes}};
    b.poll();
  };
  for (int processes = 1; processes <= 12; ++processes) grow(processes);
  CHECK(t.updates() == 0);
  b.clock.advance(5min);
  b.poll();
  REQUIRE(t.updates() == 1);
  CHECK(contains(t.notes.back(), "12"));
  grow(13);
  b.clock.advance(5min);
  b.change(1)["severity"] = "critical";
  b.poll();
  REQUIRE(t.updates() == 2);
  CHECK(contains(t.notes.back(), "**Severity:**"));
  CHECK(contains(t.notes.back(), "13"));
  b.clock.advance(2h);
  b.poll();
  CHECK(t.updates() == 2);
  b.set("gatherMinorChangesMinutes", 0);
  grow(14);
  CHECK(t.updates() == 3);
}

TEST_CASE("an update of nothing that is shown is no note") {
  Started b;
  b.vendor.add_incident(1, b.at(-10min));
  b.poll();
  b.clock.advance(5min);
  b.change(1);
  CHECK(b.poll().report.unchanged == 1);
  CHECK(b.psa.ticket_of(1).updates() == 0);
}

TEST_CASE("our clock jumps back by a day and returns: no ticket gets a note") {
  Started b;
  for (int id = 1; id <= 5; ++id) b.vendor.add_incident(id, b.at(-10min));
  b.poll();
  for (const auto jump : {-24h, 24h}) {
    b.clock.advance(jump);
    for (int poll = 0; poll < 3; ++poll) {
      b.clock.advance(5min);
      CHECK(b.poll(PICKET_POLL_SWEEP).report.noted == 0);
    }
  }
  CHECK(b.psa.tickets.size() == 5);
  b.change(3)["severity"] = "critical";
  CHECK(b.poll().report.noted == 1);
}
