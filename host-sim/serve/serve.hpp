// `picket serve` without its command line: what is configured, or what the database holds, is run in cycles until the end is asked for.
// Thread: one; requests for health are answered on another.
#pragma once
#include <functional>
#include <vector>

#include "host-sim/operations/host_context.hpp"
#include "host-sim/config/configuration.hpp"
#include "host-sim/serve/cycle_report.hpp"

namespace picket::serve {

// Looks after the database file, opens the database, wipes it if that is asked for. Throws what makes serving impossible.
void prepare_database(operations::HostContext&, const config::Configuration&);

// One full cycle of everything that is served.
std::vector<CycleReport> serve_once(operations::HostContext&, const config::Configuration&);

// Cycles until the context is cancelled. `listening` is told the health server's URL. Throws only what makes serving impossible from the
// beginning.
void serve(operations::HostContext&, const config::Configuration&, const std::function<void(const std::string& url)>& listening);

}  // namespace picket::serve
