// What the log says of cycles: each failure once, and that it is over; one line for a cycle that did something; one an hour while nothing
// happens. Thread: one.
#pragma once
#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "host-sim/serve/cycle_report.hpp"
#include "sdk/host/services.hpp"

namespace picket::serve {

class CycleLog {
 public:
  CycleLog(host::Log& log, std::string name) : log_(log), name_(std::move(name)) {}

  void tell(const CycleReport& report);

 private:
  void tell_failures(const CycleReport& report);
  void tell_items(const CycleReport& report);

  host::Log& log_;
  std::string name_;                         // of what is served; empty where there is only one
  std::map<std::string, std::string> told_;  // failing step -> what was said of it
  std::set<std::string> told_items_;         // single findings, deliveries, events
  std::uint64_t idle_ = 0;                   // cycles that did nothing, since the last line
  Time last_line_{};
};

}  // namespace picket::serve
