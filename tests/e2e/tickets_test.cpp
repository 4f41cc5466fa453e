// `picket tickets`: what a technician reads.
#include <doctest/doctest.h>

#include "tests/e2e/world.hpp"

using namespace picket;
using namespace picket::e2e;

STORAGE_TEST_CASE(storage, "tickets are listed newest first, by source, and shown as a technician would read them") {
  World world(storage);
  CHECK(world.text({"tickets", "list", "--tenant", tenant_name}) == "No tickets\n");
  world.vendor().agent(R"({"id":5,"organization_id":301,"hostname":"contoso-lt-014","os":"Windows 11","serial_number":"SN-014"})");
  world.vendor().incident(
      R"([{"id":1,"organization_id":301,"agent_id":5,"severity":"high","subject":"Réseau *compromis*","summary":"Über <b>wichtig</b>","updated_at":"-20m"},
    {"id":2,"organization_id":303,"severity":"low","subject":"second","updated_at":"-10m"}])");
  world.poll();
  const json::array oldest_first = world.tickets();
  REQUIRE(oldest_first.size() == 2);
  CHECK(text_at(oldest_first[0].as_object(), "source_reference") == "1");
  CHECK(text_at(oldest_first[0].as_object(), "ticket_number") < text_at(oldest_first[1].as_object(), "ticket_number"));
  CHECK(text_at(oldest_first[0].as_object(), "title") == "[Huntress] high — Réseau *compromis*");
  CHECK(world.picket({"tickets", "list", "--tenant", tenant_name, "--source", "huntress"}).document.at("tickets").as_array().size() == 2);
  CHECK(world.picket({"tickets", "list", "--tenant", tenant_name, "--source", "other"}).document.at("tickets").as_array().empty());

  const std::string list = world.text({"tickets", "list", "--tenant", tenant_name});
  for (const char* part : {"NUMBER", "Sec New", "High", "Contoso, Ltd.", "Security", "Réseau *compromis*", "Internal", "Triage"}) {
    CAPTURE(part);
    CHECK(contains(list, part));
  }
  const std::string number = text_at(oldest_first[0].as_object(), "ticket_number");
  const std::string shown = world.text({"tickets", "show", number, "--tenant", tenant_name});
  for (const char* part : {"Réseau *compromis*", "Contoso, Ltd. (Carla Contoso)", "huntress 1",
                           "https://demomsp.huntress.io/incident_reports/1", "contoso-lt-014", "Über <b>wichtig</b>", "internal note"}) {
    CAPTURE(part);
    CHECK(contains(shown, part));
  }
  CHECK_FALSE(contains(shown, "\\"));
  const json::object document = world.ticket("1");
  CHECK(document.at("assets").as_array().size() == 1);
  CHECK(contains(text_at(document, "description"), "## Incident"));
}

STORAGE_TEST_CASE(storage, "another tenant's tickets are not shown") {
  World world(storage);
  world.vendor().incident(R"({"id":1,"organization_id":301,"severity":"high","subject":"s"})");
  world.poll();
  const std::string number = text_at(world.ticket("1"), "ticket_number");
  const auto file = world.folder() / "second.json";
  REQUIRE(run({{"/bin/sh", "-c", "printf '%s' \"$TEXT\" > \"$FILE\""},
               {{"TEXT", R"({"tenant":{"name":"Second MSP"}})"}, {"FILE", file.string()}},
               {}})
              .exit_code == 0);
  REQUIRE(world.picket({"psa", "import", file.string()}).exit_code == 0);
  CHECK(world.picket({"tickets", "list", "--tenant", "Second MSP"}).document.at("tickets").as_array().empty());
  CHECK(world.picket({"tickets", "show", number, "--tenant", "Second MSP"}).exit_code == 2);
  CHECK(world.picket({"poll", "huntress", "--tenant", "Second MSP"}).exit_code == 0);
}
