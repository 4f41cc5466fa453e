#include "sdk/host/http/sliding_window.hpp"

#include <algorithm>

#include "picket/error.hpp"

namespace picket::host {

SlidingWindow::SlidingWindow(std::size_t limit, std::chrono::nanoseconds window) : limit_(limit), window_ns_(window.count()) {
  if (limit == 0 || window_ns_ <= 0) throw Error(Status::invalid, "a request limit needs at least one request and a window longer than 0");
}

std::size_t SlidingWindow::grant(std::size_t wanted, std::int64_t now_ns) {
  forget(now_ns);
  const std::size_t granted = std::min(wanted, limit_ - in_flight_ - free_at_.size());
  in_flight_ += granted;
  return granted;
}

std::int64_t SlidingWindow::when(std::int64_t now_ns) {
  forget(now_ns);
  if (in_flight_ + free_at_.size() < limit_) return now_ns;
  return free_at_.empty() ? now_ns + window_ns_ : free_at_.front();
}

void SlidingWindow::done(std::int64_t now_ns) {
  if (in_flight_ == 0) throw Error(Status::internal, "more requests were reported as done than were granted");
  --in_flight_;
  free_at_.push_back(now_ns + window_ns_);
}

void SlidingWindow::forget(std::int64_t now_ns) {
  while (!free_at_.empty() && free_at_.front() <= now_ns) free_at_.pop_front();
}

}  // namespace picket::host
