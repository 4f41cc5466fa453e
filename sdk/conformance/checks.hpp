// Runs the conformance checks in this process. Internal to sdk/conformance.
#pragma once
#include <filesystem>
#include <functional>

#include "sdk/conformance/check.hpp"

namespace picket::conformance {

// Calls `begin` with each check's name before it runs, and `done` with its result.
void run_checks(const std::filesystem::path& library, const ValidateOptions&, const std::function<void(const std::string& name)>& begin,
                const std::function<void(Check)>& done);

}  // namespace picket::conformance
