#include "host-sim/psa/psa_kinds.hpp"

#include <algorithm>
#include <array>

#include "host-sim/psa/halopsa/halopsa.hpp"

namespace picket::psa {

std::span<const PsaKind> psa_kinds() {
  static const std::array kinds{
      halopsa::kind(),
  };
  return kinds;
}

const PsaKind* find_psa_kind(std::string_view id) {
  const auto kinds = psa_kinds();
  const auto found = std::find_if(kinds.begin(), kinds.end(), [&](const PsaKind& k) { return k.id == id; });
  return found == kinds.end() ? nullptr : &*found;
}

}  // namespace picket::PSA
