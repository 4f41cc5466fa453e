// The old container's links become Picket's: no case that has a ticket gets another one. Thread: that of the Database.
#pragma once
#include <cstdint>
#include <string>

#include "host-sim/psa/psa_sync.hpp"
#include "host-sim/migration/old_database.hpp"
#include "host-sim/store/database.hpp"

namespace picket::migration {

struct ImportInto {
  std::string tenant;
  std::string integration_id;
  std::string provider;
  std::string psa;  // "halopsa"
  psa::PsaDefaults defaults;
};

struct OldImport {
  std::uint64_t open = 0;
  std::uint64_t closed = 0;
  std::uint64_t known = 0;  // left out, since Picket knows the case or the ticket already
};

// Whether this tenant's import is done.
bool is_imported(store::Database& db, const std::string& tenant);

// All of it and the record that it is done, or nothing, in one transaction; a second time it does nothing. Throws Error(invalid) if the
// PSA has no default client, board or statuses.
OldImport import_old_links(store::Database& db, const ImportInto& into, const OldLinks& old, const std::string& file, Time now);

}  // namespace picket::migration
