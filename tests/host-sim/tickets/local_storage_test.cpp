#include <doctest/doctest.h>

#include "host-sim/store/connections.hpp"
#include "host-sim/store/mappings.hpp"
#include "host-sim/store/psa.hpp"
#include "host-sim/tickets/dry_run.hpp"
#include "tests/host-sim/tickets/tickets_fixture.hpp"

using namespace picket;
using test::TicketsFixture;

STORAGE_TEST_CASE(s, "an alert is read as it was written") {
  TicketsFixture f(s);
  Alert a = TicketsFixture::alert("42");
  a.failures = 3;
  a.device_name = "PC";
  a.external_device_id = "d7";
  a.asset_id = f.asset("SN-1");
  a.fingerprint = "abc";
  a.metadata = "{\"n\": 1}";
  a.triggered_at = test::test_start();
  a.resolved_at = test::test_start() + std::chrono::milliseconds(1500);
  a.incomplete = true;
  ChangeSet set;
  set.alert = a;
  REQUIRE(f.apply(set).status == Status::ok);
  a.revision = 1;
  CHECK(f.stored("42") == a);
  CHECK_FALSE(f.stored("43"));
}

STORAGE_TEST_CASE(s, "alerts are listed by state, oldest write first") {
  TicketsFixture f(s);
  for (const char* id : {"c", "a", "b", "d"}) {
    ChangeSet set;
    set.alert = TicketsFixture::alert(id);
    set.alert->failures = *id == 'b' ? 2 : 0;
    set.alert->incomplete = *id == 'c';
    if (*id == 'd') set.alert->resolved_at = test::test_start();
    REQUIRE(f.apply(set).status == Status::ok);
    f.clock.advance(std::chrono::seconds(1));
  }
  const auto list = [&](std::int32_t state, std::size_t limit) {
    std::string ids;
    f.storage.list_alerts(state, limit, [&](const Alert& a) { ids += a.external_id; });
    return ids;
  };
  CHECK(list(PICKET_ALERTS_OPEN, 0) == "cab");
  CHECK(list(PICKET_ALERTS_OPEN, 2) == "ca");
  CHECK(list(PICKET_ALERTS_FAILING, 0) == "b");
  CHECK(list(PICKET_ALERTS_INCOMPLETE, 0) == "c");
  CHECK_THROWS_AS(list(9, 0), Error);
}

STORAGE_TEST_CASE(s, "mappings say whether their client can be used and whom to contact") {
  TicketsFixture f(s);
  const auto& [tenant, integration] = f.sample;
  const std::vector<store::Organization> page{{"1", "Contoso Ltd"}, {"2", "Nobody"}, {"3", "Old Corp"}};
  store::upsert_organizations(s.db, tenant, integration, page, test::test_start());
  store::auto_match(s.db, tenant, integration, test::test_start());
  store::map_organization(s.db, tenant, integration, "3", f.id("client", "Old Corp"), test::test_start());
  store::set_auto_create(s.db, tenant, integration, "2", false, test::test_start());
  std::map<std::string, Mapping> found;
  const std::string_view ids[] = {"1", "2", "3", "4"};
  f.storage.find_mappings(ids, [&](const Mapping& m) { found[m.external_id] = m; });
  REQUIRE(found.size() == 3);
  CHECK(found["1"].client_id == f.id("client", "Contoso, Ltd."));
  CHECK_FALSE(found["1"].contact_id.empty());
  CHECK(found["1"].client_usable);
  CHECK(found["1"].auto_create_tickets);
  CHECK(found["2"] == Mapping{"2", "Nobody", "", "", true, false});
  CHECK_FALSE(found["3"].client_usable);
}

STORAGE_TEST_CASE(s, "cursors are in the settings where the manifest says so, else in their table") {
  TicketsFixture f(s);
  CHECK_FALSE(f.storage.cursor("incidents"));
  CHECK_FALSE(f.storage.cursor("other"));
  for (const char* stream : {"incidents", "other"}) {
    ChangeSet set;
    set.cursor_stream = stream;
    set.cursor_value = std::string(stream) + "-1";
    CHECK(f.apply(set).status == Status::ok);
    set.cursor_value = std::string(stream) + "-2";
    CHECK(f.apply(set).status == Status::ok);
    CHECK(f.storage.cursor(stream) == set.cursor_value);
  }
  const auto settings = store::find_connection(s.db, f.sample.tenant, "huntress")->settings;
  CHECK(settings.at("incidentCursor") == "incidents-2");
  CHECK(settings.at("accountName") == "Acme MSP");
  CHECK(f.rows("picket_cursors") == 1);
}

STORAGE_TEST_CASE(s, "settings are handed out completed, and stored as they are") {
  TicketsFixture f(s);
  CHECK(json::parse_object(f.storage.settings(), "settings") == json::object{{"accountName", "Acme MSP"}});
  f.connection.complete_settings = [](json::object settings) {
    settings.emplace("backfillDays", 7);
    settings.emplace("incidentCursor", "2020");
    return settings;
  };
  tickets::LocalStorage storage(s.db, f.connection);
  CHECK(json::parse_object(storage.settings(), "settings") ==
        json::object{{"accountName", "Acme MSP"}, {"backfillDays", 7}, {"incidentCursor", "2020"}});
  CHECK_FALSE(storage.cursor("incidents"));
  CHECK_FALSE(store::find_connection(s.db, f.sample.tenant, "huntress")->settings.contains("backfillDays"));
}

STORAGE_TEST_CASE(s, "the directory gives the assets of the clients that were asked for") {
  TicketsFixture f(s);
  tickets::LocalDirectory directory(s.db, f.sample.tenant);
  const auto contoso = f.id("client", "Contoso, Ltd.");
  const std::string_view ids[] = {contoso, "no uuid"};
  std::vector<Asset> assets;
  directory.assets(ids, [&](const Asset& a) { assets.push_back(a); });
  REQUIRE(assets.size() == 2);
  CHECK(assets[0].name == "CONTOSO-PC1");
  CHECK(assets[0].client_id == contoso);
}

STORAGE_TEST_CASE(s, "a dry run collects and writes nothing") {
  TicketsFixture f(s);
  tickets::DryRunTickets dry;
  const std::vector<ChangeSet> sets{f.opening("1"), f.opening("2")};
  int reported = 0;
  dry.apply(host::Call{f.clock}, sets,
            [&](std::size_t, Status status, std::string_view, std::string_view) { reported += status == Status::ok; });
  CHECK(reported == 2);
  CHECK(dry.change_sets() == sets);
  CHECK(f.rows("rmm_alerts") == 0);
}
