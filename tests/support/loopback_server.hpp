// An HTTP/1.1 server on 127.0.0.1 for tests, plain or TLS, that behaves as well or as badly as the test wants and can act as a proxy.
// Each connection has a thread; `reply` is called on those threads, one request of a connection at a time.
#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/support/tls_certificate.hpp"

namespace picket::test {

struct LoopbackRequest {
  std::string method, target;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
  int connection = 0;  // counted from 1
  int number = 0;      // among all requests of the server, from 1
};

struct LoopbackReply {
  std::string bytes;                                                // as they go onto the wire
  std::chrono::milliseconds delay{0};                               // before the first byte
  enum class Then { keep, close, reset, stall } then = Then::keep;  // stall: keep the connection and do nothing more
  std::uint16_t tunnel_to = 0;                                      // after the bytes: tunnel to this port on 127.0.0.1
};

// A complete reply with Content-Length; `headers` are whole lines ending in \r\n.
LoopbackReply loopback_reply(int code, std::string_view body = {}, std::string_view headers = {});

class LoopbackServer {
 public:
  using Reply = std::function<LoopbackReply(const LoopbackRequest&)>;

  explicit LoopbackServer(Reply reply, std::optional<TlsCertificate> tls = std::nullopt);
  ~LoopbackServer();
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  std::uint16_t port() const { return port_; }
  std::string origin(std::string_view host = "127.0.0.1") const;  // "http://127.0.0.1:4711"

  int connections() const { return connections_; }
  int requests() const { return requests_; }
  int most_at_once() const { return most_at_once_; }          // requests being answered at the same time
  int resumed_sessions() const { return resumed_sessions_; }  // TLS connections that needed no full handshake
  std::string server_name() const;                            // the last TLS connection's SNI
  void close_connections();                                   // as a server does with idle ones; returns when the clients can see it

 private:
  class Connection;
  struct TlsContext;

  void accept_loop();
  void serve(Connection& connection, int number);

  Reply reply_;
  std::unique_ptr<TlsContext> tls_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stop_{false};
  std::atomic<int> connections_{0}, requests_{0}, at_once_{0}, most_at_once_{0}, resumed_sessions_{0};
  mutable std::mutex mutex_;
  std::string server_name_;
  std::vector<std::shared_ptr<Connection>> open_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace picket::test
