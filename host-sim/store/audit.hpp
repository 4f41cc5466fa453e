// Who did what with a connection: rows of picket_audit. Never a secret. Thread: that of the Database.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host-sim/store/database.hpp"

namespace picket::store {

struct AuditEntry {
  Time at;
  std::string action;   // "connect", "map", "settings", ...
  std::string subject;  // what it was done to, for people
  std::string detail;
};

void write_audit(Database& db, std::string_view tenant, std::string_view action, std::string_view subject, std::string_view detail,
                 Time now);
std::vector<AuditEntry> list_audit(Database& db, std::string_view tenant, std::size_t limit);  // newest first

}  // namespace picket::store
