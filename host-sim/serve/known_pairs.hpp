// What the database already knows of pairs: whether this one is the one that its INSTANCE_KEY stands for, and whether another one is the
// same. Nothing is written. Thread: that of the Database.
#pragma once
#include <string>
#include <vector>

#include "host-sim/config/configuration.hpp"
#include "host-sim/store/database.hpp"
#include "host-sim/store/tenant_psa.hpp"

namespace picket::serve {

// Why this INSTANCE_KEY cannot be used with the configured PSA, seen the PSA that it was used with before; empty if it can.
std::string words_for_other_psa(const config::Configuration&, const store::TenantPsa& before);

// Of other instances with the same PSA and the same vendor in this database: a sentence each.
std::vector<std::string> words_for_same_pairs(store::Database&, const config::Configuration&);

// Both, for a database that may have no tables yet, or those of an older Picket.
struct KnownPairs {
  std::string problem;  // empty: none
  std::vector<std::string> warnings;
};
KnownPairs look_at_known_pairs(store::Database&, const config::Configuration&);

}  // namespace picket::serve
