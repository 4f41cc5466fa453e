#include "tests/bench/keep_alive.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace picket::bench {

KeepAlive::KeepAlive(const std::string& url) {
  const std::string scheme = "http://";
  if (!url.starts_with(scheme)) throw std::runtime_error("not a plain http URL: " + url);
  host_ = url.substr(scheme.size());
  const std::size_t colon = host_.find(':');
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(host_.substr(colon + 1))));
  fd_ = ::socket(AF_INET, SOCK_STREAM, 0);
  const int yes = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  if (::inet_pton(AF_INET, host_.substr(0, colon).c_str(), &address.sin_addr) != 1 ||
      ::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error("cannot connect to " + url);
}

KeepAlive::~KeepAlive() { ::close(fd_); }

std::string KeepAlive::send(const std::string& method, const std::string& target, const std::vector<std::string>& headers,
                            const std::string& body) {
  std::string request =
      method + " " + target + " HTTP/1.1\r\nHost: " + host_ + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
  for (const std::string& header : headers) request += header + "\r\n";
  request += "\r\n" + body;
  for (std::size_t sent = 0; sent < request.size();) {
    const ssize_t n = ::send(fd_, request.data() + sent, request.size() - sent, MSG_NOSIGNAL);
    if (n <= 0) throw std::runtime_error("the connection broke while sending");
    sent += static_cast<std::size_t>(n);
  }
  std::size_t body_begin = 0;
  std::size_t end = std::string::npos;
  char buffer[1 << 14];
  while (received_.size() < end) {
    const ssize_t n = ::recv(fd_, buffer, sizeof buffer, 0);
    if (n <= 0) throw std::runtime_error("the connection broke while receiving");
    received_.append(buffer, static_cast<std::size_t>(n));
    const std::size_t head_end = received_.find("\r\n\r\n");
    if (end != std::string::npos || head_end == std::string::npos) continue;
    const std::size_t length = received_.find("Content-Length: ");
    if (length == std::string::npos || length > head_end) throw std::runtime_error("an answer has no Content-Length");
    body_begin = head_end + 4;
    end = body_begin + std::stoul(received_.substr(length + 16));
  }
  if (received_.substr(9, 1) != "2") throw std::runtime_error(method + " " + target + ": " + received_.substr(9, 3));
  std::string answer = received_.substr(body_begin, end - body_begin);
  received_.erase(0, end);
  return answer;
}

}  // namespace picket::bench
