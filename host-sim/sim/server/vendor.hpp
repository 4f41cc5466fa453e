// What a simulated vendor is to the server: answers, controls of its own, and a life that goes on between requests. All calls come
// from the server's one thread.
#pragma once
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

  // An API request that neither the rate limit nor a fault has taken; credentials are the vendor's matter.
  virtual Answer answer(const Request& request) = 0;

  // A request under /_sim/ that is not one of the server's own; nothing if the vendor does not know it either. Error(invalid) becomes 400.
  virtual std::optional<Answer> control(const Request& request, Time now) = 0;

  // Before every request and when the clock was advanced: what is due by now happens.
  virtual void time_is(Time now) = 0;

  // After the `count`-th API request since the start.
  virtual void requests_were(std::uint64_t count, Time now) = 0;
};

}  // namespace picket::vendors
