// `picket-vendors huntress`. One thread.
#pragma once
#include "host-sim/sim/server/options.hpp"

namespace picket::sim::huntress {

Command command();

}  // namespace picket::sim::huntress
