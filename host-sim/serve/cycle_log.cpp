#include "host-sim/serve/cycle_log.hpp"

#include <algorithm>

namespace picket::serve {
namespace {

constexpr auto idle_line_interval = std::chrono::hours(1);

std::string seconds(std::chrono::microseconds duration) {
  const auto tenths = std::chrono::duration_cast<std::chrono::milliseconds>(duration).count() / 100;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

}  // namespace

void CycleLog::write(const CycleReport& report) {
  write_failures(report);
  write_items(report);
  if (const std::string done = summary(report); !done.empty()) {
    std::string line = name_ + "cycle: " + done + " (" + std::to_string(report.vendor_requests) + " requests to the vendor";
    if (!report.psa.empty()) line += ", " + std::to_string(report.psa_requests) + " to " + report.psa;
    log_.write(PICKET_LOG_INFO, line + ", " + seconds(report.ended - report.begun) + ")");
    idle_ = 0;
    last_line_ = report.ended;
    return;
  }
  if (report.poll && report.poll->state == operations::PollState::skipped && items_.insert(report.poll->skipped_reason).second)
    log_.write(PICKET_LOG_INFO, name_ + "skipped: " + report.poll->skipped_reason);
  if (last_line_ == Time{}) last_line_ = report.begun;
  ++idle_;
  if (report.ended - last_line_ < idle_line_interval) return;
  log_.write(PICKET_LOG_INFO, name_ + std::to_string(idle_) + " cycles without anything new");
  idle_ = 0;
  last_line_ = report.ended;
}

void CycleLog::write_failures(const CycleReport& report) {
  for (const StepError& error : report.errors) {
    std::string& written = failures_[error.step];
    if (written == error.message) continue;
    written = error.message;
    log_.write(PICKET_LOG_ERROR, name_ + error.step + " failed: " + error.message + "; it is tried again");
  }
  for (const std::string& step : report.steps_done)
    if (failures_.erase(step) > 0) log_.write(PICKET_LOG_INFO, name_ + step + " works again");
}

void CycleLog::write_items(const CycleReport& report) {
  std::set<std::string> now;
  if (report.poll) {
    for (const FindingError& e : report.poll->report.errors) now.insert("a finding failed: " + e.external_id + ": " + e.message);
    if (!report.poll->skipped_reason.empty() && items_.contains(report.poll->skipped_reason)) now.insert(report.poll->skipped_reason);
  }
  for (const std::string& e : report.delivery.errors) now.insert("a delivery failed: " + e);
  for (const std::string& e : report.pull.errors) now.insert("a ticket could not be read: " + e);
  for (const std::string& e : report.events.errors) now.insert("an event was not taken by the vendor: " + e);
  for (const std::string& text : now)
    if (!items_.contains(text)) log_.write(PICKET_LOG_WARNING, name_ + text);
  items_ = std::move(now);
}

}  // namespace picket::serve
