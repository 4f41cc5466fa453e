// A remote PSA's directory -> the tables that mapping and routing work on. Thread: that of the Database.
#pragma once
#include <string_view>

#include "host-sim/psa/psa_sync.hpp"

namespace picket::psa {

// In one transaction. An entity is known by its id there; one that is new takes over a row of ours with the same name, or gets a new one.
// Rows that are right already are not written.
PsaDefaults write_directory(store::Database& db, std::string_view tenant, std::string_view psa, const RemoteDirectory& directory,
                             Time now);

}  // namespace picket::psa
