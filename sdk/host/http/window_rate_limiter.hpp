// A rate limiter for one account that is used by this process alone.
//
// Thread: all functions may be called from any thread.
#pragma once
#include <mutex>

#include "sdk/host/clock.hpp"
#include "sdk/host/http/sliding_window.hpp"
#include "sdk/host/rate_limiter.hpp"

namespace picket::host {

class WindowRateLimiter final : public RateLimiter {
 public:
  // At most `limit` requests in any `window`. Throws Error(invalid) when either is 0. `clock` must outlive the limiter.
  WindowRateLimiter(const Clock& clock, std::size_t limit, std::chrono::nanoseconds window) : clock_(clock), window_(limit, window) {}

  Grant acquire(std::size_t wanted) override {
    const std::lock_guard lock(mutex_);
    const std::int64_t now = clock_.monotonic();
    const std::size_t count = window_.grant(wanted, now);
    if (count > 0) return {.count = count};
    return {.wait = std::chrono::ceil<std::chrono::microseconds>(std::chrono::nanoseconds{window_.when(now) - now})};
  }

  void done(std::int64_t) override {
    const std::lock_guard lock(mutex_);
    window_.done(clock_.monotonic());
  }

 private:
  const Clock& clock_;
  std::mutex mutex_;
  SlidingWindow window_;
};

}  // namespace picket::host
