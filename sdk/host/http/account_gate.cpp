#include "sdk/host/http/account_gate.hpp"

#include <algorithm>

namespace picket::host {

using std::chrono::nanoseconds;

bool AccountGate::refuse(const RetryPolicy& policy, const Refusal& refusal, double random) {
  const std::int64_t now = refusal.now_ns;
  if (rounds_ == 0) since_ns_ = now;
  if (rounds_ == 0 || refusal.sent_ns > closed_ns_) {
    ++rounds_;
    closed_ns_ = now;
  }
  const nanoseconds waited{now - std::max(since_ns_, refusal.waiting_ns)};
  const nanoseconds left = policy.max_wait_for_429 - waited;
  nanoseconds wait = backoff(policy, rounds_, random);
  if (left > nanoseconds{0}) wait = std::min(wait, left);  // the last attempt is made when the patience ends
  if (refusal.retry_after) wait = std::max<nanoseconds>(wait, *refusal.retry_after);
  opens_ns_ = std::max(opens_ns_, later(now, wait));
  return left > nanoseconds{0};
}

void AccountGate::serve(std::int64_t sent_ns) {
  if (sent_ns > closed_ns_) rounds_ = 0;
}

}  // namespace picket::host
