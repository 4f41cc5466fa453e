// Runs a server for a vendor until SIGTERM or SIGINT. One thread.
#pragma once
#include <memory>

#include "host-sim/sim/server/options.hpp"
#include "host-sim/sim/server/vendor.hpp"

namespace picket::sim {

// Prints "listening on <url>" and writes the port file once requests are answered; returns the command's exit code.
int run_server(const ServerOptions& options, std::unique_ptr<Vendor> vendor, SimClock clock);

}  // namespace picket::sim
