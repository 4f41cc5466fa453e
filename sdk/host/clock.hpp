// A host's clocks: the system's, and a simulated one on which a month of polling takes seconds.
//
// Thread: all functions of both clocks may be called from any thread.
#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>

#include "picket/time.hpp"

namespace picket::host {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;                // wall clock, UTC
  virtual std::int64_t monotonic() const = 0;  // nanoseconds, never goes back
  // Waits until monotonic() >= until_ns; returns early, with false, as soon as `stop()` is true (asked at least every 50 ms).
  virtual bool sleep_until(std::int64_t until_ns, const std::function<bool()>& stop) = 0;
};

class SystemClock final : public Clock {
 public:
  Time now() const override;
  std::int64_t monotonic() const override;
  bool sleep_until(std::int64_t until_ns, const std::function<bool()>& stop) override;
};

// Stands still until somebody sleeps or calls advance(); sleeping advances it without waiting.
class SimulatedClock final : public Clock {
 public:
  explicit SimulatedClock(Time start);
  Time now() const override;
  std::int64_t monotonic() const override;
  bool sleep_until(std::int64_t until_ns, const std::function<bool()>& stop) override;
  void advance(std::chrono::nanoseconds by);

 private:
  Time start_;
  std::atomic<std::int64_t> elapsed_ns_{0};
};

}  // namespace picket::host
