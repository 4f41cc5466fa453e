// Finds what the configuration names among what the PSA has. Pure functions; any thread.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host-sim/psa/halopsa/config.hpp"
#include "host-sim/psa/psa.hpp"

namespace picket::psa::halopsa {

void add_problem(std::vector<Problem>& problems, std::string_view key, const std::string& text);

// The one that `wanted` asks for, by its id if there is one, else by its name (exactly, else whatever the case). `kind` is what it is
// called: "team". Nothing if it is not asked for, or if it does not exist or is ambiguous: then `problems` gains one. Inactive ones cannot
// be chosen.
std::optional<RemoteEntity> choose(std::string_view kind, const Wanted& wanted, std::span<const RemoteEntity> existing,
                                   std::vector<Problem>& problems);

}  // namespace picket::psa::halopsa
