#include "host-sim/serve/cycle_log.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "tests/support/collected_log.hpp"

using namespace picket;
using namespace picket::serve;
using namespace std::chrono_literals;

namespace {

CycleReport cycle(std::chrono::minutes at) {
  CycleReport r;
  r.psa = "HaloPSA";
  r.begun = r.ended = Time{} + std::chrono::hours(1000) + at;
  r.steps_done = {"reading"};
  return r;
}

}  // namespace

TEST_CASE("a failure is logged once, when it changes, and when it is over") {
  test::CollectedLog lines;
  CycleLog log(lines, "");
  CycleReport bad = cycle(0min);
  bad.steps_done.clear();
  bad.errors.push_back({"reading", "it is away", false});
  log.write(bad);
  CHECK(lines.take() == std::vector<std::string>{"reading failed: it is away; it is tried again"});
  log.write(bad);
  CHECK(lines.take().empty());
  bad.errors[0].message = "wrong password";
  log.write(bad);
  CHECK(lines.take().size() == 1);
  CycleReport elsewhere = cycle(5min);
  elsewhere.steps_done = {"other"};  // not tried this time
  log.write(elsewhere);
  CHECK(lines.take().empty());
  log.write(cycle(10min));
  CHECK(lines.take() == std::vector<std::string>{"reading works again"});
}

TEST_CASE("single failures are logged once as long as they last") {
  test::CollectedLog lines;
  CycleLog log(lines, "");
  CycleReport r = cycle(0min);
  r.delivery.errors = {"ticket 7: refused"};
  log.write(r);
  log.write(r);
  CHECK(lines.take() == std::vector<std::string>{"a delivery failed: ticket 7: refused"});
  log.write(cycle(1min));
  log.write(r);
  CHECK(lines.take().size() == 1);
}

TEST_CASE("one line for what was done, one an hour for nothing") {
  test::CollectedLog lines;
  CycleLog log(lines, "");
  CycleReport r = cycle(0min);
  r.delivery.tickets = 2;
  r.vendor_requests = 4;
  r.psa_requests = 3;
  log.write(r);
  CHECK(lines.take() == std::vector<std::string>{"cycle: 2 tickets opened (4 requests to the vendor, 3 to HaloPSA, 0.0 s)"});
  for (int minutes = 5; minutes < 60; minutes += 5) log.write(cycle(std::chrono::minutes(minutes)));
  CHECK(lines.take().empty());
  log.write(cycle(60min));
  CHECK(lines.take() == std::vector<std::string>{"12 cycles without anything new"});
  log.write(cycle(65min));
  CHECK(lines.take().empty());
}
