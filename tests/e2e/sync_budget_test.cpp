// What a cycle costs: requests, connections and memory.
#include <doctest/doctest.h>
#include <sys/resource.h>

#include "tests/e2e/sync.hpp"

using namespace picket;
using namespace picket::e2e;

TEST_CASE("new cases cost at most 6 requests each and an idle cycle over 1000 linked tickets at most 20 to each side in under 100 MB") {
  constexpr std::uint64_t cases = 1000;
  SyncedPair sync(
      {.vendor_options = {"--cases", std::to_string(cases), "--tenants", "5", "--alerts", "3", "--closed-percent", "0", "--days", "5"}});
  sync.cycle();
  const std::uint64_t requests = sync.vendor().requests() + sync.halo().requests();
  CHECK(requests <= 6 * cases);
  CHECK(sync.tickets().size() == cases);
  for (Side* side : {&sync.vendor(), &sync.halo()}) CHECK(json::integer_at(side->stats(), "connections").value_or(1000) <= 50);
  for (int i = 0; i < 3; ++i) {
    sync.vendor().reset_stats();
    sync.halo().reset_stats();
    const json::object cycle = sync.cycle();
    CAPTURE(json::to_string(cycle));
    CHECK(sync.vendor().requests() <= 20);
    CHECK(sync.halo().requests() <= 20);
  }
  CHECK(sync.tickets().size() == cases);
  rusage usage{};
  getrusage(RUSAGE_CHILDREN, &usage);
  CHECK(usage.ru_maxrss < 100 * 1024);  // kilobytes, of the largest that has ended: picket
}
