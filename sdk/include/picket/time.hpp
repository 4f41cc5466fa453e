// Points in time: microseconds since 1970 in UTC, the contract's picket_time with a type.
#pragma once
#include <chrono>
#include <optional>

#include "picket/abi/types.h"

namespace picket {

using Time = std::chrono::sys_time<std::chrono::microseconds>;

constexpr std::optional<Time> from_abi(picket_time t) {
  if (t == PICKET_NO_TIME) return std::nullopt;
  return Time{std::chrono::microseconds{t}};
}
constexpr picket_time to_abi(const std::optional<Time>& t) { return t ? t->time_since_epoch().count() : PICKET_NO_TIME; }

}  // namespace picket
