// The remote PSAs that this host knows: a folder under host-sim/psa and a line in psa_kinds.cpp each. Pure; any thread.
#pragma once
#include <span>
#include <string_view>

#include "host-sim/psa/psa_kind.hpp"

namespace picket::config {

std::span<const psa::PsaKind> psa_kinds();
const psa::PsaKind* find_psa_kind(std::string_view id);  // null if there is none

}  // namespace picket::config
