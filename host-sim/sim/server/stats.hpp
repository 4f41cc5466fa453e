// Statistics of the requests. One thread.
#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <string>

#include "picket/time.hpp"
#include "sdk/common/json.hpp"

namespace picket::sim {

class Stats {
 public:
  explicit Stats(std::chrono::microseconds window) : window_(window) {}

  void connection() { ++connections_; }
  void arrival(Time now);  // accepted or refused
  void answered(const std::string& method, const std::string& path, const std::string& code, std::size_t body_size, std::size_t bytes_sent);
  void reset();  // the numbers; not the arrivals that the window is made of

  json::object report() const;

 private:
  std::chrono::microseconds window_;
  std::deque<Time> arrivals_;
  std::uint64_t requests_ = 0;
  std::uint64_t connections_ = 0;
  std::uint64_t bytes_ = 0;
  std::size_t largest_body_ = 0;
  std::size_t max_in_window_ = 0;
  std::map<std::string, std::uint64_t> by_path_;
  std::map<std::string, std::uint64_t> by_request_;  // "POST /api/Tickets"
  std::map<std::string, std::uint64_t> by_code_;
};

// "/v1/agents/17" as "/v1/agents/{id}"; ids are numbers and hexadecimal ones of at least 16 digits.
std::string path_pattern(std::string_view path);

}  // namespace picket::sim
