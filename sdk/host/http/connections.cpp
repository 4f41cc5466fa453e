#include "sdk/host/http/connections.hpp"

#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <mutex>

#include "picket/error.hpp"

namespace picket::host {
namespace {

// The system's certificates. Reading them takes some 20 ms and megabytes, so all clients of the process share them; they are read again
// every hour. Any thread.
std::shared_ptr<X509_STORE> system_certificates() {
  using Clock = std::chrono::steady_clock;
  static std::mutex mutex;
  static std::shared_ptr<X509_STORE> store;
  static Clock::time_point read_at;
  const std::lock_guard lock(mutex);
  if (!store || Clock::now() - read_at > std::chrono::hours{1}) {
    store = {X509_STORE_new(), X509_STORE_free};
    if (store) X509_STORE_set_default_paths(store.get());
    read_at = Clock::now();
  }
  return store;
}

// SSL_set_tlsext_host_name without the old-style cast of that macro.
bool set_server_name(SSL* ssl, std::string name) {
  return SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data()) == 1;
}

bool is_address(const std::string& host) {
  boost::system::error_code ec;
  boost::asio::ip::make_address(host, ec);
  return !ec;
}

// Asio uses the "app data" of OpenSSL's objects, so the sessions have indices of their own.
int context_index() {
  static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}
int host_index() {
  static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

}  // namespace

Connection::Connection(boost::asio::io_context& io, Origin o) : origin(std::move(o)), host_and_port(origin.host_and_port()), socket(io) {
  buffer.reserve(64 * 1024);  // a read takes as much as there is room for; an empty buffer reads a large answer in steps of 512 bytes
}

// OpenSSL does not resume the session of a connection that ends without a shutdown.
Connection::~Connection() {
  if (tls) SSL_set_shutdown(tls->native_handle(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
}

void Connection::close() {
  boost::system::error_code ignored;
  socket.close(ignored);
}

bool Connection::is_quiet() {
  char byte = 0;
  return buffer.size() == 0 && ::recv(socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == -1 &&
         (errno == EAGAIN || errno == EWOULDBLOCK);
}

TlsSessions::TlsSessions(SSL_CTX* context) {
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_set_ex_data(context, context_index(), this);
  SSL_CTX_sess_set_new_cb(context, &TlsSessions::take);
}

void TlsSessions::resume(SSL* ssl, const std::string* host_and_port) const {
  SSL_set_ex_data(ssl, host_index(), const_cast<std::string*>(host_and_port));
  const auto found = by_host_.find(*host_and_port);
  if (found != by_host_.end()) SSL_set_session(ssl, found->second.get());
}

// Called by OpenSSL when the server has issued a session; 1 means that it is kept.
int TlsSessions::take(SSL* ssl, SSL_SESSION* session) {
  auto* self = static_cast<TlsSessions*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), context_index()));
  const auto* host = static_cast<const std::string*>(SSL_get_ex_data(ssl, host_index()));
  if (self == nullptr || host == nullptr) return 0;
  self->by_host_[*host].reset(session);
  return 1;
}

Connections::Connections(const TransportOptions& options)
    : max_idle_(options.max_idle), context_(boost::asio::ssl::context::tls_client), sessions_(context_.native_handle()) {
  SSL_CTX_set_min_proto_version(context_.native_handle(), TLS1_2_VERSION);
  context_.set_verify_mode(options.verify_tls ? boost::asio::ssl::verify_peer : boost::asio::ssl::verify_none);
  if (!options.verify_tls) return;
  if (options.ca_file.empty()) {
    SSL_CTX_set1_cert_store(context_.native_handle(), system_certificates().get());
    return;
  }
  boost::system::error_code ec;
  context_.load_verify_file(options.ca_file, ec);
  if (ec)
    throw Error(Status::invalid,
                "the CA file " + options.ca_file + " cannot be used: it is missing, unreadable or holds no certificate in PEM", "ca_file");
}

std::shared_ptr<Connection> Connections::idle(const Origin& origin) {
  for (std::size_t i = idle_.size(); i-- > 0;) {
    if (idle_[i]->origin != origin) continue;
    auto connection = std::move(idle_[i]);
    idle_.erase(idle_.begin() + static_cast<std::ptrdiff_t>(i));
    if (connection->is_quiet()) return connection;
  }
  return nullptr;
}

void Connections::keep(std::shared_ptr<Connection> connection) {
  const auto same = [&](const auto& other) { return other->origin == connection->origin; };
  if (static_cast<std::size_t>(std::count_if(idle_.begin(), idle_.end(), same)) >= max_idle_)
    idle_.erase(std::find_if(idle_.begin(), idle_.end(), same));
  idle_.push_back(std::move(connection));
}

bool Connections::prepare_tls(Connection& connection) {
  connection.tls.emplace(connection.socket, context_);
  SSL* ssl = connection.tls->native_handle();
  const std::string& host = connection.origin.host;
  X509_VERIFY_PARAM* rules = SSL_get0_param(ssl);
  X509_VERIFY_PARAM_set_hostflags(rules, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  // Without a name to compare the certificate with, any trusted certificate would pass: that must not happen silently.
  const bool named = is_address(host) ? X509_VERIFY_PARAM_set1_ip_asc(rules, host.c_str()) == 1
                                      : SSL_set1_host(ssl, host.c_str()) == 1 && set_server_name(ssl, host);
  if (named) sessions_.resume(ssl, &connection.host_and_port);
  return named;
}

}  // namespace picket::host
