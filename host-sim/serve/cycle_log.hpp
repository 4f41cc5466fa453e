// Writes cycles to the log: a line when a failure begins and when it is over, a line for each cycle that did something, and a line an hour
// while nothing happens. Thread: one.
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
  std::string name_;                             // of the connection; empty if there is only one
  std::map<std::string, std::string> failures_;  // failing step -> its line in the log
  std::set<std::string> items_;                  // failing findings, deliveries and events
  std::uint64_t idle_ = 0;                       // cycles that did nothing, since the last line
  Time last_line_{};
};

}  // namespace picket::serve
