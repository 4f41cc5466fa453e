// `picket check`: everything that can be found wrong with a configuration, both sides asked, nothing written. Thread: one.
#pragma once
#include <string>
#include <vector>

#include "host-sim/operations/host_context.hpp"
#include "host-sim/config/configuration.hpp"

namespace picket::serve {

struct CheckResult {
  std::vector<std::string> problems;  // empty: good
  std::vector<std::string> warnings;
  std::vector<std::string> facts;  // what was found to be right, for people
  bool ok() const { return problems.empty(); }
};

// A side that the configuration does not suffice for is not asked.
CheckResult check(operations::HostContext&, const config::Configuration&);

}  // namespace picket::serve
