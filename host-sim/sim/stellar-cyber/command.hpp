// `picket-vendors stellar-cyber`. One thread.
#pragma once
#include "host-sim/sim/server/options.hpp"

namespace picket::sim::stellar_cyber {

Command command();

}  // namespace picket::sim::stellar_cyber
