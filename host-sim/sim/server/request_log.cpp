#include "host-sim/sim/server/request_log.hpp"

#include "picket/error.hpp"

namespace picket::sim {

RequestLog::RequestLog(const std::string& file) : out_(file, std::ios::app) {
  if (!out_) throw Error(Status::invalid, "The log file " + file + " cannot be written.", "log");
}

void RequestLog::write(Time at, const Request& request, const std::string& code, std::size_t bytes_sent) {
  if (!out_.is_open()) return;
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count();
  out_ << ms << ' ' << request.method << ' ' << request.target << ' ' << code << ' ' << bytes_sent << '\n' << std::flush;
}

}  // namespace picket::sim
