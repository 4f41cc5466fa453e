// A kept connection to a plain HTTP server, as bare as can be: what the network and the server cost by themselves. Thread: one.
#pragma once
#include <string>
#include <vector>

namespace picket::bench {

class KeepAlive {
 public:
  // "http://127.0.0.1:8080". Throws std::runtime_error.
  explicit KeepAlive(const std::string& url);
  ~KeepAlive();
  KeepAlive(const KeepAlive&) = delete;
  KeepAlive& operator=(const KeepAlive&) = delete;

  // The body of the answer, which must have a code of 2xx and a Content-Length.
  std::string send(const std::string& method, const std::string& target, const std::vector<std::string>& headers, const std::string& body);

 private:
  std::string host_;
  int fd_ = -1;
  std::string received_;
};

}  // namespace picket::bench
