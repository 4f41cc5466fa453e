// Holds a provider's shared object to the contract, for `picket validate` and the tests: loads it, calls it with every kind of trouble
// a host or a vendor can make, and tells for each rule whether it was kept.
//
// Thread: any, one at a time; the checks run in a child process, so that a provider that crashes or hangs fails a check and
// nothing else.
#pragma once
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace picket::conformance {

struct Check {
  std::string name;
  bool passed = false;
  std::string detail;  // what was seen; when it failed, what to change
};

struct ValidateOptions {
  std::string settings = "{}";                      // what the connection's settings are said to be: a JSON object
  std::string base_url = "https://vendor.example";  // no request leaves the process
  std::chrono::seconds time_limit{60};              // for all checks
  bool in_child_process = true;                     // false: for a debugger
};

std::vector<Check> validate_provider(const std::filesystem::path& library, const ValidateOptions& options = {});

bool all_passed(const std::vector<Check>&);

}  // namespace picket::conformance
