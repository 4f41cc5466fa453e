// Limits a call of the host into a provider, and every wait inside it: a deadline and a cancel flag.
//
// Thread: made and used by one thread; `cancel` may be set from any thread or a signal handler.
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <limits>

#include "picket/error.hpp"
#include "sdk/host/clock.hpp"

namespace picket::host {

struct Call {
  Clock& clock;
  std::int64_t deadline_ns = std::numeric_limits<std::int64_t>::max();  // on clock.monotonic()
  const std::atomic<bool>* cancel = nullptr;                            // may be null
  std::function<void(std::uint64_t done, std::uint64_t total)> progress = {};
  // May be empty. Called at least every 50 ms while the host waits, to keep a lease or the like alive. False ends the call as if it had
  // been cancelled. Must be quick and not throw.
  std::function<bool()> heartbeat = {};
  // May be null. Like `cancel`, but requests under way are finished first, so that their effect is known; nothing new is started and
  // nothing is waited for.
  const std::atomic<bool>* finish = nullptr;

  bool finishing() const { return finish != nullptr && finish->load(std::memory_order_relaxed); }
  bool dropped() const { return (cancel != nullptr && cancel->load(std::memory_order_relaxed)) || (heartbeat && !heartbeat()); }
  bool cancelled() const { return finishing() || dropped(); }
  bool expired() const { return clock.monotonic() >= deadline_ns; }
  bool over() const { return cancelled() || expired(); }

  // Throws Error(cancelled) or Error(deadline) when the call is over.
  void check() const {
    if (cancelled()) throw Error(Status::cancelled, "the work was cancelled");
    if (expired()) throw Error(Status::deadline, "the deadline of this run has passed; the next run continues where this one stopped");
  }
};

}  // namespace picket::host
