// Finding what the configuration names among what the PSA has, and saying what there is when it is not found. Pure functions; any thread.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host-sim/psa/halopsa/config.hpp"
#include "host-sim/psa/psa.hpp"

namespace picket::psa::halopsa {

// The one that `wanted` asks for, by its id if there is one, else by its name (exactly, else whatever the case). `kind` is what it is
// called: "team". Nothing if it is not asked for, or if it cannot be told which one is meant: then `problems` gains a sentence that begins
// with the key. Inactive ones cannot be chosen.
std::optional<RemoteEntity> choose(std::string_view kind, const Wanted& wanted, std::span<const RemoteEntity> existing,
                                   std::vector<std::string>& problems);

}  // namespace picket::psa::halopsa
