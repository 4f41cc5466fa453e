// When the next cycle begins. Pure; any thread.
#pragma once
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

#include "picket/time.hpp"

namespace picket::serve {

// A cycle begins one interval after the last one began. After a failure it begins sooner: 30 s after the end, then twice as long each time,
// up to the interval. Retry-After is respected, up to the interval.
class Schedule {
 public:
  explicit Schedule(std::chrono::milliseconds interval) : interval_(interval) {}

  std::chrono::milliseconds interval() const { return interval_; }
  void set_interval(std::chrono::milliseconds interval) { interval_ = interval; }

  Time next(Time begun, Time ended, bool had_failures, std::optional<std::chrono::milliseconds> retry_after) {
    if (!had_failures) {
      failures_ = 0;
      return std::max(begun + interval_, ended + shortest_pause);
    }
    std::chrono::milliseconds pause = first_pause;
    for (std::uint64_t i = 0; i < failures_ && pause < interval_; ++i) pause *= 2;
    ++failures_;
    if (retry_after) pause = std::max(pause, *retry_after);
    return ended + std::max(shortest_pause, std::min(pause, interval_));
  }

 private:
  static constexpr std::chrono::milliseconds first_pause{30000};
  static constexpr std::chrono::milliseconds shortest_pause{100};

  std::chrono::milliseconds interval_;
  std::uint64_t failures_ = 0;  // in a row
};

}  // namespace picket::serve
