// The simulation's time: real time plus what was advanced. One thread.
#pragma once
#include <functional>

#include "picket/time.hpp"

namespace picket::sim {

class SimClock {
 public:
  SimClock();                                       // starts at the machine's time and never goes back
  explicit SimClock(std::function<Time()> source);  // for tests
  Time now() const { return source_() + offset_; }
  void advance(std::chrono::microseconds by) { offset_ += by; }

 private:
  std::function<Time()> source_;
  std::chrono::microseconds offset_{0};
};

}  // namespace picket::sim
