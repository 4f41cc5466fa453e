#include "host-sim/cli/stderr_log.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "picket/abi/host.h"

namespace picket::cli {

struct StderrLog::Impl {
  spdlog::logger logger{"picket", std::make_shared<spdlog::sinks::stderr_sink_mt>()};
};

StderrLog::StderrLog() : impl_(std::make_unique<Impl>()) {
  impl_->logger.set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
  impl_->logger.set_level(spdlog::level::info);
}

StderrLog::~StderrLog() = default;

void StderrLog::write(int level, std::string_view message) {
  const auto to = level <= PICKET_LOG_DEBUG     ? spdlog::level::debug
                  : level == PICKET_LOG_INFO    ? spdlog::level::info
                  : level == PICKET_LOG_WARNING ? spdlog::level::warn
                                                : spdlog::level::err;
  impl_->logger.log(to, "{}", message);
}

}  // namespace picket::cli
