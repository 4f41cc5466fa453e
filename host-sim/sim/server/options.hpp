// The options that every vendor's subcommand has. One thread.
#pragma once
#include <string>

#include "host-sim/sim/server/http_server.hpp"
#include "host-sim/sim/server/simulation.hpp"

namespace CLI {
class App;
}

namespace picket::sim {

struct ServerOptions {
  ListenOptions listen = {};
  SimulationOptions simulation = {};
  std::string port_file = {};
};

// `options` must live until the command line is parsed; what it holds are the vendor's defaults.
void add_server_options(CLI::App& command, ServerOptions& options);

}  // namespace picket::vendors
