// Checks a provider's shared object against the contract, for `picket validate` and the tests: loads it, calls it with every fault that a
// host or a vendor can produce, and reports each rule as kept or broken.
//
// Thread: any, one at a time. The checks run in a child process, so a provider that crashes or hangs fails one check and nothing else.
#pragma once
#include <filesystem>
#include <vector>

#include "sdk/conformance/check.hpp"

namespace picket::conformance {

[[nodiscard]] std::vector<Check> validate_provider(const std::filesystem::path& library, const ValidateOptions& options = {});

[[nodiscard]] bool all_passed(const std::vector<Check>&);

}  // namespace picket::conformance
