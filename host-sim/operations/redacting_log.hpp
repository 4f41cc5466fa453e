// A log without secrets, in whatever form they come. Thread: as the log beneath.
#pragma once
#include <string>
#include <utility>

#include "sdk/host/http/redact.hpp"
#include "sdk/host/services.hpp"

namespace picket::operations {

class RedactingLog final : public host::Log {
 public:
  RedactingLog(host::Log& log, std::string prefix, host::Redactor redactor)
      : log_(log), prefix_(std::move(prefix)), redactor_(std::move(redactor)) {}
  void write(int level, std::string_view message) override { log_.write(level, prefix_ + redactor_.redact(message)); }

 private:
  host::Log& log_;
  std::string prefix_;
  host::Redactor redactor_;
};

}  // namespace picket::operations
