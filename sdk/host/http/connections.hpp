// Connections to servers and proxies: the TLS context and its sessions, sockets, and the idle connections kept for the next request.
// Internal to sdk/host/http; includes Asio, so only connections.cpp and transport.cpp include it.
//
// Thread: one at a time.
#pragma once
#include <openssl/ssl.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sdk/host/http/transport.hpp"

namespace picket::host {

struct Connection {
  using Socket = boost::asio::ip::tcp::socket;
  using Tls = boost::asio::ssl::stream<Socket&>;

  Connection(boost::asio::io_context& io, Origin o);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void close();
  // False if the peer has closed the connection or sent something unasked: a request on it would fail.
  [[nodiscard]] bool is_quiet();

  Origin origin;
  std::string host_and_port;
  Socket socket;
  std::optional<Tls> tls;
  boost::beast::flat_buffer buffer;
};

// The last TLS session per host, resumed by the next connection.
class TlsSessions {
 public:
  explicit TlsSessions(SSL_CTX* context);
  void resume(SSL* ssl, const std::string* host_and_port) const;

 private:
  struct Free {
    void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
  };
  static int take(SSL* ssl, SSL_SESSION* session);

  std::map<std::string, std::unique_ptr<SSL_SESSION, Free>> by_host_;
};

class Connections {
 public:
  // Throws Error(invalid) when the CA file cannot be read.
  explicit Connections(const TransportOptions& options);

  boost::asio::io_context& io() { return io_; }

  [[nodiscard]] std::shared_ptr<Connection> idle(const Origin& origin);  // null if there is none
  [[nodiscard]] std::shared_ptr<Connection> make(const Origin& origin) { return std::make_shared<Connection>(io_, origin); }
  void keep(std::shared_ptr<Connection> connection);
  void close_idle() { idle_.clear(); }

  // Gives the connection its TLS stream, bound to the origin's host name. False if that name cannot be used for TLS.
  [[nodiscard]] bool prepare_tls(Connection& connection);

 private:
  std::size_t max_idle_;
  boost::asio::io_context io_{1};
  boost::asio::ssl::context context_;
  TlsSessions sessions_;
  std::vector<std::shared_ptr<Connection>> idle_;  // the most recently used last
};

}  // namespace picket::host
