// Which asset a ticket is linked with.
#include <doctest/doctest.h>

#include "tests/e2e/world.hpp"

using namespace picket;
using namespace picket::e2e;

namespace {

void agent(World& world, int id, const std::string& organization, const std::string& hostname, const std::string& serial) {
  world.vendor().agent(R"({"id":)" + std::to_string(id) + R"(,"organization_id":)" + organization + R"(,"hostname":")" + hostname +
                       R"(","serial_number":")" + serial + R"(","os":"Windows 11","ipv4_address":"10.0.0.4"})");
}

void incident(World& world, int id, const std::string& organization, int agent_id) {
  world.vendor().incident(R"({"id":)" + std::to_string(id) + R"(,"organization_id":)" + organization + R"(,"agent_id":)" +
                          std::to_string(agent_id) + R"(,"severity":"high","subject":"s"})");
}

std::string associated(World& world, const std::string& incident_id) {
  return world.value(
      "SELECT a.asset_id FROM asset_associations a JOIN tickets t ON t.tenant = a.tenant AND t.ticket_id = a.entity_id WHERE "
      "t.source_reference = '" +
      incident_id + "' AND a.entity_type = 'ticket'");
}

}  // namespace

TEST_CASE("a host is linked with the one asset of its name, by the serial number among several, else with none") {
  for (const bool many : {false, true}) {  // many: the hosts are listed before tickets open; else each is read afterwards
    CAPTURE(many);
    on_both_storages([&](Storage& storage) {
      World world(storage);
      agent(world, 11, "301", "CONTOSO-LT-014", "whatever");  // one asset of that name
      agent(world, 12, "301", "Twin", "sn-2");                // two, which the serial number distinguishes
      agent(world, 13, "301", "twin", "SN-3");                // two, none with that serial number
      agent(world, 14, "301", "GLOBEX-SRV", "");              // another client's asset
      agent(world, 15, "303", "contoso-lt-014", "SN-014");    // unmapped
      for (int i = 11; i <= 15; ++i) incident(world, i, i == 15 ? "303" : "301", i);
      if (many)
        for (int i = 20; i < 30; ++i) {
          agent(world, i, "302", "host-" + std::to_string(i), "");
          incident(world, i, "302", i);
        }
      world.poll();
      while (world.count("SELECT count(*) FROM rmm_alerts WHERE picket_incomplete = " +
                         std::string(storage.is_postgresql() ? "true" : "1")) > 0)
        world.poll();

      const std::string laptop = world.id_of("asset", "contoso-lt-014");
      const std::string twin = world.value("SELECT asset_id FROM assets WHERE serial_number = 'SN-2'");
      CHECK(associated(world, "11") == laptop);
      CHECK(world.alert("11", "asset_id") == laptop);
      CHECK(world.alert("11", "device_name") == "CONTOSO-LT-014");
      CHECK(world.alert("11", "external_device_id") == "11");
      CHECK(associated(world, "12") == twin);
      CHECK(world.alert("12", "asset_id") == twin);
      for (const std::string none : {"13", "14", "15"}) {
        CAPTURE(none);
        CHECK(associated(world, none).empty());
        CHECK(world.alert(none, "asset_id").empty());
        CHECK(text_at(world.ticket(none), "description").find("10.0.0.4") != std::string::npos);
      }
      CHECK(world.count("SELECT count(*) FROM asset_associations") == 2);

      CHECK(world.count("SELECT count(*) FROM tenant_external_entity_mappings") == 2);
      const auto rows = world.db().query<4>(
          "SELECT integration_type, alga_entity_type, alga_entity_id, external_realm_id FROM tenant_external_entity_mappings WHERE "
          "external_entity_id = '11'");
      REQUIRE(rows.size() == 1);
      CHECK(rows[0][0] == "huntress");
      CHECK(rows[0][1] == "asset");
      CHECK(rows[0][2] == laptop);
      CHECK(rows[0][3] == "301");
      CHECK(text_at(world.ticket("11").at("assets").as_array().at(0).as_object(), "name") == "contoso-lt-014");
    });
  }
}

STORAGE_TEST_CASE(storage, "a second incident on a host links its ticket too, and a later update keeps the link") {
  World world(storage);
  agent(world, 11, "301", "contoso-lt-014", "");
  incident(world, 1, "301", 11);
  world.poll();
  incident(world, 2, "301", 11);
  world.poll();
  CHECK(world.count("SELECT count(*) FROM asset_associations") == 2);
  CHECK(world.count("SELECT count(*) FROM tenant_external_entity_mappings") == 1);
  world.vendor().incident(R"({"id":1,"summary":"news"})");
  CHECK(world.poll().at("noted") == 1);
  CHECK(world.alert("1", "asset_id") == world.id_of("asset", "contoso-lt-014"));
  CHECK(world.alert("1", "device_name") == "contoso-lt-014");
  CHECK(world.count("SELECT count(*) FROM asset_associations") == 2);
}
