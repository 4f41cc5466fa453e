#include "tests/support/loopback_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <stdexcept>

namespace picket::test {

namespace {

void sleep_while_running(std::chrono::milliseconds d, const std::atomic<bool>& stop) {
  const auto until = std::chrono::steady_clock::now() + d;
  while (!stop && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(
        std::min<std::chrono::nanoseconds>(std::chrono::milliseconds{10}, until - std::chrono::steady_clock::now()));
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

template <class F>
auto with_address(sockaddr_in& address, F f) {
  return f(reinterpret_cast<sockaddr*>(&address), static_cast<socklen_t>(sizeof address));
}

std::string lower(std::string s) {
  std::transform(s.begin(), s.end(), s.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return s;
}

void tunnel(int a, int b, const std::atomic<bool>& stop) {
  char buffer[16384];
  while (!stop) {
    pollfd both[2] = {{a, POLLIN, 0}, {b, POLLIN, 0}};
    if (::poll(both, 2, 20) <= 0) continue;
    for (int i = 0; i < 2; ++i) {
      if (both[i].revents == 0) continue;
      const ssize_t n = ::recv(both[i].fd, buffer, sizeof buffer, 0);
      if (n <= 0) return;
      if (::send(both[1 - i].fd, buffer, static_cast<std::size_t>(n), MSG_NOSIGNAL) != n) return;
    }
  }
}

}  // namespace

struct LoopbackServer::TlsContext {
  explicit TlsContext(const TlsCertificate& certificate) : context(SSL_CTX_new(TLS_server_method())) {
    BIO* in = BIO_new_mem_buf(certificate.certificate_pem.data(), static_cast<int>(certificate.certificate_pem.size()));
    X509* x = PEM_read_bio_X509(in, nullptr, nullptr, nullptr);
    BIO_free(in);
    in = BIO_new_mem_buf(certificate.key_pem.data(), static_cast<int>(certificate.key_pem.size()));
    EVP_PKEY* key = PEM_read_bio_PrivateKey(in, nullptr, nullptr, nullptr);
    BIO_free(in);
    const bool used =
        x != nullptr && key != nullptr && SSL_CTX_use_certificate(context, x) == 1 && SSL_CTX_use_PrivateKey(context, key) == 1;
    X509_free(x);
    EVP_PKEY_free(key);
    if (!used) throw std::runtime_error("loopback server: the certificate cannot be used");
  }
  ~TlsContext() { SSL_CTX_free(context); }
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  SSL_CTX* context;
};

// The last owner closes the socket, so that nobody shuts down a descriptor that is already somebody else's.
class LoopbackServer::Connection {
 public:
  explicit Connection(int fd) : fd_(fd) {}
  ~Connection() {
    if (ssl_ != nullptr) SSL_free(ssl_);
    ::close(fd_);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  int fd() const { return fd_; }
  SSL* ssl() const { return ssl_; }
  void shutdown() const { ::shutdown(fd_, SHUT_RDWR); }

  bool secure(SSL_CTX* context) {
    ssl_ = SSL_new(context);
    SSL_set_fd(ssl_, fd_);
    const bool ok = SSL_accept(ssl_) == 1;
    ERR_clear_error();
    return ok;
  }

  bool fill() {
    char buffer[16384];
    const ssize_t n = ssl_ != nullptr ? SSL_read(ssl_, buffer, sizeof buffer) : ::recv(fd_, buffer, sizeof buffer, 0);
    if (n <= 0) return false;
    input.append(buffer, static_cast<std::size_t>(n));
    return true;
  }

  bool write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ssl_ != nullptr ? SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()))
                                        : ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }

  std::string input;

 private:
  int fd_;
  SSL* ssl_ = nullptr;
};

LoopbackReply loopback_reply(int code, std::string_view body, std::string_view headers) {
  LoopbackReply reply;
  reply.bytes = "HTTP/1.1 " + std::to_string(code) + " Text\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
  reply.bytes.append(headers).append("\r\n").append(body);
  return reply;
}

LoopbackServer::LoopbackServer(Reply reply, std::optional<TlsCertificate> tls) : reply_(std::move(reply)) {
  if (tls) tls_ = std::make_unique<TlsContext>(*tls);
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  const auto bind_to = [&](sockaddr* a, socklen_t size) { return ::bind(listener_, a, size); };
  if (with_address(address, bind_to) != 0 || ::listen(listener_, 64) != 0) throw std::runtime_error("loopback server: no port");
  socklen_t size = sizeof address;
  ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_loop(); });
}

LoopbackServer::~LoopbackServer() {
  stop_ = true;
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  ::close(listener_);
  close_connections();
  for (std::thread& thread : threads_) thread.join();
}

std::string LoopbackServer::origin(std::string_view host) const {
  return std::string{tls_ ? "https://" : "http://"}.append(host) + ":" + std::to_string(port_);
}

std::string LoopbackServer::server_name() const {
  const std::lock_guard lock(mutex_);
  return server_name_;
}

void LoopbackServer::close_connections() {
  const std::lock_guard lock(mutex_);
  for (const auto& connection : open_) connection->shutdown();
  open_.clear();
}

void LoopbackServer::accept_loop() {
  while (!stop_) {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) continue;
    auto connection = std::make_shared<Connection>(fd);
    const std::lock_guard lock(mutex_);
    open_.push_back(connection);
    threads_.emplace_back([this, connection, number = ++connections_] {
      serve(*connection, number);
      connection->shutdown();
      const std::lock_guard forget(mutex_);
      std::erase(open_, connection);
    });
  }
}

void LoopbackServer::serve(Connection& connection, int number) {
  // OpenSSL writes with write(2). Set for the server only, because a client under test has to handle SIGPIPE itself.
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);

  if (tls_) {
    if (!connection.secure(tls_->context)) return;
    if (SSL_session_reused(connection.ssl()) == 1) ++resumed_sessions_;
    const char* name = SSL_get_servername(connection.ssl(), TLSEXT_NAMETYPE_host_name);
    const std::lock_guard lock(mutex_);
    server_name_ = name != nullptr ? name : "";
  }
  while (!stop_) {
    std::size_t end = 0;
    while ((end = connection.input.find("\r\n\r\n")) == std::string::npos)
      if (!connection.fill()) return;

    LoopbackRequest request;
    request.connection = number;
    const std::string head = connection.input.substr(0, end + 2);
    connection.input.erase(0, end + 4);
    const std::size_t line_end = head.find("\r\n");
    const std::size_t first = head.find(' '), second = head.find(' ', first + 1);
    request.method = head.substr(0, first);
    request.target = head.substr(first + 1, second - first - 1);
    for (std::size_t at = line_end + 2; at < head.size();) {
      const std::size_t colon = head.find(':', at), stop = head.find("\r\n", at);
      request.headers[lower(head.substr(at, colon - at))] = head.substr(colon + 2, stop - colon - 2);
      at = stop + 2;
    }
    const auto length = request.headers.find("content-length");
    const std::size_t size = length == request.headers.end() ? 0 : std::strtoul(length->second.c_str(), nullptr, 10);
    while (connection.input.size() < size)
      if (!connection.fill()) return;
    request.body = connection.input.substr(0, size);
    connection.input.erase(0, size);
    request.number = ++requests_;

    const int now = ++at_once_;
    for (int most = most_at_once_; now > most && !most_at_once_.compare_exchange_weak(most, now);) {
    }
    const LoopbackReply reply = reply_(request);
    sleep_while_running(reply.delay, stop_);
    --at_once_;
    if (!connection.write(reply.bytes)) return;

    if (reply.tunnel_to != 0) {
      const int other = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      sockaddr_in address = loopback(reply.tunnel_to);
      if (with_address(address, [&](sockaddr* a, socklen_t s) { return ::connect(other, a, s); }) == 0)
        tunnel(connection.fd(), other, stop_);
      ::close(other);
      return;
    }
    switch (reply.then) {
      case LoopbackReply::Then::keep: break;
      case LoopbackReply::Then::close: return;
      case LoopbackReply::Then::reset: {
        const linger now_and_hard{1, 0};
        ::setsockopt(connection.fd(), SOL_SOCKET, SO_LINGER, &now_and_hard, sizeof now_and_hard);
        const int fd = ::dup(connection.fd());
        const sockaddr unspecified{.sa_family = AF_UNSPEC, .sa_data = {}};
        ::connect(fd, &unspecified, sizeof unspecified);  // sends the reset at once
        ::close(fd);
        return;
      }
      case LoopbackReply::Then::stall:
        while (!stop_ && connection.fill()) {
        }
        return;
    }
  }
}

}  // namespace picket::test
