#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "tests/host-sim/sim/simulated_account.hpp"

using namespace picket;
using namespace picket::test;
using sim::huntress::TokenKind;

namespace {

AccountSetup generated(std::size_t incidents, TokenKind tokens = TokenKind::timestamp) {
  AccountSetup setup;
  setup.generator.organizations = 3;
  setup.generator.agents = 7;
  setup.generator.incidents = incidents;
  setup.huntress.tokens = tokens;
  return setup;
}

// Incidents 1..n, of the same second unless `distinct`.
std::string rows(int n, bool distinct) {
  std::string text = "[";
  for (int i = 1; i <= n; ++i)
    text += std::string(i > 1 ? "," : "") + R"({"id":)" + std::to_string(i) + R"(,"updated_at":"2026-06-01T10:00:)" +
            (distinct ? std::to_string(10 + i) : "00") + R"(Z"})";
  return text + "]";
}

std::string token_of(SimulatedAccount& account, const std::string& target) {
  const json::value answer = account.json_of(target);
  return json::text_at(answer.as_object().at("pagination").as_object(), "next_page_token").value_or("");
}

}  // namespace

TEST_CASE("a walk brings every row once, for both kinds of token and every order") {
  for (const auto tokens : {TokenKind::timestamp, TokenKind::offset}) {
    SimulatedAccount account(generated(57, tokens));
    for (const std::string order :
         {"", "&sort_field=updated_at", "&sort_field=updated_at&sort_direction=asc", "&sort_field=id&sort_direction=asc"}) {
      const auto ids = walk(account, "/v1/incident_reports?limit=10" + order);
      CHECK(ids.size() == 57);
      CHECK(std::set<std::int64_t>(ids.begin(), ids.end()).size() == 57);
    }
    CHECK(walk(account, "/v1/organizations?limit=1&sort_field=name", "organizations").size() == 3);
    CHECK(walk(account, "/v1/organizations?limit=2&sort_field=key&sort_direction=asc", "organizations").size() == 3);
    CHECK(walk(account, "/v1/agents?limit=2", "agents").size() == 7);
  }
}

TEST_CASE("timestamp tokens are an unpadded base64 time of one second") {
  SimulatedAccount account;
  account.json_of("/_sim/incidents", R"([{"id":1,"updated_at":"2022-03-01T18:54:24.750Z"},{"id":2,"updated_at":"2022-03-01T18:54:24Z"},
                                         {"id":3,"updated_at":"2022-03-01T18:54:23Z"}])");
  const std::string target = "/v1/incident_reports?sort_field=updated_at&limit=1";
  CHECK(token_of(account, target) == "MjAyMi0wMy0wMVQxODo1NDoyNFo");
  const json::value answer = account.json_of(target + "&page_token=MjAyMi0wMy0wMVQxODo1NDoyNFo");
  CHECK(boost::json::serialize(answer.as_object().at("pagination")) == "{}");
  CHECK(account.ids(target + "&page_token=MjAyMi0wMy0wMVQxODo1NDoyNFo") == std::vector<std::int64_t>{3});
}

TEST_CASE("with timestamp tokens ties at the edge of a page are lost") {
  SimulatedAccount account;
  account.json_of("/_sim/incidents", rows(6, false));
  account.json_of("/_sim/incidents", R"({"id":9,"updated_at":"2026-05-01T00:00:00Z"})");
  const std::string target = "/v1/incident_reports?sort_field=updated_at&limit=4";
  CHECK(account.ids(target) == std::vector<std::int64_t>{6, 5, 4, 3});
  CHECK(walk(account, target) == std::vector<std::int64_t>{6, 5, 4, 3, 9});
  CHECK(walk(account, target + "&sort_direction=asc") == std::vector<std::int64_t>{9, 1, 2, 3});
}

TEST_CASE("with offset tokens ties are kept, but rows that move during a walk shift the rest") {
  AccountSetup setup;
  setup.huntress.tokens = TokenKind::offset;
  SimulatedAccount account(setup);
  account.json_of("/_sim/incidents", rows(6, false));
  const std::string target = "/v1/incident_reports?sort_field=updated_at&limit=3";
  CHECK(walk(account, target) == std::vector<std::int64_t>{6, 5, 4, 3, 2, 1});
  const std::string token = token_of(account, target);
  account.json_of("/_sim/incidents", R"({"id":1,"status":"closed"})");  // moves to the top
  CHECK(account.ids(target + "&page_token=" + token) == std::vector<std::int64_t>{4, 3, 2});
}

TEST_CASE("a row updated during a walk by timestamps is not seen again, one updated before is") {
  SimulatedAccount account;
  account.json_of("/_sim/incidents", rows(6, true));
  const std::string target = "/v1/incident_reports?sort_field=updated_at&limit=3";
  const std::string token = token_of(account, target);
  account.json_of("/_sim/incidents", R"({"id":2,"severity":"high"})");
  CHECK(account.ids(target + "&page_token=" + token) == std::vector<std::int64_t>{3, 1});
  CHECK(account.ids(target).front() == 2);
}

TEST_CASE("next_page_url carries the request's parameters and leads to the next page") {
  SimulatedAccount account(generated(30));
  const std::string target = "/v1/incident_reports?limit=5&sort_field=updated_at&status=sent";
  const json::value first = account.json_of(target);
  const std::string url = json::text_at(first.as_object().at("pagination").as_object(), "next_page_url").value_or("");
  const std::string origin = "http://127.0.0.1";
  REQUIRE(url.starts_with(origin + "/v1/incident_reports?page_token="));
  const auto by_url = account.ids(url.substr(origin.size()));
  CHECK(by_url == account.ids(target + "&page_token=" + token_of(account, target)));
  CHECK(by_url.size() == 5);
}

TEST_CASE("limit is 1 to 500, 10 by default") {
  SimulatedAccount account(generated(520));
  CHECK(account.ids("/v1/incident_reports").size() == 10);
  CHECK(account.ids("/v1/incident_reports?limit=1").size() == 1);
  CHECK(account.ids("/v1/incident_reports?limit=500").size() == 500);
  for (const std::string bad : {"0", "501", "-1", "x", "", "1.5", "99999999999999999999"})
    CHECK(account.code_of("/v1/incident_reports?limit=" + bad) == 400);
}

TEST_CASE("tokens that are none are refused") {
  for (const auto tokens : {TokenKind::timestamp, TokenKind::offset}) {
    SimulatedAccount account(generated(20, tokens));
    for (const std::string bad : {"", "!!!", "abcde", "bm9uc2Vuc2U", "b2Zmc2V0Oi0x"})
      CHECK(account.code_of("/v1/incident_reports?sort_field=updated_at&page_token=" + bad) == 400);
  }
}
