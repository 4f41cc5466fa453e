// The arithmetic of a sliding window over requests that take time: a request counts from its grant until one window after it was done.
// Pure; any thread.
#pragma once
#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "picket/time.hpp"
#include "sdk/host/rate_limiter.hpp"

namespace picket::store {

// A grant whose requests were never reported as done stops counting after the window plus this.
inline constexpr std::chrono::seconds abandoned_after{120};

// Requests count for a sixtieth of the window longer, but at most for this. A clock that is set forward by less, or is ahead of another
// machine's by less, breaks no limit.
inline constexpr std::chrono::seconds longest_margin{1};

struct FinishedRequest {
  std::int64_t token = 0;
  Time at;
};

class RateWindow {
 public:
  RateWindow(std::size_t limit, std::chrono::microseconds window);

  void parse(std::string_view state);  // what to_text() wrote; anything else counts as empty
  std::string to_text() const;

  void finish(std::span<const FinishedRequest> requests);
  // Grants up to `wanted` requests under `token`, or says how long to wait.
  host::RateLimiter::Grant acquire(std::size_t wanted, std::int64_t token, Time now);
  std::size_t counted(Time now);  // requests that count at this time

 private:
  struct Granted {
    std::int64_t token;
    Time at;
    std::size_t outstanding;
  };
  struct Finished {
    Time until;  // stops counting
    std::size_t count;
  };
  void forget(Time now);
  std::chrono::microseconds step() const;  // to which times are rounded up

  std::size_t limit_;
  std::chrono::microseconds window_;
  std::chrono::microseconds margin_;
  std::vector<Granted> granted_;
  std::vector<Finished> finished_;
};

}  // namespace picket::store
