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

std::string hex(Random& random, std::size_t digits) {
  static constexpr std::string_view all = "0123456789abcdef";
  std::string s;
  s.reserve(digits);
  while (s.size() < digits) {
    std::uint64_t bits = random.next();
    for (int i = 0; i < 16 && s.size() < digits; ++i, bits >>= 4) s += all[bits & 15];
  }
  return s;
}

std::string id_of_name(std::string_view name) {
  std::uint64_t hash = 0xcbf29ce484222325U;  // FNV-1a
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  Random random(hash);
  return hex(random, 32);
}

std::string slug(std::string_view name, char separator) {
  std::string out;
  for (const char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter)
      out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    else if (!out.empty() && out.back() != separator)
      out += separator;
  }
  while (!out.empty() && out.back() == separator) out.pop_back();
  return out;
}

}  // namespace picket::vendors::stellar_cyber
