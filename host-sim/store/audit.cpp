#include "host-sim/store/audit.hpp"

#include "host-sim/store/sequences.hpp"
#include "host-sim/store/uuid.hpp"
#include "sdk/common/time_text.hpp"

namespace picket::store {

void write_audit(Database& db, std::string_view tenant, std::string_view action, std::string_view subject, std::string_view detail,
                 Time now) {
  const auto write = [&] {
    const std::string position = std::to_string(take_numbers(db, tenant, "audit", 1, 1));
    db.execute(R"(INSERT INTO picket_audit (tenant, audit_id, at, action, subject, detail, picket_position)
                  VALUES (?, ?, ?, ?, ?, ?, ?))",
               {tenant, new_uuid(), format_time(now), action, subject, detail, position});
  };
  if (db.in_transaction()) return write();
  Transaction transaction(db);
  write();
  transaction.commit();
}

}  // namespace picket::store
