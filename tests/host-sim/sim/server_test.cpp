// The server on a real port: connections, faults that only a socket can show, TLS.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "host-sim/sim/server/http_server.hpp"
#include "tests/host-sim/sim/simulated_account.hpp"
#include "tests/support/http_get.hpp"
#include "tests/support/tls_certificate.hpp"

using namespace picket;
using namespace picket::test;

namespace {

class RunningServer {
 public:
  explicit RunningServer(const sim::ListenOptions& options = {}, const AccountSetup& setup = {})
      : account_(setup), server_(account_.simulation(), options), thread_([this] { server_.run(); }) {}
  ~RunningServer() {
    server_.stop();
    thread_.join();
  }
  RunningServer(const RunningServer&) = delete;
  RunningServer& operator=(const RunningServer&) = delete;

  std::string url() const { return server_.url(); }
  int port() const { return std::stoi(url().substr(url().rfind(':') + 1)); }

  Answer get(const std::string& target) const { return http_call("GET", url() + target, "", {authorization()}); }
  Answer post(const std::string& target, const std::string& body) const { return http_call("POST", url() + target, body); }
  static std::string authorization() { return "Authorization: " + basic_credentials("hk_demo", "hs_demo"); }

 private:
  SimulatedAccount account_;
  sim::HttpServer server_;
  std::thread thread_;
};

int connected_socket(int port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  return fd;
}

}  // namespace

TEST_CASE("answers over a socket") {
  RunningServer server;
  CHECK(server.post("/_sim/incidents", R"([{"id":1,"subject":"Zoë"}])").code == 200);
  const Answer answer = server.get("/v1/incident_reports?limit=1");
  CHECK(answer.code == 200);
  CHECK(answer.complete);
  CHECK(answer.headers.at("content-type") == "application/json");
  CHECK(answer.body.find("Zoë") != std::string::npos);
  CHECK(http_call("GET", server.url() + "/v1/account").code == 401);
  const Answer links = server.get("/v1/incident_reports");
  CHECK(links.body.find("next_page_url") == std::string::npos);
}

TEST_CASE("next_page_url is of the host that was asked") {
  AccountSetup setup;
  setup.generator.organizations = 3;
  RunningServer server({}, setup);
  CHECK(server.get("/v1/organizations?limit=1").body.find(server.url() + "/v1/organizations?page_token=") != std::string::npos);
}

TEST_CASE("a connection carries many requests, and connections are counted") {
  RunningServer server;
  const int fd = connected_socket(server.port());
  for (int i = 0; i < 3; ++i) {
    const std::string request = "GET /v1/account HTTP/1.1\r\nHost: x\r\n" + RunningServer::authorization() + "\r\n\r\n";
    REQUIRE(::send(fd, request.data(), request.size(), 0) == static_cast<ssize_t>(request.size()));
    std::string bytes(4096, '\0');
    const ssize_t n = ::recv(fd, bytes.data(), bytes.size(), 0);
    REQUIRE(n > 0);
    CHECK(bytes.starts_with("HTTP/1.1 200"));
  }
  ::close(fd);
  const auto stats = json::parse_object(server.get("/_sim/stats").body, "stats");
  CHECK(json::integer_at(stats, "requests") == 3);
  CHECK(json::integer_at(stats, "connections") == 2);
}

TEST_CASE("reset, truncated and empty answers as a client sees them") {
  AccountSetup setup;
  setup.generator.organizations = 2;
  RunningServer server({}, setup);
  server.post("/_sim/faults",
              R"({"faults":[{"path":"/v1/","kind":"reset"},{"path":"/v1/","kind":"truncated"},{"path":"/v1/","kind":"empty"}]})");
  CHECK_THROWS_AS(server.get("/v1/organizations"), NoAnswer);
  const Answer truncated = server.get("/v1/organizations");
  CHECK(truncated.code == 200);
  CHECK_FALSE(truncated.complete);
  CHECK(std::stoull(truncated.headers.at("content-length")) / 2 == truncated.body.size());
  const Answer empty = server.get("/v1/organizations");
  CHECK(empty.code == 200);
  CHECK(empty.body.empty());
  CHECK(server.get("/v1/organizations").complete);
}

TEST_CASE("a slow answer holds up nobody else") {
  RunningServer server;
  server.post("/_sim/faults", R"({"faults":[{"path":"/v1/agents","kind":"slow","delay_ms":400}]})");
  const auto start = std::chrono::steady_clock::now();
  std::thread slow([&] { CHECK(server.get("/v1/agents").code == 200); });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  CHECK(server.get("/v1/account").code == 200);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::milliseconds(390));
  slow.join();
  CHECK(std::chrono::steady_clock::now() - start >= std::chrono::milliseconds(400));
}

TEST_CASE("latency delays the requests of several connections side by side") {
  AccountSetup setup;
  setup.simulation.latency = std::chrono::milliseconds(200);
  RunningServer server({}, setup);
  const auto start = std::chrono::steady_clock::now();
  std::vector<std::thread> clients;
  for (int i = 0; i < 10; ++i) clients.emplace_back([&] { CHECK(server.get("/v1/account").code == 200); });
  for (auto& client : clients) client.join();
  const auto took = std::chrono::steady_clock::now() - start;
  CHECK(took >= std::chrono::milliseconds(200));
  CHECK(took < std::chrono::milliseconds(1000));
}

TEST_CASE("answers are dated by the simulation's clock") {
  RunningServer server;
  CHECK(server.get("/v1/account").headers.at("date") == "Sun, 07 Jun 2026 12:00:00 GMT");
  server.post("/_sim/advance", R"({"seconds":86400})");
  CHECK(server.get("/v1/account").headers.at("date") == "Mon, 08 Jun 2026 12:00:00 GMT");
}

TEST_CASE("nonsense and early ends do not stop the server") {
  RunningServer server;
  for (const std::string bytes :
       {"\x16\x03\x01 nonsense\r\n\r\n", "GET / HTTP/1.1\r\n", "", "POST /_sim/incidents HTTP/1.1\r\nContent-Length: 100\r\n\r\n{"}) {
    const int fd = connected_socket(server.port());
    if (!bytes.empty()) CHECK(::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) > 0);
    ::close(fd);
  }
  CHECK(server.get("/v1/account").code == 200);
}

TEST_CASE("TLS with a certificate of one's own") {
  const auto certificate = make_self_signed_certificate({"127.0.0.1"});
  const TemporaryFile cert(certificate.certificate_pem);
  const TemporaryFile key(certificate.key_pem);
  sim::ListenOptions options;
  options.tls_cert = cert.path();
  options.tls_key = key.path();
  RunningServer server(options);
  CHECK(server.url().starts_with("https://127.0.0.1:"));
  const int fd = connected_socket(server.port());
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  REQUIRE(SSL_CTX_load_verify_locations(context, cert.path().c_str(), nullptr) == 1);
  SSL* ssl = SSL_new(context);
  SSL_set_fd(ssl, fd);
  REQUIRE(SSL_connect(ssl) == 1);
  const std::string request =
      "GET /v1/account HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n" + RunningServer::authorization() + "\r\n\r\n";
  CHECK(SSL_write(ssl, request.data(), static_cast<int>(request.size())) > 0);
  std::string bytes;
  std::string buffer(4096, '\0');
  for (int n = 0; (n = SSL_read(ssl, buffer.data(), static_cast<int>(buffer.size()))) > 0;)
    bytes.append(buffer, 0, static_cast<std::size_t>(n));
  CHECK(bytes.starts_with("HTTP/1.1 200"));
  CHECK(bytes.ends_with("}}}"));
  SSL_free(ssl);
  SSL_CTX_free(context);
  ::close(fd);
}

TEST_CASE("ports and certificates that cannot be used") {
  RunningServer server;
  SimulatedAccount account;
  sim::ListenOptions options;
  options.port = static_cast<std::uint16_t>(server.port());
  CHECK_THROWS_AS(sim::HttpServer(account.simulation(), options), Error);
  sim::ListenOptions missing;
  missing.tls_cert = "/nonexistent/cert.pem";
  missing.tls_key = "/nonexistent/key.pem";
  CHECK_THROWS_AS(sim::HttpServer(account.simulation(), missing), Error);
}
