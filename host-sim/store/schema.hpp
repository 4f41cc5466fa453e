// The tables. Columns are those of the PSA that Picket's data model was made for; names that begin with picket_ are our own.
#pragma once
#include "host-sim/store/database.hpp"

namespace picket::store {

inline constexpr int schema_version = 2;

// Creates the tables or brings them up to date; does nothing when they are. Safe when several processes start at once. Throws
// Error(unsupported) when the database was made by a newer Picket.
void migrate(Database& db, Time now);

// Drops all of Picket's tables with everything in them, in one transaction, and nothing else; migrate() makes new ones. No other process
// may be at work.
void wipe(Database& db);

}  // namespace picket::store
