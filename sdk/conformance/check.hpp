// One check of the conformance suite, and what a run needs to know. Plain values.
#pragma once
#include <chrono>
#include <string>

namespace picket::conformance {

struct Check {
  std::string name;
  bool passed = false;
  std::string detail;  // what was seen; when it failed, what to change
};

struct ValidateOptions {
  std::string settings = "{}";                      // the connection's settings, a JSON object
  std::string base_url = "https://vendor.example";  // no request leaves the process
  std::chrono::seconds time_limit{60};              // for all checks
  bool in_child_process = true;                     // false: for a debugger
};

}  // namespace picket::conformance
