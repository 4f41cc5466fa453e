#include <doctest/doctest.h>

#include <set>

#include "tests/host-sim/sim/stellar_cyber_account.hpp"

using namespace picket;
using namespace picket::test;

namespace {

StellarSetup generated(std::uint64_t seed, std::size_t cases = 200) {
  StellarSetup setup;
  setup.generator.cases = cases;
  setup.generator.tenants = 7;
  setup.generator.seed = seed;
  return setup;
}

std::string everything(const StellarSetup& setup) {
  StellarAccount account(setup);
  std::string all = account.call_control("GET", "/_sim/cases").answer.body;
  const json::value cases = account.control("/_sim/cases");
  for (const auto& c : cases.as_array())
    for (const std::string part : {"/alerts", "/observables", "/summary"})
      all += account.api("GET", "/cases/" + text(c.as_object(), "_id") + part).answer.body;
  return all;
}

}  // namespace

TEST_CASE("stellar cyber: the same seed and numbers give the same bytes and another seed others") {
  const std::string one = everything(generated(7));
  CHECK(everything(generated(7)) == one);
  CHECK(everything(generated(8)) != one);
}

TEST_CASE("stellar cyber: generated cases have never been modified") {
  StellarAccount account(generated(3));
  std::set<std::string> ids;
  std::set<std::string> tenants;
  std::set<std::string> severities;
  std::set<std::int64_t> times;
  const json::value cases = account.control("/_sim/cases");
  for (const auto& c : cases.as_array()) {
    const auto& row = c.as_object();
    CHECK(integer(row, "modified_at") == integer(row, "created_at"));
    CHECK(integer(row, "version") == 1);
    CHECK(integer(row, "size") == 3);
    CHECK(text(row, "status") == "New");
    CHECK_FALSE(row.contains("closed"));
    ids.insert(text(row, "_id"));
    tenants.insert(text(row, "tenant_name") + text(row, "cust_id"));
    severities.insert(text(row, "severity"));
    times.insert(integer(row, "modified_at"));
  }
  CHECK(ids.size() == 200);
  CHECK(tenants.size() == 7);
  CHECK(severities.size() == 4);
  CHECK(times.size() == 200);
  CHECK(*times.rbegin() == milliseconds_at(stellar_start()));
  CHECK(*times.begin() > milliseconds_at(stellar_start() - std::chrono::days{6}));
}

TEST_CASE("stellar cyber: resolved cases and numbers of alerts on demand") {
  StellarSetup setup = generated(3);
  setup.generator.closed_percent = 50;
  setup.generator.alerts = 0;
  StellarAccount account(setup);
  const auto resolved = account.numbers("?status=Resolved&limit=250");
  CHECK(resolved.size() > 60);
  CHECK(resolved.size() < 140);
  const auto row = account.get("/cases?status=Resolved&limit=1").at("data").as_object().at("cases").as_array().at(0).as_object();
  CHECK(integer(row, "closed") == integer(row, "modified_at"));
  CHECK(integer(row, "size") == 0);
}

TEST_CASE("stellar cyber: generated cases stand beside those of a scenario") {
  StellarSetup setup = generated(3, 5);
  setup.scenario = R"({"cases":[{"ticket_id":4000}]})";
  StellarAccount account(setup);
  CHECK(account.numbers("?sort=ticket_id&order=asc") == std::vector<std::int64_t>{4000, 4001, 4002, 4003, 4004, 4005});
}
