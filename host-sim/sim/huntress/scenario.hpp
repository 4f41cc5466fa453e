// Scenario files: an account and what happens to it. host-sim/sim/README.md describes the form. One thread.
#pragma once
#include <string>
#include <string_view>

#include "host-sim/sim/huntress/data.hpp"
#include "host-sim/sim/huntress/events.hpp"

namespace picket::sim::huntress {

// Times relative to the start are seen from `base`. Throws Error(invalid) that names the scenario, the field and what is expected there.
void load_scenario(std::string_view text, const std::string& name, Data& data, Events& events, Time base);

}  // namespace picket::sim::huntress
