#include "host-sim/sim/stellar-cyber/ids.hpp"

#include <array>
#include <cinttypes>
#include <cstdio>

namespace picket::sim::stellar_cyber {

std::string object_id(Time at, std::uint64_t number) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(at.time_since_epoch()).count();
  std::array<char, 32> out{};
  std::snprintf(out.data(), out.size(), "%08" PRIx32 "%016" PRIx64, static_cast<std::uint32_t>(seconds), number);
  return out.data();
}

std::string id_of_name(std::string_view name) {
  std::uint64_t hash = 0xcbf29ce484222325U;  // FNV-1a
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  Random random(hash);
  return hex(random, 32);
}

}  // namespace picket::sim::stellar_cyber
