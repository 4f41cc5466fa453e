// `picket serve` without its command line: runs cycles of the configured pair, or of the database's connections, until it is cancelled.
// Thread: one; another answers requests for health.
#pragma once
#include <functional>
#include <vector>

#include "host-sim/config/configuration.hpp"
#include "host-sim/operations/host_context.hpp"
#include "host-sim/serve/cycle_report.hpp"

namespace picket::serve {

// Prepares the database file, opens the database, and wipes it if asked to. Throws what makes serving impossible.
void prepare_database(operations::HostContext&, const config::Configuration&);

// One full cycle of everything that is served.
[[nodiscard]] std::vector<CycleReport> serve_once(operations::HostContext&, const config::Configuration&);

// Runs cycles until the context is cancelled. `listening` gets the health server's URL. Throws only what keeps serving from beginning.
void serve(operations::HostContext&, const config::Configuration&, const std::function<void(const std::string& url)>& listening);

}  // namespace picket::serve
