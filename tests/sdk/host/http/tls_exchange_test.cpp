// HttpClient over TLS and through proxies.
#include "sdk/common/base64.hpp"
#include "tests/sdk/host/http/client_fixture.hpp"

using namespace picket;
using namespace picket::host;
using namespace picket::test;
using Then = LoopbackReply::Then;

namespace {

LoopbackReply echo(const LoopbackRequest& r) { return loopback_reply(200, r.target); }

}  // namespace

TEST_CASE("TLS with a certificate that is trusted") {
  const TlsCertificate certificate = make_self_signed_certificate({"localhost", "127.0.0.1"});
  const TemporaryFile ca(certificate.certificate_pem);
  LoopbackServer server(echo, certificate);
  SystemClock clock;
  for (const char* name : {"localhost", "127.0.0.1"}) {
    CAPTURE(std::string{name});
    const int before = server.connections(), resumed = server.resumed_sessions();
    HttpOptions options = options_for(server, name);
    options.ca_file = ca.path();
    HttpClient client(options, clock, nullptr);
    for (int i = 0; i < 3; ++i) CHECK(exchange(client, call_on(clock), get(server.origin(name) + "/x")).body == "/x");
    CHECK(server.connections() == before + 1);
    CHECK(server.server_name() == (name[0] == 'l' ? "localhost" : ""));

    server.close_connections();
    std::this_thread::sleep_for(10ms);
    CHECK(exchange(client, call_on(clock), get(server.origin(name) + "/y")).body == "/y");
    CHECK(server.connections() == before + 2);
    CHECK(server.resumed_sessions() == resumed + 1);
  }
}

TEST_CASE("TLS connections are kept, and replaced when the server closed them") {
  const TlsCertificate certificate = make_self_signed_certificate({"localhost"});
  const TemporaryFile ca(certificate.certificate_pem);
  LoopbackServer server(echo, certificate);
  SystemClock clock;
  HttpOptions options = options_for(server, "localhost");
  options.ca_file = ca.path();
  options.max_attempts = 1;
  HttpClient client(options, clock, nullptr);
  for (int i = 0; i < 3; ++i) {
    CHECK(exchange(client, call_on(clock), post(server.origin("localhost"))).code == 200);
    server.close_connections();
    std::this_thread::sleep_for(10ms);
  }
  CHECK(client.sent() == 3);
  for (const HttpAnswer& answer : exchange(client, call_on(clock), std::vector(12, get(server.origin("localhost")))))
    CHECK(answer.code == 200);
}

TEST_CASE("certificates that are not to be trusted") {
  const TlsCertificate good = make_self_signed_certificate({"localhost"});
  const TlsCertificate other_name = make_self_signed_certificate({"api.example"});
  const TlsCertificate expired = make_self_signed_certificate({"localhost"}, -1h);
  struct Case {
    const char* what;
    const TlsCertificate* certificate;
    bool as_ca;
    const char* part;
  };
  const Case cases[] = {
      {"unknown", &good, false,
       "the certificate of localhost is not trusted: self-signed certificate; if this is a private one, set PICKET_CA_FILE to its "
       "authority"},
      {"another name", &other_name, true, "the certificate of localhost is for another name"},
      {"expired", &expired, true, "has expired"},
  };
  SystemClock clock;
  for (const Case& c : cases) {
    CAPTURE(std::string{c.what});
    LoopbackServer server(echo, *c.certificate);
    const TemporaryFile ca(c.certificate->certificate_pem);
    HttpOptions options = options_for(server, "localhost");
    if (c.as_ca) options.ca_file = ca.path();
    HttpClient client(options, clock, nullptr);
    const HttpAnswer answer = exchange(client, call_on(clock), post(server.origin("localhost") + "/?s3cret"));
    CAPTURE(answer.message);
    CHECK(answer.status == Status::unavailable);
    CHECK(contains(answer.message, c.part));
    CHECK(server.requests() == 0);
    CHECK(server.connections() == 1);  // not tried again
    CHECK(client.sent() == 0);

    options.verify_tls = false;
    HttpClient careless(options, clock, nullptr);
    CHECK(exchange(careless, call_on(clock), get(server.origin("localhost"))).code == 200);
  }
}

TEST_CASE("a wrong address in the certificate") {
  const TlsCertificate certificate = make_self_signed_certificate({"localhost", "127.0.0.2"});
  const TemporaryFile ca(certificate.certificate_pem);
  LoopbackServer server(echo, certificate);
  SystemClock clock;
  HttpOptions options = options_for(server);
  options.ca_file = ca.path();
  HttpClient client(options, clock, nullptr);
  CHECK(contains(exchange(client, call_on(clock), get(server.origin())).message, "is for another name"));
}

TEST_CASE("an https URL of a server without TLS, and one that hangs") {
  SystemClock clock;
  LoopbackServer plain([](const LoopbackRequest&) { return loopback_reply(200); });
  const std::string origin = "https://127.0.0.1:" + std::to_string(plain.port());
  HttpOptions options = options_for(plain);
  options.origins = {origin};
  options.connect_timeout = 100ms;
  options.max_attempts = 2;
  HttpClient client(options, clock, nullptr);
  const HttpAnswer answer = exchange(client, call_on(clock), get(origin));
  CAPTURE(answer.message);
  CHECK(answer.status == Status::unavailable);
  CHECK(contains(answer.message, "no TLS connection to 127.0.0.1 within 100 ms; tried 2 times"));
}

TEST_CASE("a TLS answer that ends without the end of TLS is cut off") {
  const TlsCertificate certificate = make_self_signed_certificate({"localhost"});
  const TemporaryFile ca(certificate.certificate_pem);
  LoopbackServer server([](const LoopbackRequest&) { return LoopbackReply{.bytes = "HTTP/1.1 200 OK\r\n\r\nabc", .then = Then::close}; },
                        certificate);
  SystemClock clock;
  HttpOptions options = options_for(server, "localhost");
  options.ca_file = ca.path();
  options.max_attempts = 2;
  HttpClient client(options, clock, nullptr);
  const HttpAnswer answer = exchange(client, call_on(clock), get(server.origin("localhost")));
  CHECK(answer.status == Status::unavailable);
  CHECK(contains(answer.message, "cut off"));
}

TEST_CASE("https through a proxy") {
  const TlsCertificate certificate = make_self_signed_certificate({"localhost"});
  const TemporaryFile ca(certificate.certificate_pem);
  LoopbackServer server(
      [](const LoopbackRequest& r) { return loopback_reply(200, r.headers.contains("proxy-authorization") ? "leak" : r.target); },
      certificate);
  LoopbackRequest asked;
  LoopbackServer proxy([&](const LoopbackRequest& r) {
    asked = r;
    return LoopbackReply{.bytes = "HTTP/1.1 200 Connection established\r\n\r\n", .tunnel_to = server.port()};
  });
  SystemClock clock;
  HttpOptions options = options_for(server, "localhost");
  options.ca_file = ca.path();
  options.proxy = "http://me:p%40ss@127.0.0.1:" + std::to_string(proxy.port());
  HttpClient client(options, clock, nullptr);
  for (int i = 0; i < 3; ++i) CHECK(exchange(client, call_on(clock), get(server.origin("localhost") + "/a")).body == "/a");
  CHECK(asked.method == "CONNECT");
  CHECK(asked.target == "localhost:" + std::to_string(server.port()));
  CHECK(asked.headers["proxy-authorization"] == "Basic " + base64_encode("me:p@ss"));
  CHECK(proxy.connections() == 1);
  CHECK(server.connections() == 1);
}

TEST_CASE("http through a proxy") {
  LoopbackRequest asked;
  LoopbackServer proxy([&](const LoopbackRequest& r) {
    asked = r;
    return loopback_reply(200, "through");
  });
  SystemClock clock;
  HttpOptions options;
  options.origins = {"http://api.invalid"};
  options.proxy = "http://me:pass@127.0.0.1:" + std::to_string(proxy.port()) + "/";
  HttpClient client(options, clock, nullptr);
  CHECK(exchange(client, call_on(clock), get("http://api.invalid/a?b")).body == "through");
  CHECK(asked.target == "http://api.invalid/a?b");
  CHECK(asked.headers["host"] == "api.invalid");
  CHECK(asked.headers["proxy-authorization"] == "Basic " + base64_encode("me:pass"));
}

TEST_CASE("proxies that refuse") {
  struct Case {
    const char* origin;
    int code;
    const char* user;
    const char* part;
    int asked;
  };
  const Case cases[] = {
      {"https://api.invalid", 407, "", "refused access (407): it wants a user and a password", 1},
      {"https://api.invalid", 407, "me:s3cret@", "refused access (407): check the user and the password", 1},
      {"http://api.invalid", 407, "", "refused access (407): it wants a user", 1},
      {"https://api.invalid", 403, "", "refused a tunnel to api.invalid:443 with code 403", 1},
      {"https://api.invalid", 502, "", "refused a tunnel to api.invalid:443 with code 502; tried 3 times", 3},
  };
  SimulatedClock clock(Time{});
  for (const Case& c : cases) {
    LoopbackServer proxy([&](const LoopbackRequest&) { return loopback_reply(c.code, "s3cret"); });
    HttpOptions options;
    options.origins = {c.origin};
    options.proxy = std::string{"http://"} + c.user + "127.0.0.1:" + std::to_string(proxy.port());
    options.max_attempts = 3;
    HttpClient client(options, clock, nullptr);
    const HttpAnswer answer = exchange(client, call_on(clock), post(std::string{c.origin} + "/"));
    CAPTURE(answer.message);
    CHECK(answer.status == Status::unavailable);
    CHECK(contains(answer.message, c.part));
    CHECK_FALSE(contains(answer.message, "s3cret"));
    CHECK(proxy.requests() == c.asked);
  }
  HttpOptions options;
  options.origins = {"https://api.invalid"};
  options.max_attempts = 1;
  {
    LoopbackServer gone([](const LoopbackRequest&) { return loopback_reply(200); });
    options.proxy = gone.origin();
  }
  HttpClient client(options, clock, nullptr);
  CHECK(contains(exchange(client, call_on(clock), get("https://api.invalid/")).message, "the connection to proxy 127.0.0.1:"));
}
