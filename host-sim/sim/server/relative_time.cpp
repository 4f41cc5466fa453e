#include "host-sim/sim/server/relative_time.hpp"

#include <string>

namespace picket::sim {
namespace {

std::optional<std::chrono::seconds> unit_of(char c) {
  switch (c) {
    case 's': return std::chrono::seconds{1};
    case 'm': return std::chrono::minutes{1};
    case 'h': return std::chrono::hours{1};
    case 'd': return std::chrono::days{1};
    default: return std::nullopt;
  }
}

}  // namespace

std::optional<Time> relative_time(std::string_view text, Time now) {
  if (text.size() < 3 || text.size() > 8 || (text[0] != '-' && text[0] != '+')) return std::nullopt;
  const auto unit = unit_of(text.back());
  const auto digits = text.substr(1, text.size() - 2);
  if (!unit || digits.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  const auto distance = *unit * std::stoll(std::string(digits));
  return text[0] == '-' ? now - distance : now + distance;
}

}  // namespace picket::sim
