// Answers that are not the documented ones: an error, the cursor stays, nothing is applied, and the next poll goes on.
#include <doctest/doctest.h>

#include "tests/e2e/world.hpp"
#include "tests/support/loopback_server.hpp"

using namespace picket;
using namespace picket::e2e;

namespace {

// What an answer must never do: tickets, notes, alerts and cursors stay as they are.
std::string content(World& world) {
  std::string out;
  for (const char* sql : {"SELECT count(*) FROM tickets", "SELECT count(*) FROM comments", "SELECT count(*) FROM rmm_alerts",
                          "SELECT count(*) FROM rmm_alerts WHERE resolved_at IS NULL", "SELECT count(*) FROM rmm_organization_mappings"})
    out += world.value(sql) + " ";
  return out + world.setting("incidentCursor");
}

void incident(World& world, int id) {
  world.vendor().incident(R"({"id":)" + std::to_string(id) + R"(,"organization_id":301,"severity":"high","subject":"s"})");
}

void check_faults(World& world, const std::vector<std::string>& kinds) {
  incident(world, 1);
  world.poll();
  int id = 1;
  for (const std::string& kind : kinds) {
    CAPTURE(kind);
    incident(world, ++id);
    const std::string before = content(world);
    world.vendor().fault(R"({"path":"/v1/incident_reports","kind":")" + kind + R"(","times":-1})");
    const Result failed = world.try_poll();
    CAPTURE(failed.out);
    CHECK(failed.exit_code == 1);
    CHECK(text_at(failed.document, "status") == "error");
    CHECK_FALSE(failed.document.at("errors").as_array().empty());
    CHECK(content(world) == before);
    CHECK(world.value("SELECT sync_status FROM rmm_integrations") == "error");
    CHECK_FALSE(world.value("SELECT sync_error FROM rmm_integrations").empty());
    world.vendor().clear_faults();
    CHECK(world.poll().at("created") == 1);
    CHECK(world.value("SELECT sync_status FROM rmm_integrations") == "completed");
  }
  CHECK(world.tickets().size() == static_cast<std::size_t>(id));
}

}  // namespace

STORAGE_TEST_CASE(storage, "answers that are not as documented: an error, nothing applied, and recovery") {
  World world(storage);
  check_faults(world, {"html", "empty", "wrong_types", "401", "403"});
}

TEST_CASE("failures that are tried again and stay: an error, nothing applied, and recovery") {
  for (const std::string kind : {"truncated", "500", "reset"}) {
    on_sqlite([&](Storage& storage) {
      World world(storage);
      check_faults(world, {kind});
    });
  }
}

STORAGE_TEST_CASE(storage, "a fault that passes is tried again within the poll") {
  World world(storage);
  int id = 0;
  for (const std::string kind : {"503", "429", "reset"}) {
    CAPTURE(kind);
    incident(world, ++id);
    world.vendor().fault(R"({"path":"/v1/incident_reports","kind":")" + kind + R"(","times":1,"retry_after":"0"})");
    CHECK(world.poll().at("created") == 1);
  }
}

TEST_CASE("bodies that are JSON but not the documented shape are errors") {
  const std::vector<std::string> bodies{"[]",
                                        "null",
                                        "17",
                                        "\"ok\"",
                                        "{}",
                                        R"({"incident_reports":null,"pagination":{}})",
                                        R"({"incident_reports":{},"pagination":{}})",
                                        R"({"incident_reports":[]})",
                                        R"({"incident_reports":[],"pagination":[]})",
                                        R"({"incident_reports":[],"pagination":{"next_page_token":7}})",
                                        R"({"error":{"code":500,"message":"x"}})",
                                        R"({"incident_reports":[)",
                                        "",
                                        " ",
                                        "<!DOCTYPE html>",
                                        "\xff\xfe{}"};
  on_both_storages([&](Storage& storage) {
    World world(storage);
    incident(world, 1);
    world.poll();
    const std::string before = content(world);
    std::string body;
    test::LoopbackServer odd(
        [&](const test::LoopbackRequest&) { return test::loopback_reply(200, body, "Content-Type: application/json\r\n"); });
    world.db().execute("UPDATE rmm_integrations SET instance_url = ?", {odd.origin()});
    for (const std::string& b : bodies) {
      CAPTURE(b);
      body = b;
      const Result failed = world.try_poll();
      CAPTURE(failed.out);
      CHECK(failed.exit_code == 1);
      CHECK(text_at(failed.document, "status") == "error");
      CHECK(content(world) == before);
    }
    // An empty list of the documented shape is none.
    body = R"({"incident_reports":[],"pagination":{}})";
    CHECK(world.poll().at("collected") == 0);
  });
}

STORAGE_TEST_CASE(storage, "a later page that fails: what was read is carried over, the cursor stays, and the next poll gets the rest") {
  World world(storage,
              {.vendor = words("--incidents 1200 --organizations 3 --agents 5 --closed-percent 0 --days 6"), .organizations = false});
  world.vendor().fault(R"({"path":"/v1/incident_reports","kind":"html","times":1,"after":1})");
  const Result failed = world.try_poll();
  CHECK(failed.exit_code == 1);
  CHECK(failed.document.at("created").to_number<int>() <= 500);
  CHECK(world.setting("incidentCursor").empty());
  world.poll();
  CHECK(world.count("SELECT count(*) FROM tickets") == 1200);
  CHECK(world.count("SELECT count(DISTINCT source_reference) FROM tickets") == 1200);
}

STORAGE_TEST_CASE(storage, "organizations that are not as documented: connect and sync fail, mappings stay") {
  World world(storage);
  const std::string before = world.value("SELECT count(*) FROM rmm_organization_mappings");
  for (const char* kind : {"html", "empty", "wrong_types"}) {
    CAPTURE(kind);
    world.vendor().fault(R"({"path":"/v1/organizations","kind":")" + std::string(kind) + R"(","times":-1})");
    CHECK(world.picket({"orgs", "sync", "huntress", "--tenant", tenant_name}).exit_code == 1);
    const Result connected = world.connect();
    CHECK(connected.exit_code == 1);
    CHECK(connected.err.find("connect") != std::string::npos);
    world.vendor().clear_faults();
  }
  CHECK(world.value("SELECT count(*) FROM rmm_organization_mappings") == before);
  CHECK(world.picket({"orgs", "sync", "huntress", "--tenant", tenant_name}).exit_code == 0);
}
