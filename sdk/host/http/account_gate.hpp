// Handles 429 answers. A 429 concerns the account, not the request that received it, so nothing is sent until the gate opens. Requests sent
// in parallel and refused together count as one round; the wait between rounds follows the back-off.
//
// Pure: the caller passes times, on one monotonic clock in nanoseconds. Thread: one at a time.
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
    std::int64_t now_ns = 0;      // when its 429 arrived
    std::int64_t waiting_ns = 0;  // since when the caller has been waiting
    std::optional<std::chrono::milliseconds> retry_after;
  };

  // Closes the gate until Retry-After, or for the back-off if that is longer. Returns false, which means give up, when the account has been
  // refused for policy.max_wait_for_429 while the caller waited.
  [[nodiscard]] bool refuse(const RetryPolicy& policy, const Refusal& refusal, double random);

  // Records an answer other than 429 to a request sent at that time: it resets the rounds unless it was sent before the gate closed.
  void serve(std::int64_t sent_ns);

  std::int64_t opens_ns() const { return opens_ns_; }

 private:
  static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::min();

  std::int64_t opens_ns_ = never;
  std::int64_t closed_ns_ = never;  // when the current round of refusals began
  std::int64_t since_ns_ = never;   // when the first round began since the last other answer
  int rounds_ = 0;
};

}  // namespace picket::host
