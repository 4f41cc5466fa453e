// The tables. Columns are those of the PSA that Picket's data model was made for; names that begin with picket_ are our own.
#pragma once
#include "host-sim/store/database.hpp"

namespace picket::store {

inline constexpr int schema_version = 3;

// Creates the tables or brings them up to date. Safe when several processes start at once. Throws Error(unsupported) if a newer Picket made
// the database.
void migrate(Database& db, Time now);

// Whether the tables are there, of whatever version.
[[nodiscard]] bool has_tables(Database& db);

// Where Picket has no tables yet: a table that is in the way of one of them; empty if there is none.
[[nodiscard]] std::string foreign_table(Database& db);

// Drops all of Picket's tables and nothing else, in one transaction; migrate() makes new ones. No other process may use the database.
void wipe(Database& db);

}  // namespace picket::store
