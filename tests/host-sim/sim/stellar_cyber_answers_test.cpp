// Every endpoint's answers against this project's schema of them.
#include <doctest/doctest.h>

#include "tests/host-sim/sim/schema_check.hpp"
#include "tests/host-sim/sim/stellar_cyber_account.hpp"

using namespace picket;
using namespace picket::test;
using namespace std::chrono_literals;

namespace {

std::string violations(const std::string& definition, const json::object& answer) {
  return violations_of_definition(PICKET_STELLAR_CYBER_ANSWERS_SCHEMA, definition, answer);
}

void check_reading(StellarAccount& account) {
  CHECK(violations("token_answer", account.sign_in()) == "");
  CHECK(violations("users_answer", account.get("/users")) == "");
  CHECK(violations("cases_answer", account.get("/cases")) == "");
  const auto list = account.get("/cases?limit=250&sort=modified_at&order=asc&include_summary=true&format_summary=true");
  CHECK(violations("cases_answer", list) == "");
  for (const auto& row : list.at("data").as_object().at("cases").as_array()) {
    const std::string path = "/cases/" + text(row.as_object(), "_id");
    CAPTURE(path);
    CHECK(violations("case_answer", account.get(path)) == "");
    CHECK(violations("summary_answer", account.get(path + "/summary?formatted=true")) == "");
    CHECK(violations("observables_answer", account.get(path + "/observables")) == "");
    CHECK(violations("alerts_answer", account.get(path + "/alerts?limit=2")) == "");
    CHECK(violations("comments_answer", account.get(path + "/comments")) == "");
  }
}

void check_writing(StellarAccount& account, const std::string& path) {
  CHECK(violations("comment_answer", account.post(path + "/comments", R"({"comment":"x"})")) == "");
  CHECK(violations("case_answer", account.put(path, R"({"status":"Resolved","severity":"Low","tags":{"add":["x"]}})")) == "");
  CHECK(violations("case_answer", account.put(path, R"({"status":"Escalated","assignee":"u-api"})")) == "");
}

}  // namespace

TEST_CASE("stellar cyber: generated data conform") {
  StellarSetup setup;
  setup.generator.cases = 60;
  setup.generator.closed_percent = 30;
  StellarAccount account(setup);
  check_reading(account);
  check_writing(account, "/cases/" + text(account.control("/_sim/cases").as_array().at(0).as_object(), "_id"));
}

TEST_CASE("stellar cyber: the demonstration scenario conforms before and after its events") {
  StellarAccount account({.scenario = content_of(PICKET_STELLAR_DEMO_SCENARIO)});
  check_reading(account);
  const auto statuses = [&] {
    std::map<std::int64_t, std::string> out;
    const json::value cases = account.control("/_sim/cases");
    for (const auto& c : cases.as_array()) out[integer(c.as_object(), "ticket_id")] = text(c.as_object(), "status");
    return out;
  };
  CHECK(statuses().size() == 6);
  CHECK(statuses()[4102] == "In Progress");
  CHECK(statuses()[4104] == "Resolved");
  account.wait(5min);
  CHECK(statuses().size() == 7);
  CHECK(statuses()[4102] == "Resolved");
  CHECK(statuses()[4104] == "In Progress");
  const auto cases = account.control("/_sim/cases").as_array();
  CHECK(cases.at(0).as_object().at("comments").as_array().size() == 1);
  CHECK(text(cases.at(2).as_object(), "severity") == "High");
  CHECK(text(cases.at(0).as_object().at("comments").as_array().at(0).as_object(), "user") == "u-mira");
  check_reading(account);
  check_writing(account, "/cases/" + text(cases.at(0).as_object(), "_id"));
}

TEST_CASE("stellar cyber: what analysts do conforms") {
  StellarSetup setup;
  setup.generator.cases = 1;
  StellarAccount account(setup);
  account.control("/_sim/people",
                  R"({"case":1001,"user":"alice","comment":"x","status":"Cancelled","assignee":"bob","tags":{"add":["y"]}})");
  account.control("/_sim/cases", R"({"name":"hardly described"})");
  check_reading(account);
}

TEST_CASE("stellar cyber: errors conform") {
  StellarAccount account;
  for (const std::string path : {"/cases/none", "/cases?limit=0", "/nothing"}) {
    const auto exchange = account.api("GET", path);
    CHECK(exchange.answer.code >= 400);
    CHECK(violations("error_answer", json::parse_object(exchange.answer.body, "answer")) == "");
  }
  const auto refused = account.ask_for_token("nobody", "none");
  CHECK(violations("error_answer", json::parse_object(refused.answer.body, "answer")) == "");
}

TEST_CASE("stellar cyber: the checks see what is wrong") {
  StellarAccount account({.scenario = R"({"cases":[{"_id":"66f0a1d2c3b4e5f607182901","severity":"Urgent"}]})"});
  CHECK(violations("case_answer", account.get("/cases/66f0a1d2c3b4e5f607182901")).find("severity") != std::string::npos);
  account.control("/_sim/faults", R"({"faults":[{"kind":"wrong_types"}]})");
  CHECK(violations("cases_answer", account.get("/cases")) != "");
}
