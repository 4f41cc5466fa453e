// What people do on tickets: a note, another priority, another assignee, closing, reopening. Each writes the tables and queues the event
// for the vendor, within the caller's transaction; an act that changes nothing queues nothing.
//
// Used by the commands that let a person work on the local PSA, and by a remote PSA for what people did there. Never used for what
// Picket does itself, so nothing that came from a vendor is ever told back to it. Each locks its ticket until the transaction ends: one
// transaction for several tickets can meet another one half-way, and then one of the two fails as unavailable. Thread: that of the
// Database.
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
bool write_note(store::Database& db, const Technician&, std::string_view ticket_id, std::string_view text);  // plain text; empty: nothing
bool set_priority(store::Database& db, const Technician&, std::string_view ticket_id, std::string_view priority_id);
bool set_assignee(store::Database& db, const Technician&, std::string_view ticket_id, std::string_view user_name);  // empty = nobody
bool close_ticket(store::Database& db, const Technician&, std::string_view ticket_id, std::string_view status_id,
                  std::string_view closure_note);
bool reopen_ticket(store::Database& db, const Technician&, std::string_view ticket_id);

}  // namespace picket::PSA
