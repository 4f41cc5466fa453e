// The tables. Columns are those of the PSA that Picket's data model was made for; names that begin with picket_ are our own.
#pragma once
#include "host-sim/store/database.hpp"

namespace picket::store {

inline constexpr int schema_version = 1;

// Creates the tables or brings them up to date; does nothing when they are. Safe when several processes start at once. Throws
// Error(unsupported) when the database was made by a newer Picket.
void migrate(Database& db, Time now);

}  // namespace picket::store
