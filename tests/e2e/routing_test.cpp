// Where a ticket goes, what its columns hold, and what the connection remembers.
#include <doctest/doctest.h>

#include <fstream>

#include "sdk/common/time_text.hpp"
#include "tests/e2e/world.hpp"

using namespace picket;
using namespace picket::e2e;

STORAGE_TEST_CASE(storage, "a mapped ticket's columns, notes and alert") {
  World world(storage);
  world.settings({"categoryId=Security incident", "subcategoryId=Malware"});
  world.vendor().incident(
      R"({"id":900101,"organization_id":301,"severity":"critical","subject":"Cobalt Strike beacon","summary":"Seen on one host.",
    "platform":"windows","indicator_types":["footholds","process_detections"],"indicator_counts":{"footholds":2},
    "sent_at":"-2h","updated_at":"-1h","remediations":[{"id":7,"type":"assisted","action":"Kill the process","status":"unapproved","parameters":["pid 4"]}]})");
  world.poll();

  const json::object t = world.ticket("900101");
  CHECK(text_at(t, "title") == "[Huntress] critical — Cobalt Strike beacon");
  CHECK(text_at(t, "client") == "Contoso, Ltd.");
  CHECK(text_at(t, "contact") == "Carla Contoso");
  CHECK(text_at(t, "board") == "Security");
  CHECK(text_at(t, "status") == "Sec New");
  CHECK(text_at(t, "priority") == "Critical");
  CHECK(text_at(t, "category") == "Security incident");
  CHECK(text_at(t, "subcategory") == "Malware");
  CHECK(text_at(t, "source") == "huntress");
  CHECK(text_at(t, "source_reference") == "900101");
  CHECK(text_at(t, "url") == "https://demomsp.huntress.io/incident_reports/900101");
  CHECK(t.at("closed_at").is_null());
  const std::string body = text_at(t, "description");
  for (const char* part : {"## Incident", "critical", "Seen on one host.", "footholds (2)", "process\\_detections", "## Remediations",
                           "Kill the process", "pid 4", "## Links", "https://demomsp.huntress.io/incident_reports/900101", "CONTOSO LTD"}) {
    CAPTURE(part);
    const bool has = contains(body, part) || (std::string(part) == "process\\_detections" && contains(body, "process_detections"));
    CHECK(has);
  }
  const json::array& comments = t.at("comments").as_array();
  REQUIRE(comments.size() == 1);
  CHECK(comments[0].at("is_internal").as_bool());
  CHECK(comments[0].at("is_system_generated").as_bool());
  CHECK(contains(text_at(comments[0].as_object(), "note"), "900101"));
  CHECK(world.count("SELECT count(*) FROM comment_threads") == 1);
  CHECK(world.value("SELECT thread_id FROM comments") == world.value("SELECT thread_id FROM comment_threads"));

  CHECK(world.value("SELECT client_id FROM tickets") == world.id_of("client", "Contoso, Ltd."));
  CHECK(world.value("SELECT board_id FROM tickets") == world.id_of("board", "Security"));
  CHECK(world.value("SELECT priority_id FROM tickets") == world.id_of("priority", "Critical"));
  CHECK(world.value("SELECT contact_name_id FROM tickets") == world.id_of("contact", "Carla Contoso"));
  CHECK(world.alert("900101", "ticket_id") == world.value("SELECT ticket_id FROM tickets"));
  CHECK(world.alert("900101", "severity") == "critical");
  CHECK(world.alert("900101", "message") == "Cobalt Strike beacon");
  CHECK_FALSE(world.alert("900101", "triggered_at").empty());
  const json::object metadata = json::parse_object(world.alert("900101", "metadata"), "metadata");
  CHECK(text_at(metadata, "summary") == "Seen on one host.");
  CHECK(text_at(metadata, "portal_url") == "https://demomsp.huntress.io/incident_reports/900101");
  CHECK(text_at(metadata, "organization_id") == "301");
}

STORAGE_TEST_CASE(storage, "severities become priorities, one that is not known the second highest") {
  World world(storage);
  int id = 0;
  for (const std::string severity : {"critical", "high", "low", "apocalyptic", "HIGH"})
    world.vendor().incident(R"({"id":)" + std::to_string(++id) + R"(,"organization_id":301,"severity":")" + severity +
                            R"(","subject":"s"})");
  world.poll();
  const std::vector<std::string> expected{"Critical", "High", "Medium", "High", "High"};
  for (std::size_t i = 0; i < expected.size(); ++i) CHECK(text_at(world.ticket(std::to_string(i + 1)), "priority") == expected[i]);
}

STORAGE_TEST_CASE(storage, "a fallback ticket is on the triage board without the security board's category, and says how to map") {
  World world(storage);
  world.settings({"categoryId=Security incident", "subcategoryId=Malware"});
  world.vendor().incident(R"({"id":1,"organization_id":303,"severity":"high","subject":"s"})");
  world.poll();
  const json::object t = world.ticket("1");
  CHECK(text_at(t, "client") == "Internal");
  CHECK(text_at(t, "board") == "Triage");
  CHECK(text_at(t, "status") == "Untriaged");
  CHECK(text_at(t, "category").empty());
  CHECK(text_at(t, "contact").empty());
  const std::vector<std::string> notes = world.notes("1");
  REQUIRE(notes.size() == 2);
  CHECK(contains(notes[1], "Map the organization to a client"));
  CHECK(contains(notes[1], "303"));
  CHECK(contains(notes[1], "Initech"));
}

STORAGE_TEST_CASE(storage, "an organization that is not known is fetched, gets its row, and its tickets go to the fallback client") {
  World world(storage);
  world.vendor().organization(R"({"id":777,"name":"Latecomer & Sons"})");
  world.vendor().incident(R"({"id":1,"organization_id":777,"severity":"high","subject":"s"})");
  world.vendor().incident(R"({"id":2,"organization_id":778,"severity":"high","subject":"no such organization"})");
  const json::object poll = world.poll();
  CHECK(poll.at("created") == 2);
  for (const std::string id : {"1", "2"}) {
    CHECK(text_at(world.ticket(id), "client") == "Internal");
    CHECK(text_at(world.ticket(id), "title").starts_with("[Unmapped Org] [Huntress] high — "));
  }
  CHECK(world.value("SELECT external_organization_name FROM rmm_organization_mappings WHERE external_organization_id = '777'") ==
        "Latecomer & Sons");
  CHECK(world.value("SELECT client_id FROM rmm_organization_mappings WHERE external_organization_id = '777'").empty());
  CHECK(world.count("SELECT count(*) FROM rmm_organization_mappings WHERE external_organization_id = '778'") == 1);
  CHECK(contains(world.notes("1")[1], "Latecomer"));
  // Once it is mapped by hand, it goes to its client from then on.
  REQUIRE(world.picket({"orgs", "map", "huntress", "--tenant", tenant_name, "777", "Globex"}).exit_code == 0);
  world.vendor().incident(R"({"id":3,"organization_id":777,"severity":"high","subject":"s"})");
  world.poll();
  CHECK(text_at(world.ticket("3"), "client") == "Globex");
  CHECK(text_at(world.ticket("3"), "title") == "[Huntress] high — s");
}

STORAGE_TEST_CASE(storage, "a mapped client that became inactive: the fallback client") {
  World world(storage);
  const auto file = world.folder() / "update.json";
  std::ofstream(file) << R"({"tenant":{"name":"Acme MSP"},"clients":[{"name":"Globex","inactive":true}]})";
  REQUIRE(world.picket({"psa", "import", file.string()}).exit_code == 0);
  world.vendor().incident(R"({"id":1,"organization_id":302,"severity":"high","subject":"s"})");
  world.poll();
  CHECK(text_at(world.ticket("1"), "client") == "Internal");
  CHECK(text_at(world.ticket("1"), "board") == "Triage");
  CHECK(contains(world.notes("1").at(1), "inactive"));
}

STORAGE_TEST_CASE(storage, "auto-close goes to closedStatusId, or to the board's closed status") {
  World world(storage);
  world.settings({"autoCloseTickets=true", "closedStatusId=Sec Resolved"});
  world.vendor().incident(R"({"id":1,"organization_id":301,"severity":"high","subject":"s"})");
  world.vendor().incident(R"({"id":2,"organization_id":303,"severity":"high","subject":"s"})");
  world.poll();
  world.vendor().incident(R"({"id":1,"status":"closed"})");
  world.vendor().incident(R"({"id":2,"status":"closed"})");
  CHECK(world.poll().at("closed") == 2);
  CHECK(text_at(world.ticket("1"), "status") == "Sec Resolved");
  // The configured status belongs to another board than this ticket's.
  CHECK(text_at(world.ticket("2"), "status") == "Done");
  CHECK_FALSE(world.ticket("2").at("closed_at").is_null());
}

STORAGE_TEST_CASE(storage, "a poll moves the cursor and says how the connection is; a failed one says why, and the next one recovers") {
  World world(storage);
  CHECK(world.value("SELECT sync_status FROM rmm_integrations") != "error");
  CHECK(world.setting("incidentCursor").empty());
  world.vendor().incident(R"({"id":1,"organization_id":301,"severity":"high","subject":"s","updated_at":"-30d"})");
  world.vendor().incident(R"({"id":2,"organization_id":301,"severity":"high","subject":"s","updated_at":"-90s"})");
  const json::object first = world.poll();
  CHECK(first.at("created") == 1);  // the other is from before the backfill
  const std::string cursor = world.setting("incidentCursor");
  CHECK(cursor == text_at(first, "cursor"));
  const auto t = parse_time(cursor);
  REQUIRE(t);
  CHECK(world.value("SELECT sync_status FROM rmm_integrations") == "completed");
  CHECK(world.value("SELECT sync_error FROM rmm_integrations").empty());
  const std::string polled = world.value("SELECT last_incremental_sync_at FROM rmm_integrations");
  CHECK_FALSE(polled.empty());

  world.vendor().fault(R"({"path":"/v1/incident_reports","kind":"401","times":1})");
  const Result failed = world.try_poll();
  CHECK(failed.exit_code == 1);
  CHECK(text_at(failed.document, "status") == "error");
  CHECK(world.value("SELECT sync_status FROM rmm_integrations") == "error");
  CHECK(contains(world.value("SELECT sync_error FROM rmm_integrations"), "refused the API key"));
  CHECK(world.value("SELECT last_incremental_sync_at FROM rmm_integrations") == polled);
  CHECK(world.setting("incidentCursor") == cursor);

  world.vendor().incident(R"({"id":3,"organization_id":301,"severity":"high","subject":"s"})");
  CHECK(world.poll().at("created") == 1);
  CHECK(world.value("SELECT sync_status FROM rmm_integrations") == "completed");
  CHECK(world.value("SELECT sync_error FROM rmm_integrations").empty());
  CHECK(world.setting("incidentCursor") > cursor);
}

STORAGE_TEST_CASE(storage, "backfillDays decides how far the first poll reaches back") {
  World world(storage);
  world.settings({"backfillDays=2"});
  world.vendor().incident(R"({"id":1,"organization_id":301,"severity":"high","subject":"s","updated_at":"-3d"})");
  world.vendor().incident(R"({"id":2,"organization_id":301,"severity":"high","subject":"s","updated_at":"-47h"})");
  CHECK(world.poll().at("created") == 1);
  CHECK(world.has_ticket("2"));
  CHECK(world.poll({"--sweep"}).at("created") == 0);
  // Old, but touched now.
  world.vendor().incident(R"({"id":1,"summary":"news"})");
  CHECK(world.poll().at("created") == 1);
}
