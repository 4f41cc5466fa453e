// Who may send a request when. The vendor's limit is a sliding window per account, shared by every process that uses the account, so
// a request counts from before it is sent until a whole window after its answer came: only then can the vendor no longer see it
// together with one sent now, whatever the network delayed.
//
// Thread: an implementation may be called from any thread.
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "picket/time.hpp"

namespace picket::host {

class RateLimiter {
 public:
  struct Grant {
    std::size_t count = 0;              // how many of the wanted requests may be sent now
    std::int64_t token = 0;             // for done(); meaningful when count > 0
    std::chrono::microseconds wait{0};  // when count == 0: how long until asking again is worth it
  };

  virtual ~RateLimiter() = default;
  // Asks to send up to `wanted` (>= 1) requests now. Does not block.
  virtual Grant acquire(std::size_t wanted) = 0;
  // The answer to (or the failure of) one request granted under `token` has come.
  virtual void done(std::int64_t token) = 0;
};

}  // namespace picket::host
