// Whether and when an HTTP request is sent again, and what its failure means to the caller. Pure functions; any thread.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>

#include "picket/error.hpp"

namespace picket::host {

// How one attempt to perform a request ended.
enum class AttemptEnd {
  answered,    // a complete HTTP answer with some code
  not_sent,    // the network failed before any byte of the request left: certainly without effect
  refused,     // as not_sent, for a reason that a repeat would meet again: an untrusted certificate, a proxy that says no
  maybe_sent,  // the network failed after that: the request may have been carried out
  unusable,    // an answer came that a repeat would not improve, e.g. one that is too large
};

struct RetryPolicy {
  int max_attempts = 5;  // the first one included
  std::chrono::milliseconds first_backoff{500}, max_backoff{30000};
  // How long an account that is answered 429 is tried again, from the first one on. Then it is given up; a Retry-After that is longer is
  // waited for all the same.
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

// How long to wait before the request is sent again, unless it was answered 429 (account_gate.hpp): Retry-After where there is one, but
// never less than the back-off. Nothing: give up, because a repeat could do harm, cannot help, was tried often enough, or would begin after
// `remaining`.
std::optional<std::chrono::nanoseconds> retry_wait(const RetryPolicy&, const Attempt&, std::chrono::nanoseconds remaining, double random);

// The status of a request that is given up after this attempt: ok when answered, else unavailable, or unknown_outcome when a request
// that is not repeatable may have been carried out.
Status final_status(AttemptEnd, bool repeatable);

}  // namespace picket::host
