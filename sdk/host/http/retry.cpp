#include "sdk/host/http/retry.hpp"

#include <algorithm>
#include <limits>

namespace picket::host {

using std::chrono::nanoseconds;

namespace {

bool is_worth_repeating(const Attempt& attempt) {
  switch (attempt.end) {
    case AttemptEnd::not_sent: return true;
    case AttemptEnd::maybe_sent: return attempt.repeatable;
    case AttemptEnd::refused:
    case AttemptEnd::unusable: return false;
    case AttemptEnd::answered: break;
  }
  // 501 and 505 mean that the server cannot do this at all.
  return attempt.repeatable && attempt.code >= 500 && attempt.code <= 599 && attempt.code != 501 && attempt.code != 505;
}

}  // namespace

std::int64_t later(std::int64_t now_ns, nanoseconds wait) {
  const std::int64_t most = std::numeric_limits<std::int64_t>::max();
  return wait.count() > 0 && now_ns > most - wait.count() ? most : now_ns + wait.count();
}

nanoseconds backoff(const RetryPolicy& policy, int number, double random) {
  const nanoseconds most = policy.max_backoff;
  nanoseconds full = std::min<nanoseconds>(policy.first_backoff, most);
  for (int i = 1; i < number && full < most; ++i) full = std::min(full * 2, most);
  const nanoseconds half = full / 2;
  return half + nanoseconds{static_cast<nanoseconds::rep>(static_cast<double>((full - half).count()) * random)};
}

std::optional<nanoseconds> retry_wait(const RetryPolicy& policy, const Attempt& attempt, nanoseconds remaining, double random) {
  if (attempt.number >= policy.max_attempts || !is_worth_repeating(attempt)) return std::nullopt;
  nanoseconds wait = backoff(policy, attempt.number, random);
  if (attempt.retry_after) wait = std::max<nanoseconds>(wait, *attempt.retry_after);
  if (wait >= remaining) return std::nullopt;
  return wait;
}

Status final_status(AttemptEnd end, bool repeatable) {
  switch (end) {
    case AttemptEnd::answered: return Status::ok;
    case AttemptEnd::not_sent:
    case AttemptEnd::refused: break;
    case AttemptEnd::maybe_sent:
    case AttemptEnd::unusable: return repeatable ? Status::unavailable : Status::unknown_outcome;
  }
  return Status::unavailable;
}

}  // namespace picket::host
