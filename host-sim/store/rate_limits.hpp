// A vendor's limit of requests per window, shared by every process that uses the same account through this database.
#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "host-sim/store/database.hpp"
#include "host-sim/store/rate_window.hpp"
#include "sdk/host/clock.hpp"
#include "sdk/host/rate_limiter.hpp"

namespace picket::store {

// Thread: any, as host::RateLimiter. It has its own database session, so the caller may be in a transaction - but not in one that has
// SQLite's write lock, or both would wait for each other.
// The requests of a process that died count for a window and 120 s.
// Times are the machines' wall clocks. If a clock is set back, requests count for one window from then on. If a clock is set forward, or is
// ahead of another machine's, by more than RateWindow's margin (1 s for windows of a minute and more), the limit can be exceeded by what
// was sent in the last window. Machines that share an account synchronise their clocks by NTP.
class SharedRateLimiter final : public host::RateLimiter {
 public:
  // `database_url`: of a migrated database. `account`: what the limit belongs to, e.g. a digest of provider, URL and API key; it is stored
  // as it is and must not be a secret. `limit` >= 1 requests per `window`.
  SharedRateLimiter(const std::string& database_url, std::string account, std::size_t limit, std::chrono::microseconds window,
                    const host::Clock& clock);
  ~SharedRateLimiter() override;

  // Throws Error(unavailable) when the database cannot be used.
  [[nodiscard]] Grant acquire(std::size_t wanted) override;
  // Never throws; what cannot be written now is written by the next acquire, and counts as under way until then.
  void done(std::int64_t token) override;

 private:
  Grant update(std::size_t wanted);
  void flush() noexcept;

  std::mutex mutex_;
  Database db_;
  std::string account_;
  std::size_t limit_;
  std::chrono::microseconds window_;
  const host::Clock& clock_;
  std::vector<FinishedRequest> finished_;  // done, not written yet
  std::map<std::int64_t, std::size_t> outstanding_;
};

}  // namespace picket::store
