// The sweep compares the vendor's open set with ours, in both directions.
#include <doctest/doctest.h>

#include "sdk/common/time_text.hpp"
#include "tests/e2e/world.hpp"

using namespace picket;
using namespace picket::e2e;

namespace {

std::string incident(int id, const std::string& updated_at) {
  return R"({"id":)" + std::to_string(id) + R"(,"organization_id":301,"severity":"low","subject":"s","updated_at":")" + updated_at + "\"}";
}

// So many newer incidents that the small page of an idle poll ends before the older ones; one of them is the cursor, the others are far
// behind it.
void bury(World& world) {
  std::string rows = "[" + incident(1000, "-10s");
  for (int id = 1001; id < 1030; ++id) rows += "," + incident(id, "-" + std::to_string(600 + id) + "s");
  world.vendor().incident(rows + "]");
  world.poll();
}

}  // namespace

STORAGE_TEST_CASE(storage,
                  "the sweep finds what was closed, opened, changed and removed without the walk seeing it, and counts it as healed") {
  World world(storage);
  world.settings({"autoCloseTickets=true"});
  for (int id = 1; id <= 4; ++id) world.vendor().incident(incident(id, "-6h"));
  world.poll();
  bury(world);
  world.vendor().incident(R"({"id":1,"status":"closed","updated_at":"-5h"})");
  world.vendor().incident(R"({"id":2,"severity":"critical","updated_at":"-5h"})");
  world.vendor().incident(R"({"id":3,"_delete":true})");
  world.vendor().incident(incident(5, "-5h"));
  const json::object blind = world.poll();
  CHECK(blind.at("noted") == 0);
  CHECK(blind.at("created") == 0);

  const json::object swept = world.poll({"--sweep"});
  CHECK(swept.at("created") == 1);
  CHECK(swept.at("noted").to_number<int>() >= 2);  // the removed one's ticket may get a note, too
  CHECK(swept.at("closed") == 1);
  CHECK(swept.at("healed").to_number<int>() >= 3);
  CHECK(world.has_ticket("5"));
  CHECK(world.ticket("1").at("closed").as_bool());
  CHECK(text_at(world.ticket("2"), "priority") == "Critical");
  // What the vendor removed: no longer open here, its ticket stays.
  CHECK_FALSE(world.alert("3", "resolved_at").empty());
  CHECK_FALSE(world.ticket("3").at("closed").as_bool());
  CHECK(world.alert("4", "resolved_at").empty());

  const json::object again = world.poll({"--sweep"});
  CHECK(again.at("healed") == 0);
  CHECK(again.at("noted") == 0);
  CHECK(world.notes("1").size() == 2);
}

STORAGE_TEST_CASE(storage, "the sweep comes by itself after sweepIntervalMinutes") {
  World world(storage);
  world.vendor().incident(incident(1, "-6h"));
  world.poll();
  bury(world);
  world.vendor().incident(R"({"id":1,"status":"closed","updated_at":"-5h"})");
  CHECK(world.poll().at("healed") == 0);
  CHECK(world.poll().at("requests") == 1);
  // As if the last one had been 61 minutes ago.
  const Time now = std::chrono::time_point_cast<Time::duration>(std::chrono::system_clock::now());
  const std::string then = format_time(now - std::chrono::minutes{61});
  CHECK(world.db().execute("UPDATE picket_cursors SET value = ? WHERE stream = 'sweep'", {then}) == 1);
  CHECK(world.poll().at("healed") == 1);
  CHECK(world.alert("1", "status") == "closed");
  CHECK(world.poll().at("requests") == 1);
}

STORAGE_TEST_CASE(storage, "many incidents closed unseen are healed over the next polls by themselves") {
  World world(storage);
  std::string rows;
  std::string closed;
  for (int id = 1; id <= 70; ++id) {
    rows += (rows.empty() ? "[" : ",") + incident(id, "-6h");
    closed += (closed.empty() ? "[" : ",") + (R"({"id":)" + std::to_string(id) + R"(,"status":"closed","updated_at":"-5h"})");
  }
  world.vendor().incident(rows + "]");
  world.poll();
  bury(world);
  world.vendor().incident(closed + "]");
  world.poll({"--sweep"});
  for (int i = 0; i < 5; ++i) world.poll();
  CHECK(world.count("SELECT count(*) FROM rmm_alerts WHERE resolved_at IS NULL") == 30);
  CHECK(world.count("SELECT count(*) FROM comments") == 70 * 2 + 30);
  CHECK(world.poll().at("requests") == 1);
}

STORAGE_TEST_CASE(storage, "a sweep that fails is an error, harms nothing, and the next poll sweeps again") {
  World world(storage);
  world.vendor().incident(incident(1, "-6h"));
  world.vendor().incident(incident(2, "-6h"));
  world.poll();
  for (const char* kind : {"html", "empty", "wrong_types"}) {
    CAPTURE(kind);
    world.vendor().fault(R"({"path":"/v1/incident_reports","kind":")" + std::string(kind) + R"(","times":-1,"after":1})");
    const Result failed = world.try_poll({"--sweep"});
    CHECK(failed.exit_code == 1);
    CHECK(world.count("SELECT count(*) FROM rmm_alerts WHERE resolved_at IS NULL") == 2);
    CHECK(world.count("SELECT count(*) FROM comments") == 2);
    world.vendor().clear_faults();
  }
  CHECK(world.poll({"--sweep"}).at("healed") == 0);
}
