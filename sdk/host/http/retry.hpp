// Decides whether and when an HTTP request is repeated, and what its failure means to the caller. Pure functions; any thread.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>

#include "picket/error.hpp"

namespace picket::host {

// How one attempt to perform a request ended.
enum class AttemptEnd {
  answered,    // a complete HTTP answer with some code
  not_sent,    // the network failed before any byte of the request left: certainly no effect
  refused,     // like not_sent, for a reason that a repeat would meet again: an untrusted certificate, a proxy that refuses
  maybe_sent,  // the network failed after that: the request may have been carried out
  unusable,    // a repeat would receive the same answer, e.g. one that is too large
};

struct RetryPolicy {
  int max_attempts = 5;  // the first one included
  std::chrono::milliseconds first_backoff{500}, max_backoff{30000};
  // How long to retry an account after its first 429 before giving up. A longer Retry-After is waited for regardless.
  std::chrono::milliseconds max_wait_for_429 = std::chrono::minutes{5};
};

struct Attempt {
  int number = 1;  // of the attempt that just ended, from 1
  AttemptEnd end = AttemptEnd::answered;
  int code = 0;  // when answered
  bool repeatable = true;
  std::optional<std::chrono::milliseconds> retry_after;
};

// now_ns + wait, or the end of time.
std::int64_t later(std::int64_t now_ns, std::chrono::nanoseconds wait);

// The wait before attempt `number` + 1: doubles from first_backoff up to max_backoff, and is drawn from its upper half by
// `random` in [0, 1).
std::chrono::nanoseconds backoff(const RetryPolicy&, int number, double random);

// How long to wait before repeating a request that was not answered 429 (see account_gate.hpp): Retry-After if given, but never less than
// the back-off. Nothing means give up: a repeat could do harm, cannot help, was tried often enough, or would start after `remaining`.
[[nodiscard]] std::optional<std::chrono::nanoseconds> retry_wait(const RetryPolicy&, const Attempt&, std::chrono::nanoseconds remaining, double random);

// The status of a request that is given up after this attempt: ok if answered, otherwise unavailable, or unknown_outcome if a request that
// is not repeatable may have been carried out.
[[nodiscard]] Status final_status(AttemptEnd, bool repeatable);

}  // namespace picket::host
