// `poll --dry-run` says what a poll would do and writes nothing.
#include <doctest/doctest.h>

#include "tests/e2e/world.hpp"

using namespace picket;
using namespace picket::e2e;

namespace {

const json::object* change_of(const json::object& document, const std::string& id) {
  for (const json::value& change : document.at("changes").as_array())
    if (text_at(change.as_object(), "external_id") == id) return &change.as_object();
  return nullptr;
}

}  // namespace

STORAGE_TEST_CASE(storage, "a dry run writes nothing and announces what the poll then does") {
  World world(storage);
  world.settings({"autoCloseTickets=true"});
  world.vendor().incident(R"({"id":1,"organization_id":301,"severity":"high","subject":"s"})");
  world.vendor().incident(R"({"id":2,"organization_id":301,"severity":"high","subject":"s"})");

  // The first poll of all.
  std::string before = dump(storage);
  const json::object first = world.poll({"--dry-run"});
  CHECK(difference(before, dump(storage)) == "");
  CHECK(first.at("created") == 2);
  REQUIRE(change_of(first, "1"));
  CHECK(text_at(change_of(first, "1")->at("open_ticket").as_object(), "title") == "[Huntress] high — s");
  CHECK(text_at(change_of(first, "1")->at("open_ticket").as_object(), "client_id") == world.id_of("client", "Contoso, Ltd."));
  CHECK(world.poll().at("created") == 2);

  // Updates, a closing, a new one of an unknown organization.
  world.vendor().organization(R"({"id":777,"name":"Unknown"})");
  world.vendor().incident(R"({"id":1,"severity":"critical"})");
  world.vendor().incident(R"({"id":2,"status":"closed"})");
  world.vendor().incident(R"({"id":3,"organization_id":777,"severity":"high","subject":"s"})");
  before = dump(storage);
  const json::object dry = world.poll({"--dry-run"});
  CHECK(difference(before, dump(storage)) == "");
  CHECK(contains(world.text({"poll", "huntress", "--tenant", tenant_name, "--dry-run", "--sweep"}), "Nothing was written"));
  CHECK(difference(before, dump(storage)) == "");
  REQUIRE(change_of(dry, "1"));
  CHECK(text_at(*change_of(dry, "1"), "priority_id") == world.id_of("priority", "Critical"));
  CHECK(change_of(dry, "1")->at("notes").as_array().size() == 1);
  REQUIRE(change_of(dry, "2"));
  CHECK(text_at(*change_of(dry, "2"), "ticket_action") == "close");
  REQUIRE(change_of(dry, "3"));
  CHECK(change_of(dry, "3")->contains("open_ticket"));

  const json::object real = world.poll();
  for (const char* key : {"created", "noted", "closed", "recorded", "collected"}) {
    CAPTURE(key);
    CHECK(real.at(key) == dry.at(key));
  }
  CHECK(world.poll({"--dry-run"}).at("created") == 0);
}

STORAGE_TEST_CASE(storage, "a dry run that fails says so and leaves the connection's state alone") {
  World world(storage);
  world.poll();
  const std::string before = dump(storage);
  world.vendor().fault(R"({"path":"/v1/incident_reports","kind":"401","times":1})");
  CHECK(world.try_poll({"--dry-run"}).exit_code == 1);
  CHECK(difference(before, dump(storage)) == "");
}
