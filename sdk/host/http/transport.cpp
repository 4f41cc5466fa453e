#include "sdk/host/http/transport.hpp"

#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <map>
#include <utility>

#include "sdk/common/ascii.hpp"
#include "sdk/host/http/connections.hpp"
#include "sdk/host/http/request_head.hpp"

namespace picket::host {

namespace asio = boost::asio;
namespace beast_http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using SteadyClock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

namespace {

constexpr std::uint32_t max_header_bytes = 64 * 1024;

std::string seconds_text(milliseconds d) {
  const auto ms = d.count();
  if (ms % 1000 == 0) return std::to_string(ms / 1000) + " s";
  return std::to_string(ms) + " ms";
}

bool is_closed_by_peer(const error_code& ec) {
  return ec == asio::error::eof || ec == asio::error::connection_reset || ec == asio::error::broken_pipe ||
         ec == asio::error::connection_aborted || ec == asio::ssl::error::stream_truncated || ec == beast_http::error::end_of_stream;
}

bool is_parser_error(const error_code& ec) {
  return ec.category() == beast_http::make_error_code(beast_http::error::bad_version).category();
}

}  // namespace

struct Transport::State {
  explicit State(TransportOptions o) : options(std::move(o)), connections(options) {}

  TransportOptions options;
  Connections connections;
  std::map<std::size_t, std::shared_ptr<Flight>> flights;
  std::vector<AttemptResult> ended;
  std::uint64_t sent = 0;
};

// One attempt: a chain of steps, each started when the one before completes. It ends once, in a step or in `check_time`; completions
// after that do nothing.
class Transport::Flight : public std::enable_shared_from_this<Flight> {
 public:
  Flight(State& state, Dispatch dispatch)
      : state_(state),
        options_(state.options),
        dispatch_(std::move(dispatch)),
        host_(dispatch_.origin.host),
        resolver_(state.connections.io()),
        begin_(SteadyClock::now()) {}

  std::size_t id() const { return dispatch_.id; }

  void start() {
    if (dispatch_.reuse) connection_ = state_.connections.idle(dispatch_.origin);
    reused_ = connection_ != nullptr;
    if (reused_) return send();
    connection_ = state_.connections.make(dispatch_.origin);
    resolve();
  }

  // Ends without a result.
  void drop() {
    ended_ = true;
    resolver_.cancel();
    if (connection_) connection_->close();
  }

  std::chrono::milliseconds request_timeout() const {
    const auto limit = dispatch_.time_limit;
    return limit.count() > 0 ? std::min(limit, options_.request_timeout) : options_.request_timeout;
  }

  // The time by which check_time must run again.
  SteadyClock::time_point next_check() const {
    auto at = begin_ + request_timeout();
    if (step_ < Step::send) at = std::min(at, begin_ + options_.connect_timeout);
    if (step_ == Step::connect) at = std::min(at, address_deadline_);
    return at;
  }

  void check_time() {
    if (ended_ || SteadyClock::now() < next_check()) return;
    const bool connecting = step_ < Step::send;
    if (step_ == Step::connect && SteadyClock::now() < begin_ + std::min(options_.connect_timeout, request_timeout())) {
      error_code ignored;
      connection_->socket.close(ignored);  // on_connect tries the next address
      address_deadline_ = SteadyClock::time_point::max();
      return;
    }
    const std::string limit =
        " within " + seconds_text(connecting ? std::min(options_.connect_timeout, request_timeout()) : request_timeout());
    switch (step_) {
      case Step::resolve: return fail(AttemptEnd::not_sent, "the name " + peer().host + " was not resolved" + limit);
      case Step::connect: return fail(AttemptEnd::not_sent, "no connection to " + peer_text() + limit);
      case Step::tunnel: return fail(AttemptEnd::not_sent, "the " + peer_text() + " did not open a tunnel to " + host_ + limit);
      case Step::handshake: return fail(AttemptEnd::not_sent, "no TLS connection to " + host_ + limit);
      case Step::send: return fail(AttemptEnd::maybe_sent, "the request could not be sent to " + host_ + limit);
      case Step::receive: break;
    }
    const bool begun = parser_->got_some() || connection_->buffer.size() > 0;
    fail(AttemptEnd::maybe_sent, (begun ? "no complete answer from " : "no answer from ") + host_ + limit);
  }

 private:
  enum class Step { resolve, connect, tunnel, handshake, send, receive };

  template <class... Args>
  auto then(void (Flight::*step)(Args...)) {
    return [self = shared_from_this(), step](Args... args) {
      if (!self->ended_) (self.get()->*step)(args...);
    };
  }

  // The other end of the TCP connection.
  const Origin& peer() const { return options_.proxy ? options_.proxy->origin : dispatch_.origin; }
  std::string peer_text() const {
    return options_.proxy ? "proxy " + options_.proxy->origin.host_and_port() : dispatch_.origin.host_and_port();
  }

  void end(AttemptResult&& result) {
    if (ended_) return;
    ended_ = true;
    result.id = dispatch_.id;
    state_.ended.push_back(std::move(result));
  }

  void fail(AttemptEnd how, std::string message, bool stale = false) {
    resolver_.cancel();
    connection_->close();
    end({.end = how, .stale = stale, .answer = {}, .message = std::move(message)});
  }

  void resolve() {
    const std::string& host = peer().host;
    error_code ec;
    const auto address = asio::ip::make_address(host, ec);
    if (!ec) {
      endpoints_ = {tcp::endpoint{address, peer().port}};
      return connect_next();
    }
    resolver_.async_resolve(host, std::to_string(peer().port), tcp::resolver::numeric_service, then(&Flight::on_resolve));
  }

  void on_resolve(error_code ec, tcp::resolver::results_type results) {
    if (ec == asio::error::host_not_found || ec == asio::error::no_data)
      return fail(AttemptEnd::not_sent, "no address was found for the name " + peer().host + "; check the name and this machine's DNS");
    if (ec) return fail(AttemptEnd::not_sent, "the name " + peer().host + " could not be resolved: " + ec.message());
    if (results.empty()) return fail(AttemptEnd::not_sent, "the name " + peer().host + " has no address");
    for (const auto& entry : results) endpoints_.push_back(entry.endpoint());
    connect_next();
  }

  // Each address but the last may use half of the remaining time.
  void connect_next() {
    step_ = Step::connect;
    const auto now = SteadyClock::now();
    const auto last = begin_ + std::min(options_.connect_timeout, request_timeout());
    const bool more = next_endpoint_ + 1 < endpoints_.size();
    address_deadline_ = more ? now + (last - now) / 2 : last;
    connection_->close();
    connection_->socket.async_connect(endpoints_[next_endpoint_++], then(&Flight::on_connect));
  }

  void on_connect(error_code ec) {
    if (ec && next_endpoint_ < endpoints_.size()) return connect_next();
    if (ec == asio::error::connection_refused)
      return fail(AttemptEnd::not_sent,
                  "the connection to " + peer_text() + " was refused: nothing listens on that port, or a firewall refuses it");
    if (ec) return fail(AttemptEnd::not_sent, "the connection to " + peer_text() + " failed: " + ec.message());
    error_code ignored;
    connection_->socket.set_option(tcp::no_delay(true), ignored);
    if (!dispatch_.origin.tls) return send();
    if (options_.proxy) return open_tunnel();
    handshake();
  }

  void open_tunnel() {
    step_ = Step::tunnel;
    tunnel_head_ = connect_head(dispatch_.origin, options_.user_agent, options_.proxy->authorization);
    asio::async_write(connection_->socket, asio::buffer(tunnel_head_), then(&Flight::on_tunnel_asked));
  }

  void on_tunnel_asked(error_code ec, std::size_t) {
    if (ec) return fail(AttemptEnd::not_sent, "the connection to the " + peer_text() + " broke: " + ec.message());
    tunnel_parser_.emplace();
    tunnel_parser_->header_limit(max_header_bytes);
    tunnel_parser_->skip(true);
    beast_http::async_read_header(connection_->socket, connection_->buffer, *tunnel_parser_, then(&Flight::on_tunnel_answer));
  }

  void on_tunnel_answer(error_code ec, std::size_t) {
    if (ec) return fail(AttemptEnd::not_sent, "the " + peer_text() + " did not open a tunnel to " + host_ + ": " + reason_of(ec));
    const int code = static_cast<int>(tunnel_parser_->get().result_int());
    if (code / 100 == 2 && connection_->buffer.size() == 0) return handshake();
    if (code == 407) return refuse_proxy_credentials();
    fail(code >= 500 ? AttemptEnd::not_sent : AttemptEnd::refused,
         "the " + peer_text() + " refused a tunnel to " + dispatch_.origin.host_and_port() + " with code " + std::to_string(code));
  }

  void refuse_proxy_credentials() {
    fail(AttemptEnd::refused, "the " + peer_text() + " refused access (407): " +
                                  (options_.proxy->authorization.empty() ? "it wants a user and a password; set them in the proxy's URL"
                                                                         : "check the user and the password in the proxy's URL"));
  }

  void handshake() {
    step_ = Step::handshake;
    if (!state_.connections.prepare_tls(*connection_))
      return fail(AttemptEnd::refused, "the name " + host_ + " cannot be used for TLS");
    connection_->tls->async_handshake(asio::ssl::stream_base::client, then(&Flight::on_handshake));
  }

  void on_handshake(error_code ec) {
    if (!ec) return send();
    const long verified = SSL_get_verify_result(connection_->tls->native_handle());
    if (options_.verify_tls && verified != X509_V_OK) return fail(AttemptEnd::refused, certificate_message(verified));
    fail(AttemptEnd::not_sent, "the TLS handshake with " + host_ + " failed: " + reason_of(ec));
  }

  std::string certificate_message(long verified) const {
    const std::string certificate = "the certificate of " + host_;
    switch (verified) {
      case X509_V_ERR_HOSTNAME_MISMATCH:
      case X509_V_ERR_IP_ADDRESS_MISMATCH: return certificate + " is for another name; check the host name in the URL";
      case X509_V_ERR_CERT_HAS_EXPIRED: return certificate + ", or one in its chain, has expired";
      case X509_V_ERR_CERT_NOT_YET_VALID: return certificate + " is not valid yet; check this machine's clock";
      default: break;
    }
    return certificate + " is not trusted: " + X509_verify_cert_error_string(verified) +
           "; if this is a private one, set PICKET_CA_FILE to its authority";
  }

  // The reason as a person reads it; never anything that was received.
  std::string reason_of(const error_code& ec) const {
    if (is_closed_by_peer(ec) || ec == beast_http::error::partial_message) return "the connection was closed by the other side";
    if (ec.category() == asio::error::get_ssl_category()) {
      const char* reason = ERR_reason_error_string(static_cast<unsigned long>(ec.value()));
      return reason != nullptr ? reason : "a TLS error";
    }
    return ec.message();
  }

  template <class Step>
  void with_stream(Step step) {
    if (connection_->tls)
      step(*connection_->tls);
    else
      step(connection_->socket);
  }

  void send() {
    step_ = Step::send;
    ++state_.sent;
    const std::array<asio::const_buffer, 2> request{asio::buffer(dispatch_.head), asio::buffer(dispatch_.body)};
    with_stream([&](auto& stream) { asio::async_write(stream, request, then(&Flight::on_sent)); });
  }

  // If not one byte was written, the server cannot have carried the request out. A server may also answer and close before it has read the
  // whole request, so its answer is read even after a failed write.
  void on_sent(error_code ec, std::size_t written) {
    if (ec && written == 0)
      return fail(AttemptEnd::not_sent, "the request could not be sent to " + host_ + ": " + reason_of(ec),
                  reused_ && is_closed_by_peer(ec));
    receive();
  }

  void receive() {
    step_ = Step::receive;
    parser_.emplace();
    parser_->header_limit(max_header_bytes);
    parser_->body_limit(options_.max_answer_bytes);
    if (!dispatch_.answer_has_body) parser_->skip(true);
    with_stream([&](auto& stream) { beast_http::async_read(stream, connection_->buffer, *parser_, then(&Flight::on_received)); });
  }

  void on_received(error_code ec, std::size_t) {
    if (ec == beast_http::error::body_limit)
      return fail(AttemptEnd::unusable, "the answer of " + host_ + " is larger than the limit of " + size_text(options_.max_answer_bytes));
    if (ec == beast_http::error::header_limit)
      return fail(AttemptEnd::unusable,
                  "the headers of the answer of " + host_ + " are larger than the limit of " + size_text(max_header_bytes));
    if (ec == beast_http::error::partial_message)
      return fail(AttemptEnd::maybe_sent, "the answer of " + host_ + " was cut off: the connection was closed before its end");
    if (ec && is_parser_error(ec) && ec != beast_http::error::end_of_stream)
      return fail(AttemptEnd::maybe_sent, "the answer of " + host_ + " is not HTTP/1.1: " + ec.message());
    if (ec) {
      const bool nothing_received = !parser_->got_some() && connection_->buffer.size() == 0 && !interim_;
      if (nothing_received)
        return fail(AttemptEnd::maybe_sent, "the connection to " + host_ + " broke before an answer came: " + reason_of(ec),
                    reused_ && is_closed_by_peer(ec));
      return fail(AttemptEnd::maybe_sent, "the answer of " + host_ + " was cut off: " + reason_of(ec));
    }

    const unsigned code = parser_->get().result_int();
    if (code / 100 == 1 && code != 101) {  // interim: the answer is still to come
      interim_ = true;
      return receive();
    }
    if (code == 407 && options_.proxy && !dispatch_.origin.tls) return refuse_proxy_credentials();
    finish(static_cast<int>(code));
  }

  void finish(int code) {
    const bool reusable = parser_->keep_alive() && !parser_->need_eof() && connection_->buffer.size() == 0;
    auto message = parser_->release();
    AttemptResult result{.end = AttemptEnd::answered, .answer = {}, .message = {}};
    result.answer.code = code;
    for (const auto& field : message) {
      const auto name = field.name_string();
      const auto value = field.value();
      result.answer.headers.emplace_back(ascii::lower({name.data(), name.size()}), std::string{value.data(), value.size()});
    }
    result.answer.body = std::move(message.body());
    if (reusable)
      state_.connections.keep(connection_);
    else
      connection_->close();
    end(std::move(result));
  }

  static std::string size_text(std::size_t bytes) {
    if (bytes >= (1u << 20) && bytes % (1u << 20) == 0) return std::to_string(bytes >> 20) + " MiB";
    if (bytes >= (1u << 10) && bytes % (1u << 10) == 0) return std::to_string(bytes >> 10) + " KiB";
    return std::to_string(bytes) + " bytes";
  }

  State& state_;
  const TransportOptions& options_;
  Dispatch dispatch_;
  const std::string& host_;
  tcp::resolver resolver_;
  SteadyClock::time_point begin_, address_deadline_;
  Step step_ = Step::resolve;
  bool reused_ = false, ended_ = false, interim_ = false;
  std::shared_ptr<Connection> connection_;
  std::vector<tcp::endpoint> endpoints_;
  std::size_t next_endpoint_ = 0;
  std::string tunnel_head_;
  std::optional<beast_http::response_parser<beast_http::empty_body>> tunnel_parser_;
  std::optional<beast_http::response_parser<beast_http::string_body>> parser_;
};

Transport::Transport(TransportOptions options) : state_(std::make_unique<State>(std::move(options))) {}

Transport::~Transport() {
  drop_in_flight();
  state_->connections.close_idle();
}

void Transport::start(Dispatch dispatch) {
  auto flight = std::make_shared<Flight>(*state_, std::move(dispatch));
  state_->flights.emplace(flight->id(), flight);
  flight->start();
}

std::vector<AttemptResult> Transport::run(nanoseconds slice) {
  State& s = *state_;
  const auto until = SteadyClock::now() + slice;
  while (true) {
    auto next = until;
    for (const auto& [id, flight] : s.flights) {
      flight->check_time();
      next = std::min(next, flight->next_check());
    }
    if (!s.ended.empty() || SteadyClock::now() >= until) break;
    s.connections.io().restart();
    s.connections.io().run_one_until(next);
  }
  for (const AttemptResult& result : s.ended) s.flights.erase(result.id);
  return std::exchange(s.ended, {});
}

std::size_t Transport::in_flight() const { return state_->flights.size(); }

void Transport::drop_in_flight() {
  for (const auto& [id, flight] : state_->flights) flight->drop();
  state_->flights.clear();
  state_->ended.clear();
  state_->connections.io().restart();
  state_->connections.io().poll();  // cancelled operations release their flights
}

std::uint64_t Transport::sent() const { return state_->sent; }

}  // namespace picket::host
