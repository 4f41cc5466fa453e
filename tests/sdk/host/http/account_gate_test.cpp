#include "sdk/host/http/account_gate.hpp"

#include <doctest/doctest.h>

#include <optional>

using namespace picket::host;
using namespace std::chrono_literals;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

namespace {

const RetryPolicy policy{.max_attempts = 1, .first_backoff = 1s, .max_backoff = 8s, .max_wait_for_429 = 60s};

std::int64_t at(nanoseconds t) { return t.count(); }

// A 429 that came as soon as the request was sent, to a caller who waits since `waiting`. The back-off is the shortest: half of the full
// one.
bool refuse(AccountGate& gate, nanoseconds now, std::optional<milliseconds> retry_after = std::nullopt, nanoseconds waiting = 0s) {
  return gate.refuse(policy, {.sent_ns = at(now), .now_ns = at(now), .waiting_ns = at(waiting), .retry_after = retry_after}, 0.0);
}

}  // namespace

TEST_CASE("the gate is open until it is closed and the wait doubles") {
  AccountGate gate;
  CHECK(gate.opens_ns() < 0);
  nanoseconds now = 10s;
  for (const milliseconds wait : {500ms, 1000ms, 2000ms, 4000ms, 4000ms}) {
    CHECK(refuse(gate, now));
    CHECK(gate.opens_ns() == at(now + wait));
    now += wait;
  }
  gate.serve(at(now));
  now += 1s;
  CHECK(refuse(gate, now));
  CHECK(gate.opens_ns() == at(now + 500ms));
}

TEST_CASE("requests that were sent side by side are refused once") {
  AccountGate gate;
  for (const nanoseconds came : {10s, 11s, 12s})
    CHECK(gate.refuse(policy, {.sent_ns = at(9s), .now_ns = at(came), .waiting_ns = 0, .retry_after = {}}, 0.0));
  CHECK(gate.opens_ns() == at(12s + 500ms));
  // One of the same round that was served says nothing about the account now.
  gate.serve(at(9s));
  CHECK(refuse(gate, 13s));
  CHECK(gate.opens_ns() == at(13s + 1s));
}

TEST_CASE("Retry-After is waited for whatever its length and the later of two counts") {
  AccountGate gate;
  CHECK(refuse(gate, 10s, 20s));
  CHECK(gate.opens_ns() == at(30s));
  CHECK(gate.refuse(policy, {.sent_ns = at(10s), .now_ns = at(11s), .waiting_ns = 0, .retry_after = 3s}, 0.0));
  CHECK(gate.opens_ns() == at(30s));
  CHECK(refuse(gate, 30s, 0ms));
  CHECK(gate.opens_ns() == at(31s));
  CHECK(refuse(gate, 31s, 1h));
  CHECK(gate.opens_ns() == at(31s + 1h));
}

TEST_CASE("an account is given up after a while, with a last attempt at its end") {
  AccountGate gate;
  nanoseconds now = 100s;
  int attempts = 1;
  while (refuse(gate, now)) {
    CHECK(gate.opens_ns() > at(now));
    now = nanoseconds{gate.opens_ns()};
    ++attempts;
  }
  CHECK(now == 160s);
  CHECK(attempts == 19);
  CHECK(gate.opens_ns() > at(now));

  // Somebody who begins to wait now has the whole patience; the gate stays as careful as it was.
  now = nanoseconds{gate.opens_ns()};
  CHECK(refuse(gate, now, {}, now));
  CHECK(gate.opens_ns() == at(now + 4s));
}
