#include <doctest/doctest.h>

#include <set>

#include "tests/host-sim/sim/stellar_cyber_account.hpp"

using namespace picket;
using namespace picket::test;
using namespace std::chrono_literals;
using Numbers = std::vector<std::int64_t>;

namespace {

StellarSetup generated(std::size_t cases) {
  StellarSetup setup;
  setup.generator.cases = cases;
  return setup;
}

// Four cases that differ in every value.
void add_four(StellarAccount& account) {
  account.control("/_sim/cases", R"([
    {"ticket_id":1,"score":20,"size":1,"cust_id":"t-a","tenant_name":"A","created_at":1000,"modified_at":5000,"tags":["ticket_opened"]},
    {"ticket_id":2,"score":40.5,"size":2,"cust_id":"t-a","tenant_name":"A","created_at":2000,"modified_at":4000,"modified_by":"u-api"},
    {"ticket_id":3,"score":60,"size":3,"cust_id":"t-b","tenant_name":"B","created_at":3000,"modified_at":3000,"status":"Resolved"},
    {"ticket_id":4,"score":80,"size":4,"cust_id":"t-b","tenant_name":"B","created_at":4000,"modified_at":6000,"status":"Escalated","tags":["x","y"]}])");
}

struct FilterCase {
  std::string query;
  Numbers expected;
};

}  // namespace

TEST_CASE("stellar cyber: filters") {
  StellarAccount account;
  add_four(account);
  const std::vector<FilterCase> cases{{"", {1, 2, 3, 4}},
                                      {"&FROM~modified_at=5000", {1, 4}},
                                      {"&FROM%7Emodified_at=5001", {4}},
                                      {"&FROM~created_at=3000", {3, 4}},
                                      {"&FROM~score=40.5", {2, 3, 4}},
                                      {"&FROM~score=41", {3, 4}},
                                      {"&min_size_auto=3", {3, 4}},
                                      {"&tenantid=t-a", {1, 2}},
                                      {"&tenantid=t-c", {}},
                                      {"&NOT~tags=ticket_opened", {2, 3, 4}},
                                      {"&NOT~tags=ticket_opened,y", {2, 3}},
                                      {"&NOT~modified_by=u-api", {1, 3, 4}},
                                      {"&tags=x", {4}},
                                      {"&status=Resolved,Escalated", {3, 4}},
                                      {"&ticket_id=2", {2}},
                                      {"&FROM~modified_at=4000&tenantid=t-a&NOT~tags=ticket_opened", {2}}};
  for (const auto& c : cases) {
    CAPTURE(c.query);
    CHECK(account.numbers("?sort=ticket_id&order=asc" + c.query) == c.expected);
    const auto total = integer(account.get("/cases?sort=ticket_id&limit=1" + c.query).at("data").as_object(), "total");
    CHECK(total == static_cast<std::int64_t>(c.expected.size()));
  }
}

TEST_CASE("stellar cyber: orders") {
  StellarAccount account;
  add_four(account);
  CHECK(account.numbers("") == Numbers{4, 3, 2, 1});
  CHECK(account.numbers("?sort=modified_at&order=asc") == Numbers{3, 2, 1, 4});
  CHECK(account.numbers("?sort=modified_at&order=desc") == Numbers{4, 1, 2, 3});
  CHECK(account.numbers("?sort=created_at&order=asc") == Numbers{1, 2, 3, 4});
  CHECK(account.numbers("?sort=score") == Numbers{4, 3, 2, 1});
  CHECK(account.numbers("?sort=size&order=asc") == Numbers{1, 2, 3, 4});
}

TEST_CASE("stellar cyber: parameters that are wrong are named") {
  StellarAccount account;
  add_four(account);
  for (const std::string query :
       {"limit=0", "limit=x", "skip=-1", "FROM~modified_at=yesterday", "FROM~score=high", "min_size_auto=", "order=up", "sort=name",
        "include_summary=1", "format_summary=yes", "ticket_id=1a", "FORM~modified_at=1", "page=2"}) {
    CAPTURE(query);
    const auto exchange = account.api("GET", "/cases?" + query);
    CHECK(exchange.answer.code == 400);
    CHECK(exchange.answer.body.find(query.substr(0, query.find('=')) + ":") != std::string::npos);
  }
  CHECK(account.api("POST", "/cases", "{}").answer.code == 405);
}

TEST_CASE("stellar cyber: pages never exceed the limit of the product and together are everything") {
  StellarAccount account(generated(620));
  CHECK(account.numbers("").size() == 50);
  CHECK(account.numbers("?limit=7&skip=615").size() == 5);
  CHECK(account.numbers("?skip=620").empty());
  std::set<std::int64_t> seen;
  std::int64_t last = 0;
  std::size_t pages = 0;
  while (seen.size() < 620 && pages < 10) {
    const auto answer = account.get("/cases?sort=modified_at&order=asc&limit=1000&skip=" + std::to_string(seen.size()));
    const auto& data = answer.at("data").as_object();
    CHECK(integer(data, "total") == 620);
    CHECK(data.at("cases").as_array().size() <= 250);
    ++pages;
    for (const auto& row : data.at("cases").as_array()) {
      CHECK(integer(row.as_object(), "modified_at") >= last);
      last = integer(row.as_object(), "modified_at");
      seen.insert(integer(row.as_object(), "ticket_id"));
    }
  }
  CHECK(seen.size() == 620);
  CHECK(pages == 3);
  account.control("/_sim/quirks", R"({"limit_max":100})");
  CHECK(account.numbers("?limit=250").size() == 100);
}

TEST_CASE("stellar cyber: the summary comes with the list when it is asked for") {
  StellarAccount account(generated(1));
  const auto first = [&](const std::string& query) {
    return account.get("/cases" + query).at("data").as_object().at("cases").as_array().at(0).as_object();
  };
  CHECK_FALSE(first("").contains("summary"));
  CHECK_FALSE(first("?include_summary=false&format_summary=true").contains("summary"));
  const auto row = first("?include_summary=true&format_summary=true");
  CHECK(text(row, "summary").starts_with("This case of "));
  CHECK(text(account.get("/cases/" + text(row, "_id") + "/summary?formatted=true"), "data") == text(row, "summary"));
  CHECK_FALSE(account.row(text(row, "_id")).contains("summary"));
}

TEST_CASE("stellar cyber: alerts have pages and observables kinds") {
  StellarSetup setup = generated(1);
  setup.generator.alerts = 120;
  StellarAccount account(setup);
  const auto row = account.get("/cases").at("data").as_object().at("cases").as_array().at(0).as_object();
  CHECK(integer(row, "size") == 120);
  const std::string path = "/cases/" + text(row, "_id");
  const auto docs = [&](const std::string& query) {
    return account.get(path + "/alerts" + query).at("data").as_object().at("docs").as_array();
  };
  CHECK(docs("").size() == 50);
  CHECK(docs("?limit=50&skip=100").size() == 20);
  CHECK(docs("?limit=50&skip=120").empty());
  std::set<std::string> ids;
  for (const auto& doc : docs("?limit=250")) ids.insert(text(doc.as_object(), "_id"));
  CHECK(ids.size() == 120);
  CHECK(account.code_of(path + "/alerts?limit=none") == 400);
  const auto observables = account.get(path + "/observables").at("observables").as_object();
  CHECK(observables.at("host").as_array().size() == 1);
  CHECK(account.code_of(path + "/nothing") == 404);
  CHECK(account.code_of("/cases/000000000000000000000000/alerts") == 404);
  CHECK(account.code_of("/cases/" + std::to_string(integer(row, "ticket_id"))) == 404);  // a number is no id
}
