// When the next cycle begins. Pure; any thread.
#pragma once
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

#include "picket/time.hpp"

namespace picket::serve {

// What the database says of the last poll, also of another process.
struct LastPoll {
  std::optional<Time> completed;  // last_incremental_sync_at
  bool is_wanted_now = false;     // it failed or was interrupted, or a sweep has been asked for
};

// A cycle begins one interval after the last poll was completed, also over a restart. After a failure it begins sooner: 30 s after the end,
// then twice as long each time, up to the interval. Retry-After is respected, up to the interval.
class Schedule {
 public:
  explicit Schedule(std::chrono::milliseconds interval) : interval_(interval) {}

  std::chrono::milliseconds interval() const { return interval_; }
  void set_interval(std::chrono::milliseconds interval) { interval_ = interval; }

  // When the first cycle of this process begins. A poll of the future is none: the clock has been set back.
  Time first(const LastPoll& last, Time now) const {
    if (last.is_wanted_now || !last.completed || *last.completed > now) return now;
    return std::max(now, *last.completed + interval_);
  }

  // `measured_from`: when the cycle's poll was completed.
  Time next(Time measured_from, Time ended, bool had_failures, std::optional<std::chrono::milliseconds> retry_after) {
    if (!had_failures) {
      failures_ = 0;
      return std::max(measured_from + interval_, ended + shortest_pause);
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
