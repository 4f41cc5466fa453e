#include <doctest/doctest.h>

#include "tests/host-sim/sim/stellar_cyber_account.hpp"

using namespace picket;
using namespace picket::test;
using namespace std::chrono_literals;

TEST_CASE("stellar cyber: a token is given for the right credentials only") {
  StellarAccount account;
  const auto right = account.ask_for_token("stellar_demo", "stellar_key");
  CHECK(right.answer.code == 200);
  const json::object answer = json::parse_object(right.answer.body, "token");
  CHECK(text(answer, "access_token").size() > 20);
  CHECK(integer(answer, "exp") == account.now_ms() / 1000 + 600);
  CHECK(account.ask_for_token("stellar_demo", "other").answer.code == 401);
  CHECK(account.ask_for_token("other", "stellar_key").answer.code == 401);
  CHECK(account.simulation().handle(sim::make_request("POST", "/connect/api/v1/access_token")).answer.code == 401);
  CHECK(account.simulation().handle(sim::make_request("GET", "/connect/api/v1/access_token")).answer.code == 405);
}

TEST_CASE("stellar cyber: every other path wants a token that is known") {
  StellarAccount account;
  for (const std::string path : {"/cases", "/users", "/cases/66f0a1d2c3b4e5f607182901", "/nothing"}) {
    sim::Request request = sim::make_request("GET", "/connect/api/v1" + path);
    CHECK(account.simulation().handle(request).answer.code == 401);
    request.authorization = "Bearer nonsense";
    CHECK(account.simulation().handle(request).answer.code == 401);
    request.authorization = "Basic c3RlbGxhcl9kZW1vOnN0ZWxsYXJfa2V5";
    CHECK(account.simulation().handle(request).answer.code == 401);
  }
  CHECK(account.code_of("/nothing") == 404);
  CHECK(account.simulation().handle(sim::make_request("GET", "/elsewhere")).answer.code == 404);
}

TEST_CASE("stellar cyber: tokens expire") {
  StellarSetup setup;
  setup.stellar.token_time = 90s;
  StellarAccount account(setup);
  const json::object answer = account.sign_in();
  CHECK(integer(answer, "exp") == account.now_ms() / 1000 + 90);
  account.wait(89s);
  CHECK(account.code_of("/cases") == 200);
  account.wait(1s);
  CHECK(account.code_of("/cases") == 401);
  account.sign_in();
  CHECK(account.code_of("/cases") == 200);
  account.control("/_sim/advance", R"({"seconds":90})");
  CHECK(account.code_of("/cases") == 401);
}

TEST_CASE("stellar cyber: the API user is among the users") {
  StellarSetup setup;
  setup.stellar.user_id = "u-77";
  StellarAccount account(setup);
  const auto users = account.get("/users").at("data").as_array();
  REQUIRE(users.size() == 1);
  CHECK(text(users[0].as_object(), "user_id") == "u-77");
  CHECK(text(users[0].as_object(), "email") == "stellar_demo");
}
