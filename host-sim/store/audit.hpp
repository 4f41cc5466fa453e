// The audit trail: who did what with a connection (picket_audit). It never holds a secret. Thread: that of the Database.
#pragma once
#include <string_view>

#include "host-sim/store/database.hpp"

namespace picket::store {

// `action`: "connect", "orgs.map", ...; `subject`: what it was done to, as users read it.
void write_audit(Database& db, std::string_view tenant, std::string_view action, std::string_view subject, std::string_view detail,
                 Time now);

}  // namespace picket::store
