// `picket check`: finds what is wrong with a configuration. Asks both sides, writes nothing. Thread: one.
#pragma once
#include <string>
#include <vector>

#include "host-sim/config/configuration.hpp"
#include "host-sim/operations/host_context.hpp"

namespace picket::serve {

struct CheckResult {
  std::vector<std::string> problems;  // empty: good
  std::vector<std::string> warnings;
  std::vector<std::string> facts;  // what was found to be right
  bool ok() const { return problems.empty(); }
};

// Does not ask a side whose configuration is incomplete.
[[nodiscard]] CheckResult check(operations::HostContext&, const config::Configuration&);

}  // namespace picket::serve
