#include "host-sim/serve/health_server.hpp"

#include <pthread.h>
#include <signal.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <optional>
#include <thread>

#include "picket/error.hpp"

namespace picket::serve {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;
using beast::error_code;

constexpr auto patience = std::chrono::seconds(30);
constexpr std::uint32_t header_limit = 16 * 1024;
constexpr std::uint64_t body_limit = 16 * 1024;  // requests need no body
constexpr int most_connections = 64;             // that may be open at once

// One connection, request after request. Keeps itself alive by the operation under way.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket socket, const std::function<HealthAnswer()>& health, std::shared_ptr<int> open)
      : stream_(std::move(socket)), health_(health), open_(std::move(open)) {
    ++*open_;
  }
  ~Session() { --*open_; }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void read() {
    parser_.emplace();
    parser_->header_limit(header_limit);
    parser_->body_limit(body_limit);
    stream_.expires_after(patience);
    http::async_read(stream_, buffer_, *parser_, [self = shared_from_this()](error_code ec, std::size_t) {
      if (!ec) self->answer();
    });
  }

 private:
  void answer() {
    const auto& request = parser_->get();
    HttpReply reply = answer_to(std::string(request.method_string()), std::string(request.target()), health_);
    response_ = {};
    response_.version(request.version());
    response_.keep_alive(request.keep_alive());
    response_.result(reply.code);
    response_.set(http::field::content_type, reply.content_type);
    response_.set(http::field::cache_control, "no-store");
    if (reply.code == 405) response_.set(http::field::allow, "GET, HEAD");
    response_.body() = std::move(reply.body);
    response_.content_length(response_.body().size());
    if (request.method() == http::verb::head) response_.body().clear();
    stream_.expires_after(patience);
    http::async_write(stream_, response_, [self = shared_from_this()](error_code ec, std::size_t) {
      if (!ec && self->response_.keep_alive()) return self->read();
      error_code ignored;
      self->stream_.socket().shutdown(tcp::socket::shutdown_both, ignored);
    });
  }

  beast::tcp_stream stream_;
  const std::function<HealthAnswer()>& health_;
  std::shared_ptr<int> open_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  http::response<http::string_body> response_;
};

}  // namespace

HttpReply answer_to(std::string_view method, std::string_view target, const std::function<HealthAnswer()>& health) {
  const std::string_view path = target.substr(0, target.find('?'));
  const bool is_ping = path == "/api/ping";
  if (!is_ping && path != "/api/health") return {404, "text/plain", "there is /api/ping and /api/health\n"};
  if (method != "GET" && method != "HEAD") return {405, "text/plain", "only GET is answered here\n"};
  if (is_ping) return {200, "text/plain", "pong"};
  HealthAnswer answer = health();
  return {answer.good ? 200U : 503U, "application/json", std::move(answer.json)};
}

class HealthServer::Impl {
 public:
  Impl(std::uint16_t port, std::function<HealthAnswer()> health) : health_(std::move(health)), acceptor_(context_) {
    try {
      const tcp::endpoint endpoint(asio::ip::address_v4::any(), port);
      acceptor_.open(endpoint.protocol());
      acceptor_.set_option(asio::socket_base::reuse_address(true));
      acceptor_.bind(endpoint);
      acceptor_.listen();
      url_ = "http://0.0.0.0:" + std::to_string(acceptor_.local_endpoint().port());
    } catch (const boost::system::system_error& e) {
      throw Error(Status::unavailable,
                  "cannot listen on port " + std::to_string(port) + ": " + e.code().message() + "; choose another by PORT", "PORT");
    }
    accept();
    // Signals go to the working thread.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    thread_ = std::thread([this] { context_.run(); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

  ~Impl() {
    context_.stop();
    thread_.join();
  }

  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  const std::string& url() const { return url_; }

 private:
  void accept() {
    acceptor_.async_accept([this](error_code ec, tcp::socket socket) {
      if (ec == asio::error::operation_aborted) return;
      if (ec) {  // such as no more descriptors: connections that end make room
        retry_.expires_after(std::chrono::milliseconds(100));
        retry_.async_wait([this](error_code) { accept(); });
        return;
      }
      if (*open_ < most_connections) std::make_shared<Session>(std::move(socket), health_, open_)->read();
      accept();
    });
  }

  std::function<HealthAnswer()> health_;
  std::shared_ptr<int> open_ = std::make_shared<int>(0);
  asio::io_context context_{1};
  tcp::acceptor acceptor_;
  asio::steady_timer retry_{context_};
  std::string url_;
  std::thread thread_;
};

HealthServer::HealthServer(std::uint16_t port, std::function<HealthAnswer()> health)
    : impl_(std::make_unique<Impl>(port, std::move(health))) {}
HealthServer::~HealthServer() = default;
std::string HealthServer::url() const { return impl_->url(); }

}  // namespace picket::serve
