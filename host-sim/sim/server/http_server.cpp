#include "host-sim/sim/server/http_server.hpp"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <optional>

#include "host-sim/sim/server/http_date.hpp"

namespace picket::sim {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace ssl = asio::ssl;
using tcp = asio::ip::tcp;
using beast::error_code;

constexpr auto idle_time = std::chrono::seconds(120);
constexpr auto handshake_time = std::chrono::seconds(20);
constexpr std::uint32_t header_limit = 64 * 1024;
constexpr std::uint64_t body_limit = 256 * 1024 * 1024;  // control requests may bring whole data sets

using PlainStream = beast::tcp_stream;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;

// One connection, request after request. Keeps itself alive by the operation under way.
template <class Stream>
class Session : public std::enable_shared_from_this<Session<Stream>> {
 public:
  static constexpr bool is_tls = std::is_same_v<Stream, TlsStream>;

  template <class... Arguments>
  Session(Simulation& simulation, std::string default_origin, Arguments&&... arguments)
      : simulation_(simulation),
        stream_(std::forward<Arguments>(arguments)...),
        timer_(stream_.get_executor()),
        default_origin_(std::move(default_origin)) {}

  void start() {
    if constexpr (is_tls) {
      transport().expires_after(handshake_time);
      stream_.async_handshake(ssl::stream_base::server, [self = this->shared_from_this()](error_code ec) {
        if (!ec) self->read();
      });
    } else {
      read();
    }
  }

 private:
  beast::tcp_stream& transport() { return beast::get_lowest_layer(stream_); }

  void read() {
    parser_.emplace();
    parser_->header_limit(header_limit);
    parser_->body_limit(body_limit);
    transport().expires_after(idle_time);
    http::async_read(stream_, buffer_, *parser_, [self = this->shared_from_this()](error_code ec, std::size_t) {
      if (ec) return self->finish();
      self->respond();
    });
  }

  Request request() {
    auto& message = parser_->get();
    Request r = make_request(std::string(message.method_string()), std::string(message.target()));
    r.authorization = std::string(message[http::field::authorization]);
    r.content_type = std::string(message[http::field::content_type]);
    r.origin = default_origin_;
    if (const auto host = message[http::field::host]; !host.empty())
      r.origin = std::string(is_tls ? "https://" : "http://") + std::string(host);
    r.body = std::move(message.body());
    return r;
  }

  void respond() {
    Exchange exchange = simulation_.handle(request());
    const auto& message = parser_->get();
    ending_ = exchange.ending;
    response_ = {};
    response_.version(message.version());
    response_.keep_alive(message.keep_alive());
    response_.result(exchange.answer.code);
    response_.set(http::field::content_type, exchange.answer.content_type);
    response_.set(http::field::date, http_date(simulation_.now()));
    for (const auto& [name, value] : exchange.answer.headers) response_.set(name, value);
    response_.body() = std::move(exchange.answer.body);
    response_.content_length(response_.body().size());
    if (ending_ == Ending::truncated) response_.body().resize(response_.body().size() / 2);
    if (message.method() == http::verb::head) response_.body().clear();
    transport().expires_never();
    if (exchange.delay.count() == 0) return answer();
    timer_.expires_after(exchange.delay);
    timer_.async_wait([self = this->shared_from_this()](error_code ec) {
      if (!ec) self->answer();
    });
  }

  void answer() {
    if (ending_ == Ending::reset) return reset();
    transport().expires_after(idle_time);
    http::async_write(stream_, response_, [self = this->shared_from_this()](error_code ec, std::size_t) {
      if (ec || self->ending_ == Ending::truncated) return self->close();
      if (!self->response_.keep_alive()) return self->finish();
      self->read();
    });
  }

  void reset() {
    error_code ignored;
    transport().socket().set_option(asio::socket_base::linger(true, 0), ignored);
    transport().socket().close(ignored);
  }

  void close() {
    error_code ignored;
    transport().socket().shutdown(tcp::socket::shutdown_both, ignored);
    transport().close();
  }

  void finish() {
    if constexpr (is_tls) {
      transport().expires_after(std::chrono::seconds(2));
      stream_.async_shutdown([self = this->shared_from_this()](error_code) { self->close(); });
    } else {
      close();
    }
  }

  Simulation& simulation_;
  Stream stream_;
  asio::steady_timer timer_;
  std::string default_origin_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  http::response<http::string_body> response_;
  Ending ending_ = Ending::complete;
};

std::optional<ssl::context> make_tls(const ListenOptions& options) {
  if (options.tls_cert.empty()) return std::nullopt;
  ssl::context context(ssl::context::tls_server);
  context.set_options(ssl::context::default_workarounds | ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1);
  error_code ec;
  context.use_certificate_chain_file(options.tls_cert, ec);
  if (ec) throw Error(Status::invalid, "The certificate " + options.tls_cert + " cannot be used: " + ec.message(), "tls-cert");
  context.use_private_key_file(options.tls_key, ssl::context::pem, ec);
  if (ec) throw Error(Status::invalid, "The key " + options.tls_key + " cannot be used: " + ec.message(), "tls-key");
  return context;
}

}  // namespace

class HttpServer::Impl {
 public:
  Impl(Simulation& simulation, const ListenOptions& options)
      : simulation_(simulation), tls_(make_tls(options)), acceptor_(context_), signals_(context_) {
    listen(options);
    accept();
  }

  ~Impl() {
    error_code ignored;
    acceptor_.close(ignored);
  }

  std::string url() const { return url_; }
  void run() { context_.run(); }
  void stop() { context_.stop(); }

  void stop_on_signals() {
    signals_.add(SIGTERM);
    signals_.add(SIGINT);
    signals_.async_wait([this](error_code ec, int) {
      if (!ec) stop();
    });
  }

 private:
  void listen(const ListenOptions& options) {
    const std::string wanted = options.address + ":" + std::to_string(options.port);
    try {
      const tcp::endpoint endpoint(asio::ip::make_address(options.address), options.port);
      acceptor_.open(endpoint.protocol());
      acceptor_.set_option(asio::socket_base::reuse_address(true));
      acceptor_.bind(endpoint);
      acceptor_.listen(asio::socket_base::max_listen_connections);
      const tcp::endpoint bound = acceptor_.local_endpoint();
      const std::string host = bound.address().is_v6() ? "[" + bound.address().to_string() + "]" : bound.address().to_string();
      url_ = std::string(tls_ ? "https://" : "http://") + host + ":" + std::to_string(bound.port());
    } catch (const boost::system::system_error& e) {
      throw Error(Status::unavailable, "Cannot listen on " + wanted + ": " + e.code().message() + ".", "port");
    }
  }

  void accept() {
    acceptor_.async_accept([this](error_code ec, tcp::socket socket) {
      if (ec == asio::error::operation_aborted) return;
      if (ec) {  // out of descriptors, for example: connections that end make room
        retry_.expires_after(std::chrono::milliseconds(50));
        retry_.async_wait([this](error_code) { accept(); });
        return;
      }
      simulation_.connection();
      error_code ignored;
      socket.set_option(tcp::no_delay(true), ignored);
      if (tls_)
        std::make_shared<Session<TlsStream>>(simulation_, url_, std::move(socket), *tls_)->start();
      else
        std::make_shared<Session<PlainStream>>(simulation_, url_, std::move(socket))->start();
      accept();
    });
  }

  Simulation& simulation_;
  std::optional<ssl::context> tls_;
  asio::io_context context_{1};
  tcp::acceptor acceptor_;
  asio::signal_set signals_;
  asio::steady_timer retry_{context_};
  std::string url_;
};

HttpServer::HttpServer(Simulation& simulation, const ListenOptions& options) : impl_(std::make_unique<Impl>(simulation, options)) {}
HttpServer::~HttpServer() = default;
std::string HttpServer::url() const { return impl_->url(); }
void HttpServer::run() { impl_->run(); }
void HttpServer::stop_on_signals() { impl_->stop_on_signals(); }
void HttpServer::stop() { impl_->stop(); }

}  // namespace picket::sim
