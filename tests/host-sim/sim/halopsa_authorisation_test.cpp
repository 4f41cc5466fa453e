// Access tokens: how they are had, and how they end.
#include <doctest/doctest.h>

#include "tests/host-sim/sim/halopsa_site.hpp"

using namespace picket;
using namespace picket::test;
using namespace std::chrono_literals;

namespace {

unsigned code_with(SimulatedSite& site, const std::string& authorization) {
  sim::Request request = sim::make_request("GET", "/api/Team");
  request.authorization = authorization;
  return site.simulation().handle(request).answer.code;
}

}  // namespace

TEST_CASE("client credentials give a token that opens the interface") {
  SimulatedSite site;
  const auto body = json::parse_object(site.token_answer(right_form).body, "answer");
  CHECK(text_of(body, "token_type") == "Bearer");
  CHECK(json::integer_at(body, "expires_in") == 3600);
  CHECK(code_with(site, "Bearer " + text_of(body, "access_token")) == 200);
}

TEST_CASE("what gives no token") {
  struct Case {
    std::string form;
    std::string content_type;
    unsigned code;
    std::string error;
  };
  const std::string form_type = "application/x-www-form-urlencoded";
  const Case cases[] = {
      {"grant_type=client_credentials&client_id=halo_demo&client_secret=wrong&scope=all", form_type, 401, "invalid_client"},
      {"grant_type=client_credentials&client_id=other&client_secret=halo_secret&scope=all", form_type, 401, "invalid_client"},
      {"grant_type=client_credentials&scope=all", form_type, 401, "invalid_client"},
      {"grant_type=password&client_id=halo_demo&client_secret=halo_secret&scope=all", form_type, 400, "unsupported_grant_type"},
      {"grant_type=client_credentials&client_id=halo_demo&client_secret=halo_secret", form_type, 400, "invalid_scope"},
      {right_form, "application/json", 400, "invalid_request"}};
  SimulatedSite site;
  for (const Case& c : cases) {
    CAPTURE(c.form);
    const auto answer = site.token_answer(c.form, c.content_type);
    CHECK(answer.code == c.code);
    CHECK(text_of(json::parse_object(answer.body, "answer"), "error") == c.error);
  }
  CHECK(site.token_answer(right_form, "application/x-www-form-urlencoded; charset=utf-8").code == 200);
}

TEST_CASE("a form's values are decoded") {
  SiteSetup setup;
  setup.site.client_secret = "a+b&c=d e";
  SimulatedSite site(setup);
  CHECK(site.token_answer("grant_type=client_credentials&client_id=halo_demo&client_secret=a%2Bb%26c%3Dd+e&scope=all").code == 200);
}

TEST_CASE("tokens expire") {
  SiteSetup setup;
  setup.site.token_lifetime = 60s;
  SimulatedSite site(setup);
  CHECK(json::integer_at(json::parse_object(site.token_answer(right_form).body, "answer"), "expires_in") == 60);
  const std::string first = site.new_token();
  site.wait(60s - 1us);
  CHECK(code_with(site, "Bearer " + first) == 200);
  site.wait(1us);
  CHECK(code_with(site, "Bearer " + first) == 401);
  CHECK(code_with(site, "Bearer " + site.new_token()) == 200);
}

TEST_CASE("all tokens can be revoked") {
  SimulatedSite site;
  const std::string first = site.new_token();
  const std::string second = site.new_token();
  CHECK(json::integer_at(site.control("/_sim/tokens/revoke", "").as_object(), "revoked") == 2);
  CHECK(code_with(site, "Bearer " + first) == 401);
  CHECK(code_with(site, "Bearer " + second) == 401);
  CHECK(code_with(site, "Bearer " + site.new_token()) == 200);
}

TEST_CASE("without a token there is nothing but a 401") {
  SimulatedSite site;
  for (const std::string header : {"", "Bearer", "Bearer nonsense", "Basic aGFsb19kZW1vOmhhbG9fc2VjcmV0"})
    CHECK(code_with(site, header) == 401);
  CHECK(site.simulation().handle(sim::make_request("GET", "/api/Nonsense")).answer.code == 401);
}

TEST_CASE("the discovery document leads to the token endpoint") {
  SimulatedSite site;
  const auto body = site.read("/auth/.well-known/openid-configuration").as_object();
  CHECK(text_of(body, "issuer") == "http://127.0.0.1/auth/");
  CHECK(text_of(body, "token_endpoint") == "http://127.0.0.1/auth/token");
  CHECK(site.get("/auth/nonsense").code == 404);
}

TEST_CASE("an answer with a token that gets lost leaves the next one free to ask again") {
  SimulatedSite site;
  site.control("/_sim/faults", R"({"faults":[{"path":"/auth/token","kind":"503","when":"after"}]})");
  CHECK(site.token_answer(right_form).code == 503);
  CHECK(site.token_answer(right_form).code == 200);
  CHECK(json::integer_at(site.read("/_sim/state").as_object(), "tokens_issued") == 2);
}
