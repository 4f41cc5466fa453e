// What the database already knows about pairs: whether an INSTANCE_KEY still means the same PSA, and whether another instance serves the
// same pair. Writes nothing. Thread: that of the Database.
#pragma once
#include <string>
#include <vector>

#include "host-sim/config/configuration.hpp"
#include "host-sim/store/database.hpp"
#include "host-sim/store/tenant_psa.hpp"

namespace picket::serve {

// Why the INSTANCE_KEY cannot be used with the configured PSA, given the PSA it was used with before; empty if it can.
[[nodiscard]] std::string words_for_other_psa(const config::Configuration&, const store::TenantPsa& before);

// A sentence for each other instance in this database with the same PSA and the same vendor.
[[nodiscard]] std::vector<std::string> words_for_same_pairs(store::Database&, const config::Configuration&);

// Both checks, for a database that may have no tables yet, or those of an older Picket.
struct KnownPairs {
  std::string problem;  // empty: none
  std::vector<std::string> warnings;
};
[[nodiscard]] KnownPairs look_at_known_pairs(store::Database&, const config::Configuration&);

}  // namespace picket::serve
