#include "host-sim/store/rate_limits.hpp"

#include <random>
#include <thread>

namespace picket::store {
namespace {

// The vendor limits an account, whichever tenants use it.
constexpr std::string_view no_tenant = "00000000-0000-0000-0000-000000000000";
constexpr int max_attempts = 10'000;

std::int64_t random_token() {
  static thread_local std::random_device source;
  return static_cast<std::int64_t>((static_cast<std::uint64_t>(source()) << 31) ^ source());
}

}  // namespace

SharedRateLimiter::SharedRateLimiter(const std::string& database_url, std::string account, std::size_t limit,
                                     std::chrono::microseconds window, const host::Clock& clock)
    : db_(database_url), account_(std::move(account)), limit_(limit), window_(window), clock_(clock) {
  if (limit_ == 0 || window_.count() <= 0) throw Error(Status::invalid, "a rate limit needs at least one request and a window");
  db_.execute("INSERT INTO picket_rate_limits (tenant, account, revision, state) VALUES (?, ?, 0, '') ON CONFLICT DO NOTHING",
              {no_tenant, account_});
}

SharedRateLimiter::~SharedRateLimiter() { flush(); }

host::RateLimiter::Grant SharedRateLimiter::acquire(std::size_t wanted) {
  const std::lock_guard lock(mutex_);
  const Grant grant = update(wanted);
  if (grant.count > 0) outstanding_[grant.token] += grant.count;
  return grant;
}

void SharedRateLimiter::done(std::int64_t token) {
  const std::lock_guard lock(mutex_);
  const auto granted = outstanding_.find(token);
  if (granted == outstanding_.end()) return;  // more answers than requests
  if (--granted->second == 0) outstanding_.erase(granted);
  finished_.push_back({token, clock_.now()});
  // Written when the batch is over, or before it gets old; until then other processes count it as under way.
  if (outstanding_.empty() || finished_.back().at - finished_.front().at > window_ / 10) flush();
}

void SharedRateLimiter::flush() noexcept {
  try {
    if (!finished_.empty()) update(0);
  } catch (...) {
    // They stay in finished_ until the next acquire, which throws if it cannot write them.
  }
}

host::RateLimiter::Grant SharedRateLimiter::update(std::size_t wanted) {
  for (int attempt = 0; attempt < max_attempts; ++attempt) {
    const auto rows =
        db_.query<2>("SELECT revision, state FROM picket_rate_limits WHERE tenant = ? AND account = ?", {no_tenant, account_});
    if (rows.empty()) throw Error(Status::unavailable, "the rate limit of this account has vanished from the database");
    RateWindow state(limit_, window_);
    state.parse(rows[0][1].value_or(""));
    state.finish(finished_);
    const Grant grant = wanted == 0 ? Grant{} : state.acquire(wanted, random_token(), clock_.now());
    if (grant.count == 0 && finished_.empty()) return grant;
    if (db_.execute(R"(UPDATE picket_rate_limits
                       SET revision = revision + 1, state = ?
                       WHERE tenant = ? AND account = ? AND revision = ?)",
                    {state.to_text(), no_tenant, account_, *rows[0][0]}) == 1) {
      finished_.clear();
      return grant;
    }
    if (attempt > 3) std::this_thread::sleep_for(std::chrono::microseconds(random_token() % 2000));
  }
  throw Error(Status::unavailable, "too many processes share the rate limit of this account");
}

}  // namespace picket::store
