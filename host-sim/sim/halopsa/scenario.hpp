// Scenario files: what a site has and what technicians do in it. host-sim/sim/README.md describes the form. One thread.
#pragma once
#include <string>
#include <string_view>

#include "host-sim/sim/halopsa/halopsa.hpp"

namespace picket::sim::halopsa {

// Relative times are seen from `now`. Throws Error(invalid) that names the file, the field and what is expected there.
void load_scenario_file(const std::string& file, HaloPsa& site, Time now);
void load_scenario(std::string_view text, const std::string& name, HaloPsa& site, Time now);

}  // namespace picket::sim::halopsa
