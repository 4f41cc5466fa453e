#include "host-sim/sim/server/stats.hpp"

#include <algorithm>

namespace picket::sim {
namespace {

constexpr std::size_t most_paths = 500;

// Counts one more under this name. The number of names is limited, since clients can make them up.
void count(std::map<std::string, std::uint64_t>& counts, const std::string& name) {
  ++counts[counts.size() < most_paths || counts.contains(name) ? name : "other"];
}

bool is_id(std::string_view s) {
  const bool number = !s.empty() && s.find_first_not_of("0123456789") == std::string_view::npos;
  return number || (s.size() >= 16 && s.find_first_not_of("0123456789abcdefABCDEF-") == std::string_view::npos);
}

json::object counts(const std::map<std::string, std::uint64_t>& of) {
  json::object out;
  for (const auto& [name, count] : of) out[name] = count;
  return out;
}

}  // namespace

void Stats::arrival(Time now) {
  ++requests_;
  while (!arrivals_.empty() && arrivals_.front() + window_ <= now) arrivals_.pop_front();
  arrivals_.push_back(now);
  max_in_window_ = std::max(max_in_window_, arrivals_.size());
}

void Stats::answered(const std::string& method, const std::string& path, const std::string& code, std::size_t body_size,
                     std::size_t bytes_sent) {
  const std::string pattern = path_pattern(path);
  count(by_path_, pattern);
  count(by_request_, method + " " + pattern);
  ++by_code_[code];
  bytes_ += bytes_sent;
  largest_body_ = std::max(largest_body_, body_size);
}

void Stats::reset() {
  requests_ = connections_ = bytes_ = 0;
  largest_body_ = max_in_window_ = 0;
  by_path_.clear();
  by_request_.clear();
  by_code_.clear();
}

json::object Stats::report() const {
  json::object out;
  out["requests"] = requests_;
  out["by_path"] = counts(by_path_);
  out["by_request"] = counts(by_request_);
  out["by_code"] = counts(by_code_);
  out["max_in_window"] = max_in_window_;
  out["bytes"] = bytes_;
  out["connections"] = connections_;
  out["largest_body"] = largest_body_;
  return out;
}

std::string path_pattern(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    const auto end = path.find('/', 1);
    const auto part = path.substr(0, end);
    path = end == std::string_view::npos ? std::string_view{} : path.substr(end);
    out += is_id(part.substr(1)) ? std::string_view{"/{id}"} : part;
  }
  return out;
}

}  // namespace picket::sim
