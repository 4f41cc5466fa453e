// Scenario files: an installation and what happens to it. host-sim/sim/README.md describes the form. One thread.
#pragma once
#include <string>
#include <string_view>

#include "host-sim/sim/stellar-cyber/data.hpp"
#include "host-sim/sim/stellar-cyber/events.hpp"

namespace picket::sim::stellar_cyber {

// Times relative to the start are seen from `base`. Throws Error(invalid) that names the scenario, the field and what is expected there.
void load_scenario(std::string_view text, const std::string& name, Data& data, Events& events, Time base);

}  // namespace picket::sim::stellar_cyber
