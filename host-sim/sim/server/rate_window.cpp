#include "host-sim/sim/server/rate_window.hpp"

#include <algorithm>

namespace picket::sim {

bool RateWindow::full(Time now) {
  while (!counted_.empty() && counted_.front() + length_ <= now) counted_.pop_front();
  return limit_ != 0 && counted_.size() >= limit_;
}

void RateWindow::count(Time now) {
  if (limit_ != 0) counted_.push_back(now);
}

std::chrono::seconds RateWindow::wait(Time now) const {
  if (counted_.empty()) return std::chrono::seconds{1};
  return std::max(std::chrono::seconds{1}, std::chrono::ceil<std::chrono::seconds>(counted_.front() + length_ - now));
}

}  // namespace picket::sim
