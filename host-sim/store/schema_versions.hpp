// The statements that turn each version of the schema into the next. Pure; any thread.
#pragma once
#include <string>
#include <vector>

#include "host-sim/store/database.hpp"

namespace picket::store {

// Creates the table that records which versions were applied, unless it exists.
std::string schema_table_ddl(Backend backend);

// The statements that turn version - 1 into `version` (1 to schema_version).
std::vector<std::string> statements_to_version(int version, Backend backend);

// Every table of every version, each after those that it refers to.
std::vector<std::string> all_tables();

}  // namespace picket::store
