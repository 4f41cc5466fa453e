#include "host-sim/store/mappings.hpp"

#include <doctest/doctest.h>

#include "host-sim/store/psa.hpp"
#include "tests/support/postgres/storages.hpp"

using namespace picket;
using namespace picket::store;

STORAGE_TEST_CASE(s, "organizations are synchronised and matched by name") {
  const auto sample = test::make_sample_tenant(s.db);
  const auto& [tenant, id] = sample;
  const auto now = test::test_start();
  std::vector<Organization> page{{"1", "CONTOSO LTD"}, {"2", "Globex Corp"}, {"3", "Old Corp"}, {"4", "!!!"}, {"1", "Contoso Ltd"}};
  auto counts = upsert_organizations(s.db, tenant, id, page, now);
  CHECK(counts.created == 4);
  page[1].name = "Globex";
  counts = upsert_organizations(s.db, tenant, id, page, now);
  CHECK(counts.created == 0);
  CHECK(counts.renamed == 1);
  CHECK(counts.unchanged == 3);
  const auto matched = auto_match(s.db, tenant, id, now);
  CHECK(matched.size() == 2);  // not the inactive client, not an empty key
  const auto contoso = find_mapping(s.db, tenant, id, "contoso ltd");
  CHECK(contoso.client_name == "Contoso, Ltd.");
  CHECK(contoso.auto_matched);
  CHECK(list_mappings(s.db, tenant, id).size() == 4);
  CHECK(list_mappings(s.db, tenant, id, true).size() == 2);
  CHECK(auto_match(s.db, tenant, id, now).empty());
}

STORAGE_TEST_CASE(s, "what a user decides stays") {
  const auto sample = test::make_sample_tenant(s.db);
  const auto& [tenant, id] = sample;
  const auto now = test::test_start();
  const std::vector<Organization> page{{"1", "Globex"}, {"2", "Initech"}};
  upsert_organizations(s.db, tenant, id, page, now);
  auto_match(s.db, tenant, id, now);
  const auto unmapped = unmap_organization(s.db, tenant, id, "1", now);
  CHECK(unmapped.client_id.empty());
  CHECK(unmapped.unmapped_by_user);
  CHECK_FALSE(unmapped.auto_matched);
  CHECK(auto_match(s.db, tenant, id, now).empty());
  const auto mapped = map_organization(s.db, tenant, id, "1", sample.id(s.db, "client", "Fallback"), now);
  CHECK(mapped.client_name == "Fallback");
  CHECK_FALSE(mapped.unmapped_by_user);
  CHECK_FALSE(mapped.auto_matched);
  CHECK_FALSE(set_auto_create(s.db, tenant, id, "2", false, now).auto_create_tickets);
  CHECK(set_auto_create(s.db, tenant, id, "2", true, now).auto_create_tickets);
  CHECK_THROWS_AS(map_organization(s.db, tenant, id, "1", tenant, now), Error);
  CHECK_THROWS_AS(map_organization(s.db, tenant, id, "1", "x", now), Error);
  CHECK_THROWS_AS(map_organization(s.db, tenant, id, "9", sample.id(s.db, "client", "Globex"), now), Error);
  CHECK_THROWS_AS(unmap_organization(s.db, tenant, id, "9", now), Error);
  CHECK_THROWS_AS(find_mapping(s.db, tenant, id, "Intech"), Error);
}

STORAGE_TEST_CASE(s, "two clients of one name match nothing") {
  const auto [tenant, id] = test::make_sample_tenant(s.db);
  import_psa(s.db, R"({"tenant":{"name":"Acme MSP"},"clients":[{"name":"Globex."}]})", "x");
  const std::vector<Organization> page{{"1", "globex"}};
  upsert_organizations(s.db, tenant, id, page, test::test_start());
  CHECK(auto_match(s.db, tenant, id, test::test_start()).empty());
}
