// GET /api/ping and GET /api/health on a port, in a thread of its own. It uses what `health` returns and nothing else.
// Thread: constructing and destroying in one; `health` is called on the server's.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace picket::serve {

struct HttpReply {
  unsigned code = 200;
  std::string content_type = "text/plain";
  std::string body;
};

struct HealthAnswer {
  bool good = true;  // 200, else 503
  std::string json;
};

// The answer to a request, HEAD as GET. Pure.
HttpReply answer_to(std::string_view method, std::string_view target, const std::function<HealthAnswer()>& health);

class HealthServer {
 public:
  // Listens on all addresses of this machine (IPv4); port 0 takes a free one. Throws Error(unavailable) if the port cannot be used.
  HealthServer(std::uint16_t port, std::function<HealthAnswer()> health);
  ~HealthServer();
  HealthServer(const HealthServer&) = delete;
  HealthServer& operator=(const HealthServer&) = delete;

  std::string url() const;  // "http://0.0.0.0:3000"

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace picket::serve
