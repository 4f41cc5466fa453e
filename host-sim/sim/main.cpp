// picket-vendors: simulated vendors' interfaces for development, tests and demonstrations. Exit codes: 0 ended by a signal, 1 could not
// serve, 2 wrong options or scenario.
#include <CLI/CLI.hpp>
#include <functional>
#include <iostream>

#include "host-sim/sim/halopsa/command.hpp"
#include "host-sim/sim/huntress/command.hpp"
#include "host-sim/sim/stellar-cyber/command.hpp"
#include "picket/error.hpp"

namespace {

using AddCommand = void (*)(CLI::App&, std::function<int()>&);

// Every vendor, one line each.
constexpr AddCommand vendors[] = {
    picket::sim::halopsa::add_command,
    picket::sim::huntress::add_command,
    picket::sim::stellar_cyber::add_command,
};

std::string names(const CLI::App& app) {
  std::string out;
  for (const CLI::App* command : app.get_subcommands({})) out += (out.empty() ? "" : ", ") + command->get_name();
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Simulated vendors' interfaces", "picket-vendors");
  app.require_subcommand(0, 1);  // none is refused below, so that a misspelt one is named in the message
  std::function<int()> run;
  for (const AddCommand add_command : vendors) add_command(app, run);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }
  if (!run) {
    std::cerr << "A subcommand is required: " << names(app) << "\nRun with --help for more information.\n";
    return 2;
  }
  try {
    return run();
  } catch (const picket::Error& e) {
    std::cerr << "picket-vendors: " << e.what() << '\n';
    return e.status() == picket::Status::invalid ? 2 : 1;
  } catch (const std::exception& e) {
    std::cerr << "picket-vendors: " << e.what() << '\n';
    return 1;
  }
}
