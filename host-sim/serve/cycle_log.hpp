// Writes cycles to the log: each failure once, and a line when it is over; a line for a cycle that did something; one line an hour while
// nothing happens. Thread: one.
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

  void write(const CycleReport& report);

 private:
  void write_failures(const CycleReport& report);
  void write_items(const CycleReport& report);

  host::Log& log_;
  std::string name_;                             // of what is served; empty where there is only one
  std::map<std::string, std::string> failures_;  // failing step -> what the log says of it
  std::set<std::string> items_;                  // single findings, deliveries, events
  std::uint64_t idle_ = 0;                       // cycles that did nothing, since the last line
  Time last_line_{};
};

}  // namespace picket::serve
