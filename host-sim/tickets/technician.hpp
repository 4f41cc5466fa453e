// What technicians do on tickets: write a note, change priority or assignee, close, reopen. Each function writes the tables and queues the
// event for the vendor within the caller's transaction; one that changes nothing queues nothing.
//
// For what technicians do with the commands or in a remote PSA. Never for what Picket does itself, so that nothing from a vendor is ever
// reported back to it. Each locks its ticket until the transaction ends: of two transactions that lock the same tickets in different order,
// one fails as unavailable. Thread: that of the Database.
#pragma once
#include <string>
#include <string_view>

#include "host-sim/store/database.hpp"

namespace picket::tickets {

struct Technician {
  std::string_view tenant;
  std::string_view name;  // empty = not known
  Time at;                // when it was done
  Time now;
};

// Each throws Error(not_found) if there is no such ticket, and returns whether anything changed.
// `text` is plain text; an empty one changes nothing.
[[nodiscard]] bool write_note(store::Database& db, const Technician&, std::string_view ticket_id, std::string_view text);
[[nodiscard]] bool set_priority(store::Database& db, const Technician&, std::string_view ticket_id, std::string_view priority_id);
// `user_name` is empty for nobody.
[[nodiscard]] bool set_assignee(store::Database& db, const Technician&, std::string_view ticket_id, std::string_view user_name);
[[nodiscard]] bool close_ticket(store::Database& db, const Technician&, std::string_view ticket_id, std::string_view status_id,
                                std::string_view closure_note);
[[nodiscard]] bool reopen_ticket(store::Database& db, const Technician&, std::string_view ticket_id);

}  // namespace picket::tickets
