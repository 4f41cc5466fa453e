// What the database already knows of pairs: whether this one is the one that its INSTANCE_KEY stands for, and whether another one is the
// same. Nothing is written. Thread: that of the Database.
#pragma once
#include <string>
#include <vector>

#include "host-sim/serve/configuration.hpp"
#include "host-sim/store/database.hpp"
#include "host-sim/store/tenant_desk.hpp"

namespace picket::serve {

// Why this INSTANCE_KEY cannot be used with the configured desk, seen the desk that it was used with before; empty if it can.
std::string words_for_other_desk(const Configuration&, const store::TenantDesk& before);

// Of other instances with the same desk and the same vendor in this database: a sentence each.
std::vector<std::string> words_for_same_pairs(store::Database&, const Configuration&);

// Both, for a database that may have no tables yet, or those of an older Picket.
struct KnownPairs {
  std::string problem;  // empty: none
  std::vector<std::string> warnings;
};
KnownPairs look_at_known_pairs(store::Database&, const Configuration&);

}  // namespace picket::serve
