// `picket-vendors halopsa`. One thread.
#pragma once
#include <functional>

namespace CLI {
class App;
}

namespace picket::sim::halopsa {

// Adds the subcommand; `run` is set to what it does if it was chosen.
void add_command(CLI::App& app, std::function<int()>& run);

}  // namespace picket::vendors::halopsa
