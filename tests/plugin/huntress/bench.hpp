// The Huntress provider between the simulated Huntress and a PSA in memory. Thread: one.
#pragma once
#include "tests/plugin/huntress/account.hpp"
#include "tests/plugin/support/provider_bench.hpp"

namespace huntress::test {

using picket::test::contains;
using picket::test::Polled;
using picket::test::Ticket;

class Bench : public picket::test::ProviderBench {
 public:
  Bench();

  std::string cursor() const { return psa.cursors.contains("incidents") ? psa.cursors.at("incidents") : std::string{}; }
  // The incident changes: its updated_at becomes now.
  Account::Incident change(std::int64_t id);

  Account vendor{clock};

 protected:
  picket::host::Http& http() override { return vendor; }
};

// The first poll, of nothing: cursors stand, no sweep is due.
struct Started : Bench {
  Started() { poll(); }
};

}  // namespace huntress::test
