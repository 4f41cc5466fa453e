#include "sdk/host/clock.hpp"

#include <algorithm>
#include <thread>

namespace picket::host {

using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::nanoseconds;

Time SystemClock::now() const { return std::chrono::time_point_cast<microseconds>(std::chrono::system_clock::now()); }

std::int64_t SystemClock::monotonic() const {
  return duration_cast<nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

bool SystemClock::sleep_until(std::int64_t until_ns, const std::function<bool()>& stop) {
  constexpr std::int64_t slice_ns = 20'000'000;
  while (true) {
    if (stop && stop()) return false;
    const std::int64_t left = until_ns - monotonic();
    if (left <= 0) return true;
    std::this_thread::sleep_for(nanoseconds{std::min(left, slice_ns)});
  }
}

SimulatedClock::SimulatedClock(Time start) : start_(start) {}

Time SimulatedClock::now() const { return start_ + duration_cast<microseconds>(nanoseconds{elapsed_ns_.load()}); }

std::int64_t SimulatedClock::monotonic() const { return elapsed_ns_.load(); }

bool SimulatedClock::sleep_until(std::int64_t until_ns, const std::function<bool()>& stop) {
  if (stop && stop()) return false;
  std::int64_t current = elapsed_ns_.load();
  while (current < until_ns && !elapsed_ns_.compare_exchange_weak(current, until_ns)) {
  }
  return true;
}

void SimulatedClock::advance(std::chrono::nanoseconds by) { elapsed_ns_ += by.count(); }

}  // namespace picket::host
