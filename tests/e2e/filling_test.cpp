// What costs a request per finding never delays a ticket: it is filled in afterwards.
#include <doctest/doctest.h>

#include "tests/e2e/world.hpp"

using namespace picket;
using namespace picket::e2e;

namespace {

std::string body(World& world, const std::string& id) { return text_at(world.ticket(id), "description"); }

// Incidents 1..n on agents 1..n.
void hosts(World& world, int n) {
  for (int id = 1; id <= n; ++id) {
    const std::string text = std::to_string(id);
    world.vendor().agent(R"({"id":)" + text + R"(,"organization_id":301,"hostname":"host-)" + text + R"(","os":"Windows 11"})");
    world.vendor().incident(R"({"id":)" + text + R"(,"organization_id":301,"agent_id":)" + text + R"(,"severity":"low","subject":"s"})");
  }
}

// What failed is asked for ever more rarely: as if that time had passed.
void let_time_pass(World& world) {
  for (auto& row : world.db().query<2>("SELECT alert_id, metadata FROM rmm_alerts")) {
    json::object metadata = json::parse_object(store::text_of(row[1]), "metadata");
    json::value* pending = metadata.if_contains("pending");
    if (pending == nullptr) continue;
    for (auto& part : pending->as_object())
      if (part.value().is_object()) part.value().as_object()["next"] = "2026-01-01T00:00:00.000Z";
    const std::string text = json::to_string(metadata);
    world.db().execute("UPDATE rmm_alerts SET metadata = ? WHERE alert_id = ?", {std::string_view(text), std::string_view(*row[0])});
  }
}

std::string remediations(int n, const std::string& status) {
  std::string out;
  for (int i = 1; i <= n; ++i)
    out += (out.empty() ? "[" : ",") + (R"({"id":)" + std::to_string(i) + R"(,"type":"manual","action":"Step number )" + std::to_string(i) +
                                        R"(","status":")" + status + R"("})");
  return out + "]";
}

}  // namespace

TEST_CASE("hosts that cannot be read: the ticket opens, says so, and is filled in when they can") {
  for (const int count : {2, 12}) {  // read one by one, and listed
    CAPTURE(count);
    for (const int failed_polls : {1, 7}) {
      CAPTURE(failed_polls);
      on_both_storages([&](Storage& storage) {
        World world(storage);
        hosts(world, count);
        world.vendor().fault(R"({"path":"/v1/agents","kind":"403","times":-1})");
        CHECK(world.poll().at("created") == count);
        for (int i = 1; i < failed_polls; ++i) {
          let_time_pass(world);
          world.poll();
        }
        for (int id = 1; id <= count; ++id) {
          CHECK(contains(body(world, std::to_string(id)), "## Affected host"));
          CHECK_FALSE(contains(body(world, std::to_string(id)), "Hostname"));
        }
        CHECK(world.status().at("incomplete_tickets") == count);
        world.vendor().clear_faults();
        let_time_pass(world);
        world.poll();
        for (int id = 1; id <= count; ++id) CHECK(contains(body(world, std::to_string(id)), "host-" + std::to_string(id)));
        CHECK(world.status().at("incomplete_tickets") == 0);
        CHECK(world.alert("1", "device_name") == "host-1");
        CHECK(world.notes("1").size() == 1);
      });
    }
  }
}

STORAGE_TEST_CASE(storage, "an agent that the vendor does not know: the ticket says so and is complete") {
  World world(storage);
  world.vendor().incident(R"({"id":1,"organization_id":301,"agent_id":404404,"severity":"low","subject":"s"})");
  world.poll();
  world.poll();
  CHECK(contains(body(world, "1"), "404404"));
  CHECK(contains(body(world, "1"), "no details of this host"));
  CHECK(world.status().at("incomplete_tickets") == 0);
  CHECK(world.poll().at("requests") == 1);
}

STORAGE_TEST_CASE(storage, "an incident without a host shows its organization") {
  World world(storage);
  world.vendor().incident(R"({"id":1,"organization_id":302,"severity":"low","subject":"s","platform":"microsoft_365"})");
  world.poll();
  CHECK(contains(body(world, "1"), "## Affected organization"));
  CHECK(contains(body(world, "1"), "Globex"));
  CHECK_FALSE(contains(body(world, "1"), "## Affected host"));
}

STORAGE_TEST_CASE(storage, "remediations beyond ten are filled in, also after a failure, and an update keeps them") {
  World world(storage);
  world.vendor().fault(R"({"path":"/v1/incident_reports/1/remediations","kind":"403","times":-1})");
  world.vendor().incident(R"({"id":1,"organization_id":301,"severity":"low","subject":"s","remediations":)" +
                          remediations(25, "unapproved") + "}");
  CHECK(world.poll().at("created") == 1);
  CHECK(contains(body(world, "1"), "Step number 10"));
  CHECK_FALSE(contains(body(world, "1"), "Step number 11"));
  CHECK(contains(body(world, "1"), "10 of 25"));
  for (int i = 0; i < 6; ++i) {
    let_time_pass(world);
    world.poll();
  }
  world.vendor().clear_faults();
  let_time_pass(world);
  world.poll();
  CHECK(contains(body(world, "1"), "Step number 25"));
  CHECK_FALSE(contains(body(world, "1"), "10 of 25"));
  CHECK(world.notes("1").size() == 1);
  CHECK(world.poll().at("requests") == 1);

  world.vendor().incident(R"({"id":1,"summary":"news"})");
  CHECK(world.poll().at("noted") == 1);
  CHECK_FALSE(contains(world.notes("1").back(), "New remediation"));
  CHECK(contains(body(world, "1"), "Step number 25"));
}

STORAGE_TEST_CASE(storage, "remediations that come later than the ticket are noted") {
  World world(storage);
  world.vendor().incident(R"({"id":1,"organization_id":301,"severity":"low","subject":"s","remediations":[]})");
  world.poll();
  world.vendor().incident(R"({"id":1,"remediations":)" + remediations(3, "unapproved") + "}");
  CHECK(world.poll().at("noted") == 1);
  CHECK(contains(world.notes("1").back(), "Step number 3"));
  world.vendor().incident(R"({"id":1,"remediations":)" + remediations(25, "unapproved") + "}");
  CHECK(world.poll().at("noted") == 1);
  world.poll();
  CHECK(world.status().at("incomplete_tickets") == 0);
}
