#include "host-sim/sim/server/sim_clock.hpp"

namespace picket::sim {

SimClock::SimClock() {
  using std::chrono::microseconds;
  const Time wall = std::chrono::time_point_cast<microseconds>(std::chrono::system_clock::now());
  const auto start = std::chrono::steady_clock::now();
  source_ = [wall, start] { return wall + std::chrono::duration_cast<microseconds>(std::chrono::steady_clock::now() - start); };
}

SimClock::SimClock(std::function<Time()> source) : source_(std::move(source)) {}

}  // namespace picket::sim
