#include "sdk/host/http/transport.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cerrno>
#include <map>
#include <mutex>
#include <utility>

#include "sdk/host/http/request_head.hpp"

namespace picket::host {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace beast_http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using SteadyClock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

namespace {

constexpr std::uint32_t max_header_bytes = 64 * 1024;

std::string lower(std::string_view s) {
  std::string out{s};
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

std::string seconds_text(milliseconds d) {
  const auto ms = d.count();
  if (ms % 1000 == 0) return std::to_string(ms / 1000) + " s";
  return std::to_string(ms) + " ms";
}

bool is_address(const std::string& host) {
  error_code ec;
  asio::ip::make_address(host, ec);
  return !ec;
}

// SSL_set_tlsext_host_name without the old-style cast of that macro.
long set_server_name(SSL* ssl, std::string name) {
  return SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
}

// The system's certificates. Reading them takes some 20 ms and megabytes, so all clients of the process share them; every hour they are
// read again. Any thread.
std::shared_ptr<X509_STORE> system_certificates() {
  static std::mutex mutex;
  static std::shared_ptr<X509_STORE> store;
  static SteadyClock::time_point read_at;
  const std::lock_guard lock(mutex);
  if (!store || SteadyClock::now() - read_at > std::chrono::hours{1}) {
    store = {X509_STORE_new(), X509_STORE_free};
    if (store) X509_STORE_set_default_paths(store.get());
    read_at = SteadyClock::now();
  }
  return store;
}

bool is_closed_by_peer(const error_code& ec) {
  return ec == asio::error::eof || ec == asio::error::connection_reset || ec == asio::error::broken_pipe ||
         ec == asio::error::connection_aborted || ec == asio::ssl::error::stream_truncated || ec == beast_http::error::end_of_stream;
}

bool is_parser_error(const error_code& ec) {
  return ec.category() == beast_http::make_error_code(beast_http::error::bad_version).category();
}

}  // namespace

// The last TLS session per host, to be resumed by the next connection. Asio keeps the "app data" of OpenSSL's objects for itself, so there
// are indices of our own.
class Transport::Sessions {
 public:
  explicit Sessions(SSL_CTX* context) {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_set_ex_data(context, context_index(), this);
    SSL_CTX_sess_set_new_cb(context, &Sessions::take);
  }

  void resume(SSL* ssl, const std::string* host_and_port) const {
    SSL_set_ex_data(ssl, host_index(), const_cast<std::string*>(host_and_port));
    const auto found = by_host_.find(*host_and_port);
    if (found != by_host_.end()) SSL_set_session(ssl, found->second.get());
  }

 private:
  struct Free {
    void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
  };

  static int context_index() {
    static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
  }
  static int host_index() {
    static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
  }

  // Called by OpenSSL when the server has given a session; 1: we keep it.
  static int take(SSL* ssl, SSL_SESSION* session) {
    auto* self = static_cast<Sessions*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), context_index()));
    const auto* host = static_cast<const std::string*>(SSL_get_ex_data(ssl, host_index()));
    if (self == nullptr || host == nullptr) return 0;
    self->by_host_[*host].reset(session);
    return 1;
  }

  std::map<std::string, std::unique_ptr<SSL_SESSION, Free>> by_host_;
};

struct Transport::Connection {
  using Tls = asio::ssl::stream<tcp::socket&>;

  explicit Connection(asio::io_context& io, Origin o) : origin(std::move(o)), host_and_port(origin.host_and_port()), socket(io) {
    buffer.reserve(64 * 1024);  // a read takes what there is room for: an empty buffer takes a large answer by 512 bytes
  }

  // OpenSSL takes a connection that ends without a farewell as a reason not to resume its session.
  ~Connection() {
    if (tls) SSL_set_shutdown(tls->native_handle(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void close() {
    error_code ignored;
    socket.close(ignored);
  }

  // Not while the peer has closed it or says something unasked: both end in a failure if it were used.
  bool is_quiet() {
    char byte = 0;
    return buffer.size() == 0 && ::recv(socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == -1 &&
           (errno == EAGAIN || errno == EWOULDBLOCK);
  }

  Origin origin;
  std::string host_and_port;
  tcp::socket socket;
  std::optional<Tls> tls;
  beast::flat_buffer buffer;
};

struct Transport::State {
  explicit State(TransportOptions o) : options(std::move(o)), context(asio::ssl::context::tls_client), sessions(context.native_handle()) {
    SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
    if (!options.verify_tls) {
      context.set_verify_mode(asio::ssl::verify_none);
      return;
    }
    context.set_verify_mode(asio::ssl::verify_peer);
    if (options.ca_file.empty()) {
      SSL_CTX_set1_cert_store(context.native_handle(), system_certificates().get());
      return;
    }
    error_code ec;
    context.load_verify_file(options.ca_file, ec);
    if (ec)
      throw Error(Status::invalid,
                  "the CA file " + options.ca_file + " cannot be used: it is missing, unreadable or holds no certificate in PEM",
                  "ca_file");
  }

  std::shared_ptr<Connection> idle_connection(const Origin& origin);
  void keep(std::shared_ptr<Connection> connection);

  TransportOptions options;
  asio::io_context io{1};
  asio::ssl::context context;
  Sessions sessions;
  std::vector<std::shared_ptr<Connection>> idle;  // the most recently used last
  std::map<std::size_t, std::shared_ptr<Flight>> flights;
  std::vector<AttemptResult> ended;
  std::uint64_t sent = 0;
};

std::shared_ptr<Transport::Connection> Transport::State::idle_connection(const Origin& origin) {
  for (std::size_t i = idle.size(); i-- > 0;) {
    if (idle[i]->origin != origin) continue;
    auto connection = std::move(idle[i]);
    idle.erase(idle.begin() + static_cast<std::ptrdiff_t>(i));
    if (connection->is_quiet()) return connection;
  }
  return nullptr;
}

void Transport::State::keep(std::shared_ptr<Connection> connection) {
  const auto same = [&](const auto& other) { return other->origin == connection->origin; };
  if (static_cast<std::size_t>(std::count_if(idle.begin(), idle.end(), same)) >= options.max_idle)
    idle.erase(std::find_if(idle.begin(), idle.end(), same));
  idle.push_back(std::move(connection));
}

// One attempt: a chain of steps, each started by the completion of the one before. Ends once, by a step or by `check_time`; completions
// that come later find it ended and do nothing.
class Transport::Flight : public std::enable_shared_from_this<Flight> {
 public:
  Flight(State& state, Dispatch dispatch)
      : state_(state),
        options_(state.options),
        dispatch_(std::move(dispatch)),
        host_(dispatch_.origin.host),
        resolver_(state.io),
        begin_(SteadyClock::now()) {}

  std::size_t id() const { return dispatch_.id; }

  void start() {
    if (dispatch_.reuse) connection_ = state_.idle_connection(dispatch_.origin);
    reused_ = connection_ != nullptr;
    if (reused_) return send();
    connection_ = std::make_shared<Connection>(state_.io, dispatch_.origin);
    resolve();
  }

  // Without a result.
  void drop() {
    ended_ = true;
    resolver_.cancel();
    if (connection_) connection_->close();
  }

  std::chrono::milliseconds request_timeout() const {
    const auto limit = dispatch_.time_limit;
    return limit.count() > 0 ? std::min(limit, options_.request_timeout) : options_.request_timeout;
  }

  // When check_time has something to do at the latest.
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
      connection_->socket.close(ignored);  // on_connect goes on with the next address
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

  // What the TCP connection goes to.
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

  // An address that does not answer leaves half of the time that is left to the next ones.
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
                  "the connection to " + peer_text() + " was refused: nothing listens there, or a firewall refuses it");
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
    connection_->tls.emplace(connection_->socket, state_.context);
    SSL* ssl = connection_->tls->native_handle();
    X509_VERIFY_PARAM* rules = SSL_get0_param(ssl);
    X509_VERIFY_PARAM_set_hostflags(rules, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    const bool numeric = is_address(host_);
    // Without a name to compare the certificate with, any trusted one would do: that must not happen silently.
    const bool named = numeric ? X509_VERIFY_PARAM_set1_ip_asc(rules, host_.c_str()) == 1 : SSL_set1_host(ssl, host_.c_str()) == 1;
    if (!named || (!numeric && set_server_name(ssl, host_) != 1))
      return fail(AttemptEnd::refused, "the name " + host_ + " cannot be used for TLS");
    state_.sessions.resume(ssl, &connection_->host_and_port);
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
      case X509_V_ERR_CERT_HAS_EXPIRED: return certificate + ", or one that it stands on, has expired";
      case X509_V_ERR_CERT_NOT_YET_VALID: return certificate + " is not valid yet; check this machine's clock";
      default: break;
    }
    return certificate + " is not trusted: " + X509_verify_cert_error_string(verified) +
           "; if this is a private one, set PICKET_CA_FILE to its authority";
  }

  // Why, for people; never what was received.
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

  // Of a request of which not one byte was taken nothing can have been carried out; the first bytes of a TLS record are not yet one.
  // A server may answer and close before it has read the whole request: after a broken write its answer may still be there.
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
      result.answer.headers.emplace_back(lower({name.data(), name.size()}), std::string{value.data(), value.size()});
    }
    result.answer.body = std::move(message.body());
    if (reusable)
      state_.keep(connection_);
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
  state_->idle.clear();
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
    s.io.restart();
    s.io.run_one_until(next);
  }
  for (const AttemptResult& result : s.ended) s.flights.erase(result.id);
  return std::exchange(s.ended, {});
}

std::size_t Transport::in_flight() const { return state_->flights.size(); }

void Transport::drop_in_flight() {
  for (const auto& [id, flight] : state_->flights) flight->drop();
  state_->flights.clear();
  state_->ended.clear();
  state_->io.restart();
  state_->io.poll();  // lets the cancelled operations let go of their flights
}

std::uint64_t Transport::sent() const { return state_->sent; }

}  // namespace picket::host
