// Decides when a request may be sent. The vendor's limit is a sliding window per account, shared by every process that uses the account, so
// a request counts from before it is sent until a whole window after its answer: only then can the vendor no longer count it together with
// one sent now, whatever the network delays.
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
    std::chrono::microseconds wait{0};  // when count == 0: how long to wait before asking again
  };

  virtual ~RateLimiter() = default;
  // Asks to send up to `wanted` (>= 1) requests now. Does not block.
  [[nodiscard]] virtual Grant acquire(std::size_t wanted) = 0;
  // One request granted under `token` was answered or failed.
  virtual void done(std::int64_t token) = 0;
};

}  // namespace picket::host
