// What `picket serve` runs again and again, whether the last run failed or not. Thread: one.
#pragma once
#include <chrono>
#include <optional>
#include <string>

#include "host-sim/serve/cycle_report.hpp"
#include "host-sim/store/retry_queue.hpp"

namespace picket::serve {

struct Queues {
  std::optional<store::QueueState> outbox, events;
};

class Cycle {
 public:
  virtual ~Cycle() = default;

  // Throws only what concerns the database as a whole.
  [[nodiscard]] virtual CycleReport run() = 0;

  virtual std::string provider() const = 0;
  virtual std::string tenant() const = 0;
  virtual std::string psa() const = 0;  // empty: tickets live in the database
  virtual std::chrono::milliseconds interval() const = 0;
  virtual Queues queues() = 0;
};

}  // namespace picket::serve
