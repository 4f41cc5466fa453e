// Times as Huntress writes them, and the relative ones of scenarios. Pure functions; any thread.
#pragma once
#include <string>

#include "picket/time.hpp"
#include "sdk/common/json.hpp"

namespace picket::sim::huntress {

// "2026-06-09T14:00:00Z"; what is below a second is cut off.
std::string time_text(Time t);

// Replaces relative times in every member whose name ends with "_at", at any depth. Throws Error(invalid) for a text that starts with
// a sign and is none; `where` names the place: "incidents[2]".
void resolve_times(json::value& v, Time now, const std::string& where);

}  // namespace picket::sim::huntress
