// A simulated vendor's server without its sockets: controls, rate limit, faults, statistics and the log around a Vendor. One thread.
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "host-sim/sim/server/exchange.hpp"
#include "host-sim/sim/server/faults.hpp"
#include "host-sim/sim/server/rate_window.hpp"
#include "host-sim/sim/server/request_log.hpp"
#include "host-sim/sim/server/sim_clock.hpp"
#include "host-sim/sim/server/stats.hpp"
#include "host-sim/sim/server/vendor.hpp"

namespace picket::sim {

struct SimulationOptions {
  std::size_t rate_limit = 60;  // 0: none
  std::chrono::seconds rate_window{60};
  bool retry_after = true;  // whether a refusal says how long to wait
  std::chrono::milliseconds latency{0};
  std::uint64_t seed = 1;
  std::string log_file = {};
};

class Simulation {
 public:
  Simulation(const SimulationOptions& options, std::unique_ptr<Vendor> vendor, SimClock clock);

  Exchange handle(Request request);
  void connection() { stats_.connection(); }
  Time now() const { return clock_.now() + vendor_->clock_skew(); }  // of the Date header

 private:
  Exchange api(Request& request, Time now);
  Answer refused(Time now) const;
  Answer control(const Request& request, Time now);
  Answer add_faults(const Request& request);
  Answer advance(const Request& request);

  std::chrono::milliseconds latency_;
  bool retry_after_;
  std::unique_ptr<Vendor> vendor_;
  SimClock clock_;
  RateWindow window_;
  FaultPlan faults_;
  Stats stats_;
  RequestLog log_;
  std::uint64_t api_requests_ = 0;
};

}  // namespace picket::sim
