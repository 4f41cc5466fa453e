// Times as HaloPSA writes them. Pure functions; any thread.
#pragma once
#include <string>

#include "picket/time.hpp"

namespace picket::sim::halopsa {

// "2026-06-09T14:00:00.12345Z": the fraction without zeros at its end, and without the point if nothing is left.
std::string time_text(Time t);

}  // namespace picket::sim::halopsa
