// What the server needs from a simulated vendor: answers, its own controls, and changes that happen between requests. All calls come
// from the server's one thread.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>

#include "host-sim/sim/server/exchange.hpp"
#include "picket/time.hpp"

namespace picket::sim {

class Vendor {
 public:
  Vendor() = default;
  Vendor(const Vendor&) = delete;
  Vendor& operator=(const Vendor&) = delete;
  virtual ~Vendor() = default;

  // Called for API requests that neither the rate limit nor a fault has answered. The vendor checks the credentials.
  virtual Answer answer(const Request& request) = 0;

  // Called for requests under /_sim/ that the server does not handle; nothing if the vendor does not either. Error(invalid) becomes 400.
  virtual std::optional<Answer> control(const Request& request, Time now) = 0;

  // Called before every request and after the clock was advanced. Makes every change that is due by now.
  virtual void time_is(Time now) = 0;

  // How far the vendor's own clock is ahead of the simulation's.
  virtual std::chrono::microseconds clock_skew() const { return {}; }

  // Called after the `count`-th API request since the start.
  virtual void requests_were(std::uint64_t count, Time now) = 0;
};

}  // namespace picket::sim
