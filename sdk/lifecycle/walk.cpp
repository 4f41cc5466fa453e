#include "sdk/lifecycle/walk.hpp"

#include <algorithm>

namespace picket::lifecycle {

Walk::Walk(const WalkStart& start) : now_(start.now), until_(start.cursor ? *start.cursor - start.overlap : start.now - start.backfill) {}

std::optional<Time> Walk::plausible(std::optional<Time> updated_at, Time now) {
  if (updated_at && *updated_at > now + plausible_future) return std::nullopt;
  return updated_at;
}

bool Walk::page(std::span<const std::optional<Time>> updated_at, std::string_view next_token) {
  ++pages_;
  if (next_token.empty() || ends_before(updated_at)) {
    complete_ = true;
    return false;
  }
  repeated_ = !tokens_.emplace(next_token).second;
  return !repeated_;
}

// The list is sorted, so its last rows decide; two of them, so that a single wrong date does not end the walk.
bool Walk::ends_before(std::span<const std::optional<Time>> updated_at) const {
  constexpr int witnesses = 2;
  int older = 0;
  for (auto row = updated_at.rbegin(); row != updated_at.rend() && older < witnesses; ++row) {
    const auto usable = plausible(*row, now_);
    if (!usable) continue;
    if (*usable >= until_) return false;
    ++older;
  }
  return older > 0;
}

}  // namespace picket::lifecycle
