#include <doctest/doctest.h>

#include "host-sim/store/audit.hpp"
#include "host-sim/store/mappings.hpp"
#include "host-sim/store/status.hpp"
#include "host-sim/store/tickets_query.hpp"
#include "tests/support/postgres/storages.hpp"

using namespace picket;
using namespace picket::store;

STORAGE_TEST_CASE(s, "the status of a connection without any findings") {
  host::SimulatedClock clock(test::test_start());
  const auto [tenant, id] = test::make_sample_tenant(s.db);
  const std::vector<Organization> page{{"1", "Globex"}, {"2", "Initech"}};
  upsert_organizations(s.db, tenant, id, page, clock.now());
  set_auto_create(s.db, tenant, id, "2", false, clock.now());
  Lease lease(s.db, clock, tenant, id);
  const auto all = connection_status(s.db, clock);
  REQUIRE(all.size() == 1);
  CHECK(all[0].account_name == "Acme MSP");
  CHECK(all[0].connection.tenant_name == "Acme MSP");
  CHECK(all[0].organizations == 2);
  CHECK(all[0].unmapped_organizations == 2);
  CHECK(all[0].opted_out_organizations == 1);
  CHECK(all[0].alerts == 0);
  CHECK(all[0].lease);
  CHECK(list_tickets(s.db, tenant).empty());
  CHECK(failing_findings(s.db, tenant, id, 10).empty());
  CHECK_THROWS_AS(show_ticket(s.db, tenant, "1001"), Error);
}

STORAGE_TEST_CASE(s, "the audit is kept in order") {
  const auto sample = test::make_sample_tenant(s.db);
  for (const char* action : {"connect", "map", "settings"}) write_audit(s.db, sample.tenant, action, "huntress", "", test::test_start());
  const auto rows = s.db.query<1>("SELECT action FROM picket_audit WHERE tenant = ? ORDER BY at, picket_position", {sample.tenant});
  REQUIRE(rows.size() == 3);
  CHECK(rows[0][0] == "connect");
  CHECK(rows[1][0] == "map");
  CHECK(rows[2][0] == "settings");
}
