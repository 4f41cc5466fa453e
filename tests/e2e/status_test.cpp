// `picket status`: how each connection is.
#include <doctest/doctest.h>

#include "tests/e2e/world.hpp"

using namespace picket;
using namespace picket::e2e;

STORAGE_TEST_CASE(storage, "status from the connection to a poll, a failure and its repair") {
  World world(storage, {.route = false});
  json::object s = world.status();
  CHECK(text_at(s, "tenant") == tenant_name);
  CHECK(text_at(s, "provider") == "huntress");
  CHECK(text_at(s, "account") == "Demo MSP");
  CHECK(text_at(s, "base_url") == world.vendor().url());
  CHECK(s.at("active").as_bool());
  CHECK_FALSE(s.at("routing").as_object().at("complete").as_bool());
  CHECK(s.at("routing").as_object().at("missing").as_array().size() == 3);
  CHECK(s.at("last_poll").is_null());
  CHECK(s.at("cursor").is_null());
  CHECK(s.at("cursor_age_seconds").is_null());
  CHECK(s.at("organizations") == 3);
  CHECK(s.at("unmapped") == 1);
  CHECK(s.at("open_alerts") == 0);

  world.settings({"boardId=Security", "fallbackBoardId=Triage", "fallbackClientId=Internal"});
  REQUIRE(world.picket({"orgs", "opt-out", "huntress", "--tenant", tenant_name, "302"}).exit_code == 0);
  world.vendor().incident(R"([{"id":1,"organization_id":301,"severity":"high","subject":"s","updated_at":"-10m"},
    {"id":2,"organization_id":302,"severity":"high","subject":"s","updated_at":"-10m"},
    {"id":3,"organization_id":303,"severity":"high","subject":"s","updated_at":"-10m","status":"closed"}])");
  world.poll();
  s = world.status();
  CHECK(s.at("routing").as_object().at("complete").as_bool());
  CHECK(s.at("routing").as_object().at("missing").as_array().empty());
  CHECK(text_at(s, "sync_status") == "completed");
  CHECK(s.at("sync_error").is_null());
  CHECK_FALSE(s.at("last_poll").is_null());
  CHECK(text_at(s, "cursor") == world.setting("incidentCursor"));
  CHECK(s.at("cursor_age_seconds").to_number<int>() >= 590);
  CHECK(s.at("cursor_age_seconds").to_number<int>() < 700);
  CHECK(s.at("opted_out") == 1);
  CHECK(s.at("open_alerts") == 2);
  CHECK(s.at("tickets") == 1);
  CHECK(s.at("failing_findings") == 0);
  CHECK(s.at("failing").as_array().empty());

  world.vendor().fault(R"({"path":"/v1/incident_reports","kind":"403","times":1})");
  CHECK(world.try_poll().exit_code == 1);
  s = world.status();
  CHECK(text_at(s, "sync_status") == "error");
  CHECK(text_at(s, "sync_error").find("403") != std::string::npos);
  const std::string text = world.text({"status", "--tenant", tenant_name});
  for (const char* part : {"huntress for Acme MSP", "Demo MSP", "error", "403", "1 unmapped", "1 opted out"}) {
    CAPTURE(part);
    CHECK(text.find(part) != std::string::npos);
  }
  world.poll();
  CHECK(world.status().at("sync_error").is_null());
}

STORAGE_TEST_CASE(storage, "no connections, and a tenant that does not exist") {
  World world(storage, {.connect = false});
  CHECK(world.picket({"status"}).document.at("connections").as_array().empty());
  CHECK(world.text({"status"}).find("picket connect") != std::string::npos);
  CHECK(world.picket({"status", "--tenant", "Nobody"}).exit_code == 2);
}
