#include "host-sim/store/rate_window.hpp"

#include <algorithm>
#include <sstream>

namespace picket::store {
namespace {

constexpr std::int64_t buckets_per_window = 64;
constexpr std::int64_t margins_per_window = 60;

std::int64_t micros(Time t) { return t.time_since_epoch().count(); }
Time time_of_micros(std::int64_t value) { return Time{std::chrono::microseconds{value}}; }

}  // namespace

RateWindow::RateWindow(std::size_t limit, std::chrono::microseconds window)
    : limit_(limit), window_(window), margin_(std::min<std::chrono::microseconds>(longest_margin, window / margins_per_window)) {}

std::chrono::microseconds RateWindow::step() const {
  return std::max<std::chrono::microseconds>(std::chrono::microseconds{1}, window_ / buckets_per_window);
}

void RateWindow::parse(std::string_view state) {
  granted_.clear();
  finished_.clear();
  std::istringstream words{std::string(state)};
  std::string kind;
  while (words >> kind) {
    std::int64_t token = 0;
    std::int64_t at = 0;
    std::size_t count = 0;
    if (kind == "g" && words >> token >> at >> count) {
      granted_.push_back({token, time_of_micros(at), count});
    } else if (kind == "f" && words >> at >> count) {
      finished_.push_back({time_of_micros(at), count});
    } else {
      granted_.clear();
      finished_.clear();
      return;
    }
  }
}

std::string RateWindow::to_text() const {
  std::string text;
  for (const auto& g : granted_)
    text += "g " + std::to_string(g.token) + " " + std::to_string(micros(g.at)) + " " + std::to_string(g.outstanding) + " ";
  for (const auto& f : finished_) text += "f " + std::to_string(micros(f.until)) + " " + std::to_string(f.count) + " ";
  return text;
}

void RateWindow::finish(std::span<const FinishedRequest> requests) {
  const std::int64_t step = this->step().count();
  for (const auto& request : requests) {
    const auto granted = std::find_if(granted_.begin(), granted_.end(), [&](const Granted& g) { return g.token == request.token; });
    if (granted != granted_.end() && --granted->outstanding == 0) granted_.erase(granted);
    // Rounded up, so that few times have to be stored and none is too early.
    const Time until = time_of_micros((micros(request.at + window_ + margin_) + step - 1) / step * step);
    const auto bucket = std::find_if(finished_.begin(), finished_.end(), [&](const Finished& f) { return f.until == until; });
    if (bucket != finished_.end())
      ++bucket->count;
    else
      finished_.push_back({until, 1});
  }
}

void RateWindow::forget(Time now) {
  // After a wall clock was set back, requests count for one window from now, not for as long as the clock was wrong.
  for (auto& g : granted_) g.at = std::min(g.at, now);
  for (auto& f : finished_) f.until = std::min(f.until, now + window_ + margin_ + step());
  std::erase_if(granted_, [&](const Granted& g) { return g.at + window_ + margin_ + abandoned_after <= now; });
  std::erase_if(finished_, [&](const Finished& f) { return f.until <= now; });
}

std::size_t RateWindow::counted(Time now) {
  forget(now);
  std::size_t count = 0;
  for (const auto& g : granted_) count += g.outstanding;
  for (const auto& f : finished_) count += f.count;
  return count;
}

host::RateLimiter::Grant RateWindow::acquire(std::size_t wanted, std::int64_t token, Time now) {
  const std::size_t count = counted(now);
  host::RateLimiter::Grant grant;
  if (count < limit_) {
    grant.count = std::min(wanted, limit_ - count);
    grant.token = token;
    granted_.push_back({token, now, grant.count});
    return grant;
  }
  // Requests under way will count for at least another window.
  Time next = now + window_;
  for (const auto& f : finished_) next = std::min(next, f.until);
  for (const auto& g : granted_) next = std::min(next, g.at + window_ + margin_ + abandoned_after);
  grant.wait = std::max(next - now, std::chrono::microseconds{1000});
  return grant;
}

}  // namespace picket::store
