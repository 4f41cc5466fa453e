// A sliding window as vendors keep it: at most `limit` counted requests in any `length` of time. One thread.
#pragma once
#include <cstddef>
#include <deque>

#include "picket/time.hpp"

namespace picket::sim {

class RateWindow {
 public:
  RateWindow(std::size_t limit, std::chrono::microseconds length) : limit_(limit), length_(length) {}  // limit 0: never full

  bool full(Time now);
  void count(Time now);                       // one more request that was let through
  std::chrono::seconds wait(Time now) const;  // whole seconds until there is room again, at least one

 private:
  std::size_t limit_;
  std::chrono::microseconds length_;
  std::deque<Time> counted_;
};

}  // namespace picket::sim
