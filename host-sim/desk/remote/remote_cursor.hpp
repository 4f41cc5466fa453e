// How far a tenant's changes in a remote PSA have been read (picket_remote_cursors). Thread: that of the Database.
#pragma once
#include <optional>
#include <string_view>

#include "host-sim/store/database.hpp"

namespace picket::desk {

struct RemoteCursor {
  Time changed_since;              // the next look begins here
  std::optional<Time> held_since;  // since when a ticket that cannot be read keeps it back
};

std::optional<RemoteCursor> read_remote_cursor(store::Database& db, std::string_view tenant, std::string_view desk);
// Within the caller's transaction.
void write_remote_cursor(store::Database& db, std::string_view tenant, std::string_view desk, const RemoteCursor& cursor, Time now);

}  // namespace picket::desk
