// `picket-vendors halopsa`. One thread.
#pragma once
#include "host-sim/sim/server/options.hpp"

namespace picket::sim::halopsa {

Command command();

}  // namespace picket::sim::halopsa
