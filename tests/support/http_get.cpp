#include "tests/support/http_get.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <memory>

namespace picket::test {
namespace {

constexpr int timeout_seconds = 60;

class Socket {
 public:
  Socket() : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    if (fd_ < 0) throw NoAnswer("no socket");
    const timeval limit{timeout_seconds, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  }
  ~Socket() { ::close(fd_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  void connect(const std::string& ip, int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    if (::inet_pton(AF_INET, ip.c_str(), &address.sin_addr) != 1) throw NoAnswer("not an IPv4 address: " + ip);
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      throw NoAnswer("connect: " + std::string(std::strerror(errno)));
  }

  // Any certificate is accepted, because the server belongs to the test.
  void start_tls() {
    context_.reset(SSL_CTX_new(TLS_client_method()));
    SSL_CTX_set_options(context_.get(), SSL_OP_IGNORE_UNEXPECTED_EOF);
    tls_.reset(SSL_new(context_.get()));
    if (!tls_ || SSL_set_fd(tls_.get(), fd_) != 1 || SSL_connect(tls_.get()) != 1) throw NoAnswer("no TLS connection");
  }

  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = tls_ ? SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size()))
                             : ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) throw NoAnswer("send: " + std::string(std::strerror(errno)));
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
  }

  // Everything up to the end of the connection; a reset after the first bytes counts as its end.
  std::string receive_all() {
    std::string all;
    std::string part(1 << 16, '\0');
    for (;;) {
      const ssize_t n =
          tls_ ? SSL_read(tls_.get(), part.data(), static_cast<int>(part.size())) : ::recv(fd_, part.data(), part.size(), 0);
      if (n == 0) return all;
      if (n < 0) {
        if (all.empty()) throw NoAnswer("receive: " + std::string(std::strerror(errno)));
        return all;
      }
      all.append(part, 0, static_cast<std::size_t>(n));
    }
  }

 private:
  struct Free {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    void operator()(SSL* tls) const { SSL_free(tls); }
  };
  int fd_;
  std::unique_ptr<SSL_CTX, Free> context_;
  std::unique_ptr<SSL, Free> tls_;
};

std::string lower(std::string s) {
  std::transform(s.begin(), s.end(), s.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return s;
}

Answer parsed(const std::string& bytes) {
  const auto head_end = bytes.find("\r\n\r\n");
  if (head_end == std::string::npos || bytes.size() < 12 || !bytes.starts_with("HTTP/1.")) throw NoAnswer("no HTTP answer");
  Answer answer;
  answer.code = std::stoi(bytes.substr(9, 3));
  std::size_t begin = bytes.find("\r\n") + 2;
  while (begin < head_end) {
    const std::size_t end = bytes.find("\r\n", begin);
    const std::string line = bytes.substr(begin, end - begin);
    const auto colon = line.find(':');
    if (colon != std::string::npos) {
      const auto value = line.find_first_not_of(" \t", colon + 1);
      answer.headers[lower(line.substr(0, colon))] = value == std::string::npos ? "" : line.substr(value);
    }
    begin = end + 2;
  }
  answer.body = bytes.substr(head_end + 4);
  const auto length = answer.headers.find("content-length");
  answer.complete = length == answer.headers.end() || std::stoull(length->second) == answer.body.size();
  return answer;
}

}  // namespace

Answer http_call(const std::string& method, const std::string& url, const std::string& body, const std::vector<std::string>& headers) {
  const std::string scheme = url.starts_with("https://") ? "https://" : "http://";
  if (!url.starts_with(scheme)) throw NoAnswer("not a URL: " + url);
  const auto path = url.find('/', scheme.size());
  const std::string host = url.substr(scheme.size(), path == std::string::npos ? std::string::npos : path - scheme.size());
  const auto colon = host.find(':');
  const std::string ip = host.substr(0, colon);
  const int port = colon == std::string::npos ? 80 : std::stoi(host.substr(colon + 1));
  std::string request =
      method + " " + (path == std::string::npos ? "/" : url.substr(path)) + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n";
  for (const auto& header : headers) request += header + "\r\n";
  if (!body.empty() || method != "GET") request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  request += "\r\n" + body;
  Socket socket;
  socket.connect(ip == "localhost" ? "127.0.0.1" : ip, port);
  if (scheme == "https://") socket.start_tls();
  socket.send(request);
  return parsed(socket.receive_all());
}

}  // namespace picket::test
