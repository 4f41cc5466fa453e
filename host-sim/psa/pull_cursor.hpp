// How far a tenant's changes in a remote PSA have been read (picket_remote_cursors). Thread: that of the Database.
#pragma once
#include <optional>
#include <string_view>

#include "host-sim/psa/sync_context.hpp"
#include "host-sim/store/database.hpp"

namespace picket::psa {

struct PullCursor {
  Time changed_since;                   // where the next pull begins
  std::optional<Time> kept_back_since;  // by a ticket that cannot be read
};

std::optional<PullCursor> read_remote_cursor(store::Database& db, std::string_view tenant, std::string_view psa);
// Writes one if there is none, in a transaction of its own: a little before now, so that the first pull, however late it comes, finds all
// that technicians do from now on.
PullCursor begin_remote_cursor(const SyncContext& work);
// The zone that the PSA's times were last found to be in (Psa::zone_offset): begins a process with it, and keeps what it learned.
void begin_with_known_zone(const SyncContext& work);
void keep_zone(const SyncContext& work);
// Within the caller's transaction.
void write_remote_cursor(store::Database& db, std::string_view tenant, std::string_view psa, const PullCursor& cursor, Time now);

}  // namespace picket::psa
