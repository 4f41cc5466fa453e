// The checks of validate.hpp, in this process. Internal to sdk/host.
#pragma once
#include <functional>

#include "sdk/conformance/validate.hpp"

namespace picket::conformance {

// `begin` is told each check's name before it runs, `done` how it went.
void run_checks(const std::filesystem::path& library, const ValidateOptions&, const std::function<void(const std::string& name)>& begin,
                const std::function<void(Check)>& done);

}  // namespace picket::conformance
