// The log of the command line: lines on standard error, with time and level. Thread: any.
#pragma once
#include <memory>
#include <string_view>

#include "sdk/host/services.hpp"

namespace picket::cli {

class StderrLog final : public host::Log {
 public:
  StderrLog();
  ~StderrLog() override;
  void write(int level, std::string_view message) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace picket::cli
