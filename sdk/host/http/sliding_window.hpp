// The arithmetic of "at most N requests in any window of W" for a sender that does not know when the vendor counts a request: each one
// occupies a place from before it is sent until W after its answer. Pure; the caller supplies the time and locks.
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>

namespace picket::host {

// All times are nanoseconds on one monotonic clock and may not go back from call to call.
class SlidingWindow {
 public:
  // Throws Error(invalid) when `limit` is 0 or `window` is not positive.
  SlidingWindow(std::size_t limit, std::chrono::nanoseconds window);

  // Takes up to `wanted` places for requests sent now; returns the number taken.
  [[nodiscard]] std::size_t grant(std::size_t wanted, std::int64_t now_ns);

  // The earliest time at which grant may succeed: now if a place is free. While every place is taken by an unanswered request, the bound
  // that would apply if an answer arrived now.
  std::int64_t when(std::int64_t now_ns);

  // One granted request was answered or failed.
  void done(std::int64_t now_ns);

  std::size_t in_flight() const { return in_flight_; }

 private:
  void forget(std::int64_t now_ns);

  std::size_t limit_;
  std::int64_t window_ns_;
  std::size_t in_flight_ = 0;
  std::deque<std::int64_t> free_at_;  // ascending: when each answered request releases its place
};

}  // namespace picket::host
