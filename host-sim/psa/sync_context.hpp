// What a delivery or a pull works with. Thread: that of the Database.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "host-sim/psa/psa.hpp"
#include "host-sim/store/database.hpp"
#include "host-sim/store/leases.hpp"
#include "sdk/host/clock.hpp"
#include "sdk/host/services.hpp"

namespace picket::psa {

struct SyncContext {
  Psa& psa;
  store::Database& db;
  const std::string& tenant;
  host::Clock& clock;
  host::Log& log;
  const host::Call& call;
  store::Lease* lease;  // may be null

  // Runs `write(now)` in one fenced transaction.
  template <class Write>
  void record(Write&& write) const {
    store::FencedTransaction transaction(db, lease);
    write(clock.now());
    transaction.commit();
  }
};

// A report lists at most ten errors.
inline void add_error(std::vector<std::string>& errors, std::string error) {
  constexpr std::size_t most = 10;
  if (errors.size() < most) errors.push_back(std::move(error));
}

}  // namespace picket::psa
