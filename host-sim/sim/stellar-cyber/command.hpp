// `picket-vendors stellar-cyber`. One thread.
#pragma once
#include <functional>

namespace CLI {
class App;
}

namespace picket::sim::stellar_cyber {

// Adds the subcommand; `run` is set to what it does if it was chosen.
void add_command(CLI::App& app, std::function<int()>& run);

}  // namespace picket::vendors::stellar_cyber
