// Reads the form of a technician's act. Pure function; any thread.
#pragma once
#include <string>

#include "sdk/common/json.hpp"

namespace picket::sim::halopsa {

// Throws Error(invalid), whose message begins with `where`, if this cannot be an act whatever tickets there are.
void check_act(const json::object& act, const std::string& where);

}  // namespace picket::sim::halopsa
