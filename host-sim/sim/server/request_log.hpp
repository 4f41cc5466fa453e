// One line per request: milliseconds since 1970, method, target, code, bytes of body sent. Never a header, so never credentials. One
// thread.
#pragma once
#include <fstream>
#include <string>

#include "host-sim/sim/server/exchange.hpp"
#include "picket/time.hpp"

namespace picket::sim {

class RequestLog {
 public:
  RequestLog() = default;                        // keeps nothing
  explicit RequestLog(const std::string& file);  // appends; throws Error(invalid) if the file cannot be written
  void write(Time at, const Request& request, const std::string& code, std::size_t bytes_sent);

 private:
  std::ofstream out_;
};

}  // namespace picket::sim
