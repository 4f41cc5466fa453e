// Numbers that are used once: ticket numbers, positions of comments. Thread: that of the Database.
#pragma once
#include <cstdint>
#include <string_view>

#include "host-sim/store/database.hpp"

namespace picket::store {

// Takes `count` consecutive numbers within the caller's transaction and returns the first. A new sequence begins with `first`. Other
// sessions wait for numbers of this sequence until the transaction ends.
[[nodiscard]] std::int64_t take_numbers(Database& db, std::string_view tenant, std::string_view name, std::size_t count,
                                        std::int64_t first);

}  // namespace picket::store
