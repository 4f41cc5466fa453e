// What is wrong with the keys themselves: set twice, another provider's, misspelt, with marks that docker passes on. Pure; any thread.
#pragma once
#include "host-sim/config/known_keys.hpp"
#include "host-sim/config/values.hpp"

namespace picket::config {

// Adds to the problems and warnings of the configuration, and to `values` what misspelt keys say.
void check_keys(const ConfigurationSource&, const KnownKeys&, Values& values, Configuration&);

}  // namespace picket::config
