// Comments that Picket itself writes on a ticket. Within the caller's transaction. Thread: that of the Database.
#pragma once
#include <string>
#include <string_view>

#include "host-sim/store/database.hpp"

namespace picket::tickets {

// The ticket's oldest thread of comments, made if there is none.
[[nodiscard]] std::string thread_of(store::Database& db, std::string_view tenant, std::string_view ticket_id, Time now);

// Adds an internal comment in CommonMark; returns its id.
[[nodiscard]] std::string add_system_comment(store::Database& db, std::string_view tenant, std::string_view ticket_id,
                                             std::string_view note, Time now);

}  // namespace picket::tickets
