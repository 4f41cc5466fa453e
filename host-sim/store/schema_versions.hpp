// The statements that make each version of the schema out of the one before. Pure; any thread.
#pragma once
#include <string>
#include <vector>

#include "host-sim/store/database.hpp"

namespace picket::store {

// The table that remembers which versions were applied; does nothing where it exists.
std::string schema_table_ddl(Backend backend);

// What turns version - 1 into `version` (1 to schema_version).
std::vector<std::string> statements_to_version(int version, Backend backend);

// Every table of every version; one that refers to another comes after it.
std::vector<std::string> all_tables();

}  // namespace picket::store
