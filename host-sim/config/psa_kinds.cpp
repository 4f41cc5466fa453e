#include "host-sim/config/psa_kinds.hpp"

#include <algorithm>
#include <array>

#include "host-sim/psa/halopsa/halopsa.hpp"

namespace picket::config {

std::span<const psa::PsaKind> psa_kinds() {
  static const std::array kinds{
      psa::halopsa::kind(),
  };
  return kinds;
}

const psa::PsaKind* find_psa_kind(std::string_view id) {
  const auto kinds = psa_kinds();
  const auto found = std::find_if(kinds.begin(), kinds.end(), [&](const psa::PsaKind& k) { return k.id == id; });
  return found == kinds.end() ? nullptr : &*found;
}

}  // namespace picket::config
