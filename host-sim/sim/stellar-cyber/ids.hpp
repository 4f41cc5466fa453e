// Identifiers in the form of the product's database. Pure functions; any thread.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "host-sim/sim/server/random.hpp"
#include "picket/time.hpp"

namespace picket::sim::stellar_cyber {

// 24 hexadecimal digits, of cases and comments: the second in which it was made, then its number.
std::string object_id(Time at, std::uint64_t number);

// 32 hexadecimal digits, always the same for a name.
std::string id_of_name(std::string_view name);

}  // namespace picket::sim::stellar_cyber
