#include <doctest/doctest.h>

#include "tests/host-sim/psa/halopsa/site.hpp"

using namespace picket;
using namespace picket::test;
using namespace std::chrono_literals;

namespace {

std::string token_json(const std::string& token, int expires_in) {
  return R"({"access_token":")" + token + R"(","expires_in":)" + std::to_string(expires_in) + R"(,"token_type":"Bearer"})";
}

std::string error_of(Site& site, psa::Psa& psa, Status expected) {
  try {
    psa.changed_since(site.call(), site.clock.now(), [](const psa::RemoteTicket&) {});
  } catch (const Error& e) {
    CHECK(e.status() == expected);
    return e.what();
  }
  FAIL("no error");
  return {};
}

const std::vector<std::string> five_ids = {"1", "2", "3", "4", "5"};

}  // namespace

TEST_CASE("A token is fetched when it is first needed and serves all requests") {
  Site site;
  site.on("GET /api/Tickets/", 200, ticket_json(1));
  const auto psa = site.psa();
  CHECK(site.count("POST /auth/token") == 0);
  for (int i = 0; i < 3; ++i) psa->tickets(site.call(), five_ids);
  const auto asked = site.asked("POST /auth/token");
  REQUIRE(asked.size() == 1);
  CHECK(asked[0].body == "grant_type=client_credentials&client_id=app&client_secret=top%20secret%20%26%20more&scope=all");
  CHECK(asked[0].headers.at("content-type") == "application/x-www-form-urlencoded");
  for (const auto& r : site.asked("GET /api/Tickets/")) CHECK(r.headers.at("authorization") == "Bearer first-token");
  CHECK(psa->requests_sent() == 16);
  CHECK(site.server().connections() <= 5);  // four to the API, one to the authorisation server
}

TEST_CASE("A token is renewed before it expires") {
  Site site;
  site.on("POST /auth/token", {loopback_reply(200, token_json("one", 600)), loopback_reply(200, token_json("two", 600))});
  site.on("GET /api/Tickets/", 200, ticket_json(1));
  const auto psa = site.psa();
  psa->tickets(site.call(), five_ids);
  site.clock.advance(530s);
  psa->tickets(site.call(), five_ids);
  CHECK(site.count("POST /auth/token") == 1);
  site.clock.advance(20s);
  psa->tickets(site.call(), five_ids);
  CHECK(site.count("POST /auth/token") == 2);
  CHECK(site.asked("GET /api/Tickets/").back().headers.at("authorization") == "Bearer two");
}

TEST_CASE("Several rejected requests lead to one renewal and their repetition") {
  Site site;
  site.on("POST /auth/token", {loopback_reply(200, token_json("one", 3600)), loopback_reply(200, token_json("two", 3600))});
  site.on("GET /api/Tickets/", [](const LoopbackRequest& r) {
    return r.headers.at("authorization") == "Bearer two" ? loopback_reply(200, ticket_json(1)) : loopback_reply(401);
  });
  const auto psa = site.psa();
  for (const auto& reply : psa->tickets(site.call(), five_ids)) CHECK(reply.outcome == psa::Outcome::done);
  CHECK(site.count("POST /auth/token") == 2);
  CHECK(site.count("GET /api/Tickets/") == 10);
}

TEST_CASE("Only the rejected requests of a batch are repeated") {
  Site site;
  site.on("GET /api/Tickets/", 200, ticket_json(1));
  site.on("GET /api/Tickets/3", {loopback_reply(401), loopback_reply(200, ticket_json(3))});
  const auto psa = site.psa();
  for (const auto& reply : psa->tickets(site.call(), five_ids)) CHECK(reply.outcome == psa::Outcome::done);
  CHECK(site.count("GET /api/Tickets/") == 6);
  CHECK(site.count("POST /auth/token") == 2);
}

TEST_CASE("Credentials that the API rejects for good fail once per request") {
  Site site;
  site.on("GET /api/Tickets", 401, "");
  const auto psa = site.psa();
  const std::string words = error_of(site, *psa, Status::auth);
  CHECK(words.find("HALOPSA_OIDC_CLIENT_ID") != std::string::npos);
  CHECK(site.count("GET /api/Tickets") == 2);
}

TEST_CASE("What the authorisation server may say") {
  struct Case {
    int code;
    std::string body;
    Status status;
    std::string words;
  };
  const std::vector<Case> cases = {
      {400, R"({"error":"invalid_client"})", Status::auth, "refused the credentials (400): invalid_client; check HALOPSA_OIDC_CLIENT_ID"},
      {400, R"({"error":"invalid_request","error_description":"<b>No tenant</b> for top secret & more"})", Status::auth,
       "refused the credentials (400): No tenant for [redacted]; check"},
      {401, "", Status::auth, "refused the credentials (401)"},
      {404, "<html>", Status::invalid, "HALOPSA_AUTHORIZATION_SERVER_URL"},
      {500, "", Status::unavailable, "gave no access token: HaloPSA failed (500)"},
      {200, "<html>Sign in</html>", Status::unavailable, "gave no access token: an HTML page came"},
      {200, "{}", Status::unavailable, "check HALOPSA_AUTHORIZATION_SERVER_URL"},
      {200, R"({"access_token":"a\r\nX: y"})", Status::unavailable, "check HALOPSA_AUTHORIZATION_SERVER_URL"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.code);
    CAPTURE(c.body);
    Site site;
    site.on("POST /auth/token", c.code, c.body);
    const auto psa = site.psa();
    const std::string words = error_of(site, *psa, c.status);
    CHECK(words.find(c.words) != std::string::npos);
    CHECK(words.find("top secret") == std::string::npos);
    CHECK(site.count("GET /api") == 0);
    const auto replies = psa->tickets(site.call(), five_ids);
    for (const auto& reply : replies) CHECK(reply.outcome != psa::Outcome::done);
  }
}

TEST_CASE("A missing right asks for a fresh token once and not again for some time") {
  Site site;
  site.on("POST /auth/token", {loopback_reply(200, token_json("t1", 3600)), loopback_reply(200, token_json("t2", 3600)),
                               loopback_reply(200, token_json("t3", 3600))});
  site.on("GET /api/Tickets/", [](const LoopbackRequest& r) {
    return r.headers.at("authorization") == "Bearer t3" ? loopback_reply(200, ticket_json(1)) : loopback_reply(403);
  });
  const auto psa = site.psa();
  const auto all = [&](psa::Outcome outcome) {
    for (const auto& reply : psa->tickets(site.call(), five_ids)) CHECK(reply.outcome == outcome);
  };
  all(psa::Outcome::not_done);
  CHECK(site.count("POST /auth/token") == 2);
  CHECK(site.count("GET /api/Tickets/") == 10);
  all(psa::Outcome::not_done);
  CHECK(site.count("POST /auth/token") == 2);
  CHECK(site.count("GET /api/Tickets/") == 15);
  site.clock.advance(10s);
  all(psa::Outcome::done);
  CHECK(site.count("POST /auth/token") == 3);
  CHECK(site.count("GET /api/Tickets/") == 25);
}

TEST_CASE("Neither token nor secret is in what HaloPSA's words become") {
  Site site;
  site.on("POST /api/Actions", 400, R"("Bearer first-token of top secret & more is not allowed")");
  site.on("GET /api/Tickets/7", 200, ticket_json(7));
  const auto psa = site.psa();
  const psa::NewRemoteNote note{.token = "t", .ticket_id = "7", .markdown = "m"};
  const auto replies = psa->add_notes(site.call(), {&note, 1});
  CHECK(replies[0].outcome == psa::Outcome::refused);
  CHECK(replies[0].message.find("first-token") == std::string::npos);
  CHECK(replies[0].message.find("top secret & more") == std::string::npos);
  CHECK(replies[0].message.find("is not allowed") != std::string::npos);
}

TEST_CASE("Whom to trust over TLS") {
  const TlsCertificate certificate = make_self_signed_certificate({"127.0.0.1"});
  const TemporaryFile ca(certificate.certificate_pem);
  Site site(certificate);
  site.on("GET /api/Tickets/", 200, ticket_json(1));
  CHECK(site.psa()->tickets(site.call(), five_ids)[0].outcome == psa::Outcome::not_done);
  CHECK(site.server().requests() == 0);
  CHECK(site.psa({{"HALOPSA_CA_FILE", ca.path()}})->tickets(site.call(), five_ids)[0].outcome == psa::Outcome::done);
  CHECK(site.log.lines.empty());
  CHECK(site.psa({{"HALOPSA_VERIFY_SSL", "false"}})->tickets(site.call(), five_ids)[0].outcome == psa::Outcome::done);
  CHECK(site.log.lines.size() == 1);
}
