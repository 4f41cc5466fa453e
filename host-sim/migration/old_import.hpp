// The old container's links become Picket's: no case that has a ticket gets another one. Thread: that of the Database.
#pragma once
#include <cstdint>
#include <string>

#include "host-sim/migration/old_database.hpp"
#include "host-sim/psa/psa_sync.hpp"
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
  std::uint64_t known = 0;  // left out because Picket knows the case or the ticket already
};

// Whether this tenant's links have been imported.
[[nodiscard]] bool is_imported(store::Database& db, const std::string& tenant);

// Writes the links and the record of the import in one transaction; does nothing the second time. Throws Error(invalid) if the PSA has no
// default client, board or statuses.
[[nodiscard]] OldImport import_old_links(store::Database& db, const ImportInto& into, const OldLinks& old, const std::string& file,
                                         Time now);

}  // namespace picket::migration
