// What /api/health answers: the state of each connection's cycles. The working thread writes it, the server's thread reads it.
// Thread: HealthBoard any; the rest is pure.
#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host-sim/serve/cycle_report.hpp"
#include "host-sim/store/retry_queue.hpp"
#include "sdk/common/json.hpp"

namespace picket::serve {

enum class HealthState { ok, starting, failing };
std::string_view name_of(HealthState);

struct ConnectionHealth {
  std::string provider, tenant, psa;
  Time since{};  // it is served
  std::chrono::milliseconds interval{0};
  std::optional<CycleReport> last;  // the last cycle that ended
  std::string last_error;           // kept until the next one
  std::optional<Time> last_error_at;
  std::optional<store::QueueState> outbox, events;
  std::optional<Time> next;
};

// Failing: the last cycle failed, or none has ended for three intervals.
HealthState state_of(const ConnectionHealth&, Time now);

struct Health {
  Time started{};
  std::vector<std::string> warnings;  // such as certificates that are not checked
  std::map<std::string, ConnectionHealth> connections;
  std::string failure;  // of everything, such as a database that is away; empty = none
  std::string idle;     // why nothing is served; empty = something is

  HealthState state(Time now) const;
};

// The members of a single connection stand beside the state; several connections are a list.
json::object to_json(const Health&, Time now);

class HealthBoard {
 public:
  void set(const std::function<void(Health&)>& change) {
    const std::lock_guard lock(mutex_);
    change(health_);
  }
  Health get() const {
    const std::lock_guard lock(mutex_);
    return health_;
  }

 private:
  mutable std::mutex mutex_;
  Health health_;
};

}  // namespace picket::serve
