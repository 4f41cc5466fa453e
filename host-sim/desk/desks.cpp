#include "host-sim/desk/desks.hpp"

#include <algorithm>
#include <array>

#include "host-sim/desk/halopsa/halopsa.hpp"

namespace picket::desk {

std::span<const DeskKind> desk_kinds() {
  static const std::array kinds{
      halopsa::kind(),
  };
  return kinds;
}

const DeskKind* find_desk_kind(std::string_view id) {
  const auto kinds = desk_kinds();
  const auto found = std::find_if(kinds.begin(), kinds.end(), [&](const DeskKind& k) { return k.id == id; });
  return found == kinds.end() ? nullptr : &*found;
}

}  // namespace picket::desk
