// What a cycle costs: requests, connections and memory.
#include <doctest/doctest.h>
#include <sys/resource.h>

#include "tests/e2e/bridge.hpp"

using namespace picket;
using namespace picket::e2e;

TEST_CASE("new cases cost at most 6 requests each and an idle cycle over 1000 linked tickets at most 20 to each side in under 100 MB") {
  constexpr std::uint64_t cases = 1000;
  Bridge bridge(
      {.vendor_options = {"--cases", std::to_string(cases), "--tenants", "5", "--alerts", "3", "--closed-percent", "0", "--days", "5"}});
  bridge.cycle();
  const std::uint64_t requests = bridge.vendor().requests() + bridge.halo().requests();
  CHECK(requests <= 6 * cases);
  CHECK(bridge.tickets().size() == cases);
  for (Side* side : {&bridge.vendor(), &bridge.halo()}) CHECK(json::integer_at(side->stats(), "connections").value_or(1000) <= 50);
  for (int i = 0; i < 3; ++i) {
    bridge.vendor().reset_stats();
    bridge.halo().reset_stats();
    const json::object cycle = bridge.cycle();
    CAPTURE(json::to_string(cycle));
    CHECK(bridge.vendor().requests() <= 20);
    CHECK(bridge.halo().requests() <= 20);
  }
  CHECK(bridge.tickets().size() == cases);
  rusage usage{};
  getrusage(RUSAGE_CHILDREN, &usage);
  CHECK(usage.ru_maxrss < 100 * 1024);  // kilobytes, of the largest that has ended: picket
}
