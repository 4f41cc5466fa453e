// How far a tenant's changes in a remote PSA have been read (picket_remote_cursors). Thread: that of the Database.
#pragma once
#include <optional>
#include <string_view>

#include "host-sim/psa/sync_context.hpp"
#include "host-sim/store/database.hpp"

namespace picket::psa {

struct PullCursor {
  Time changed_since;              // the next look begins here
  std::optional<Time> held_since;  // since when a ticket that cannot be read keeps it back
};

std::optional<PullCursor> read_remote_cursor(store::Database& db, std::string_view tenant, std::string_view psa);
// Writes one if there is none: a little before now, so that nothing is lost of what people do from now on, however late the first look
// comes. In a transaction of its own.
PullCursor begin_remote_cursor(const SyncContext& work);
// Within the caller's transaction.
void write_remote_cursor(store::Database& db, std::string_view tenant, std::string_view psa, const PullCursor& cursor, Time now);

}  // namespace picket::psa
