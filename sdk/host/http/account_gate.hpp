// What 429 answers mean. Each is about the account and not about the request that met it: until the gate opens nothing is sent. Requests
// sent side by side that are refused together count as one round; the wait between rounds follows the back-off.
//
// Pure: times come in, on one monotonic clock in nanoseconds. Thread: one at a time.
#pragma once
#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>

#include "sdk/host/http/retry.hpp"

namespace picket::host {

class AccountGate {
 public:
  struct Refusal {
    std::int64_t sent_ns = 0;     // when the request was sent
    std::int64_t now_ns = 0;      // when its 429 came
    std::int64_t waiting_ns = 0;  // since when the caller has been waiting
    std::optional<std::chrono::milliseconds> retry_after;
  };

  // Closes the gate until Retry-After, or for the back-off where that is longer. Answers whether it is worth waiting for: false when the
  // account has been refused for policy.max_wait_for_429 while the caller waited.
  bool refuse(const RetryPolicy& policy, const Refusal& refusal, double random);

  // An answer other than 429 came to a request sent then: unless that was before the gate was closed, all is well again.
  void serve(std::int64_t sent_ns);

  std::int64_t opens_ns() const { return opens_ns_; }

 private:
  static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::min();

  std::int64_t opens_ns_ = never;
  std::int64_t closed_ns_ = never;  // when the present round of refusals began
  std::int64_t since_ns_ = never;   // when the first one did, of those that nothing was served between
  int rounds_ = 0;
};

}  // namespace picket::host
