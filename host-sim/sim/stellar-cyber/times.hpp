// Times as Stellar Cyber writes them, milliseconds since 1970, and the relative ones of scenarios. Pure functions; any thread.
#pragma once
#include <cstdint>
#include <string>

#include "picket/time.hpp"
#include "sdk/common/json.hpp"

namespace picket::sim::stellar_cyber {

std::int64_t milliseconds_of(Time t);

// Replaces relative times in every member that holds a time ("..._at", "closed", "acknowledged"), at any depth. Throws Error(invalid) for
// a text that starts with a sign and is none; `where` names the place: "cases[2]".
void resolve_times(json::value& v, Time now, const std::string& where);

}  // namespace picket::sim::stellar_cyber
