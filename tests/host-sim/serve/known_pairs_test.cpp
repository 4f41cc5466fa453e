#include "host-sim/serve/known_pairs.hpp"

#include <doctest/doctest.h>

#include "host-sim/store/connections.hpp"
#include "tests/support/postgres/storages.hpp"

using namespace picket;
using namespace picket::serve;
using picket::test::StorageUnderTest;

namespace {

constexpr psa::PsaKind kind{"halopsa", "HaloPSA", {}, nullptr, nullptr};

struct Pair {
  explicit Pair(const std::string& instance, const std::string& address = "https://acme.halopsa.com") {
    manifest.id = "stellar-cyber";
    manifest.title = "Stellar Cyber";
    configuration.manifest = &manifest;
    configuration.psa = &kind;
    configuration.psa_address = address;
    configuration.base_url = "https://acme.stellarcyber.cloud";
    configuration.runtime.instance_key = instance;
  }
  host::Manifest manifest;
  config::Configuration configuration;
};

}  // namespace

TEST_CASE("an instance that was used with another PSA and another instance of the same pair are reported") {
  test::for_each_storage(
      [](StorageUnderTest& s) {
        CHECK(look_at_known_pairs(s.db, Pair("default").configuration).warnings.empty());
        const store::Tenant tenant = store::find_or_make_tenant(s.db, "default");
        store::put_tenant_psa(s.db, tenant.id, {"halopsa", "https://acme.halopsa.com"});
        store::upsert_connection(s.db, tenant.id, "stellar-cyber", "https://acme.stellarcyber.cloud", {}, test::test_start());

        const KnownPairs same = look_at_known_pairs(s.db, Pair("default").configuration);
        CHECK(same.problem.empty());
        CHECK(same.warnings.empty());
        Pair moved("default", "https://elsewhere.halopsa.com");
        CHECK(look_at_known_pairs(s.db, moved.configuration).problem.find("set PICKET_DESK_MOVED=true") != std::string::npos);
        moved.configuration.runtime.psa_moved = true;
        CHECK(look_at_known_pairs(s.db, moved.configuration).problem.empty());
        const KnownPairs other = look_at_known_pairs(s.db, Pair("other").configuration);
        CHECK(other.problem.empty());
        REQUIRE(other.warnings.size() == 1);
        CHECK(other.warnings[0].find("this database already has \"default\" for the same HaloPSA and Stellar Cyber") != std::string::npos);
      },
      true);
}

TEST_CASE("a database without tables knows no pair") {
  test::for_each_storage([](StorageUnderTest& s) { CHECK(look_at_known_pairs(s.db, Pair("default").configuration).problem.empty()); },
                         false);
}
