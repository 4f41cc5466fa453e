// The walk through the vendor's list: nothing is lost over many pages, ties, rows that move or vanish, and late arrivals.
#include <doctest/doctest.h>

#include <fstream>

#include "sdk/common/time_text.hpp"
#include "tests/e2e/world.hpp"
#include "tests/support/loopback_server.hpp"

using namespace picket;
using namespace picket::e2e;

namespace {

std::string incident(int id, const std::string& updated_at) {
  return R"({"id":)" + std::to_string(id) + R"(,"organization_id":301,"severity":"low","subject":"s","updated_at":")" + updated_at + "\"}";
}

// Incidents first..last, one minute apart, the first one the newest.
std::string incidents(int first, int last, const std::function<std::string(int)>& time_of) {
  std::string out;
  for (int id = first; id <= last; ++id) out += (out.empty() ? "[" : ",") + incident(id, time_of(id));
  return out + "]";
}

std::string minutes_ago(int minutes) { return "-" + std::to_string(minutes) + "m"; }

std::int64_t tickets(World& world) { return world.count("SELECT count(DISTINCT source_reference) FROM tickets"); }

const std::vector<std::string> token_kinds{"timestamp", "offset"};

}  // namespace

STORAGE_TEST_CASE(storage, "more than 20 pages: every incident is read, and the second poll is idle") {
  World world(
      storage,
      {.vendor = words("--incidents 10500 --organizations 3 --agents 20 --closed-percent 90 --days 6 --many-remediations-percent 0"),
       .organizations = false});
  const json::object poll = world.poll();
  CHECK(poll.at("collected") == 10500);
  CHECK(poll.at("failed") == 0);
  CHECK(world.count("SELECT count(*) FROM rmm_alerts") == 10500);
  CHECK(world.count("SELECT count(*) FROM rmm_alerts WHERE resolved_at IS NULL AND ticket_id IS NULL") == 0);
  CHECK(world.count("SELECT count(*) FROM tickets") == world.count("SELECT count(*) FROM rmm_alerts WHERE resolved_at IS NULL"));
  const json::object idle = world.poll();
  CHECK(idle.at("created") == 0);
  CHECK(idle.at("noted") == 0);
}

TEST_CASE("ties within one second at the edge of a page: all become tickets in the same poll") {
  for (const std::string& tokens : token_kinds) {
    CAPTURE(tokens);
    on_both_storages([&](Storage& storage) {
      World world(storage, {.vendor = {"--incidents", "0", "--page-token", tokens}});
      // Positions 490 to 520 share a second.
      const Time tied = std::chrono::time_point_cast<Time::duration>(std::chrono::system_clock::now()) - std::chrono::minutes{500};
      world.vendor().incident(
          incidents(1, 700, [&](int id) { return id >= 490 && id <= 520 ? format_time(tied) : minutes_ago(id <= 490 ? id : id + 10); }));
      CHECK(world.poll().at("failed") == 0);
      CHECK(tickets(world) == 700);

      // The small page of an idle poll has an edge too.
      const std::string now = format_time(std::chrono::time_point_cast<Time::duration>(std::chrono::system_clock::now()));
      world.vendor().incident(incidents(1001, 1025, [&](int) { return now; }));
      world.poll();
      CHECK(tickets(world) == 725);
      CHECK(world.count("SELECT count(*) FROM tickets") == 725);
    });
  }
}

TEST_CASE("a row that vanishes from the first page during the walk hides none of the second") {
  for (const std::string& tokens : token_kinds) {
    CAPTURE(tokens);
    on_both_storages([&](Storage& storage) {
      const test::TemporaryFolder folder;
      const auto scenario = folder.path() / "scenario.json";
      // connect asks twice, so the poll's first page is the third request: then rows go, and one moves to the top.
      std::ofstream(scenario)
          << R"({"organizations":[{"id":301,"name":"Contoso Ltd"}],"incidents":)" << incidents(1, 700, minutes_ago)
          << R"(,"events":[{"after_requests":3,"incident":{"id":10,"_delete":true}},{"after_requests":3,"incident":{"id":20,"_delete":true}},)"
          << R"({"after_requests":3,"incident":{"id":650,"summary":"moved to the top"}}]})";
      World world(storage, {.vendor = {"--scenario", scenario.string(), "--page-token", tokens}, .organizations = false});
      CHECK(world.poll().at("failed") == 0);
      for (const json::value& row : world.vendor().incidents())
        CHECK(world.count("SELECT count(*) FROM tickets WHERE source_reference = '" + std::to_string(row.at("id").to_number<int>()) +
                          "'") == 1);
      CHECK(world.poll().at("created") == 0);
    });
  }
}

STORAGE_TEST_CASE(storage, "a row that vanishes while a poll with a cursor walks hides none") {
  const test::TemporaryFolder folder;
  const auto scenario = folder.path() / "scenario.json";
  // Requests: connect 2, the first poll 1 + 2 of its sweep, then the idle page is the sixth.
  std::ofstream(scenario)
      << R"({"organizations":[{"id":301,"name":"Contoso Ltd"}],"events":[{"after_requests":6,"incident":{"id":1,"_delete":true}}]})";
  World world(storage, {.vendor = {"--scenario", scenario.string(), "--page-token", "offset"}, .organizations = false});
  world.poll();
  REQUIRE(world.vendor().requests() == 5);
  world.vendor().incident(incidents(1, 30, [](int id) { return "-" + std::to_string(id) + "s"; }));
  world.poll();
  for (int id = 2; id <= 30; ++id) CHECK(world.has_ticket(std::to_string(id)));
}

STORAGE_TEST_CASE(
    storage,
    "an incident that arrives with an updated_at behind the cursor is found by the next poll, or by the sweep where many are newer") {
  World world(storage);
  world.vendor().incident(incident(1, "-1s"));
  world.poll();
  world.vendor().incident(incident(2, "-2m"));
  CHECK(world.poll().at("created") == 1);
  CHECK(world.has_ticket("2"));
  world.vendor().incident(incidents(101, 130, [](int id) { return "-" + std::to_string(id - 100) + "s"; }));
  world.poll();
  world.vendor().incident(incident(3, "-10m"));
  CHECK(world.poll({"--sweep"}).at("created") == 1);
  CHECK(world.has_ticket("3"));
}

STORAGE_TEST_CASE(storage,
                  "page tokens that loop: an error, the cursor stays, what was listed has its tickets, and recovery gets the rest") {
  World world(storage);
  world.vendor().incident(incident(1, "-2h"));
  world.vendor().incident(incident(2, "-1h"));
  const json::array shown = world.vendor().incidents();
  world.vendor().incident(incident(3, "-3h"));
  const json::array all = world.vendor().incidents();
  // As with more ties in one second than a page holds: the order of changes repeats its page, the order of ids does not.
  test::LoopbackServer looping([&](const test::LoopbackRequest& request) {
    if (!request.target.starts_with("/v1/incident_reports?")) return test::loopback_reply(404, "{}");
    json::object answer{{"incident_reports", shown}, {"pagination", {{"next_page_token", "MjAyMi0wMy0wMVQxODo1NDoyNFo"}}}};
    if (contains(request.target, "sort_field=id")) answer = {{"incident_reports", all}, {"pagination", json::object()}};
    if (contains(request.target, "status=auto_remediating")) answer["incident_reports"] = json::array();
    return test::loopback_reply(200, json::to_string(answer), "Content-Type: application/json\r\n");
  });
  world.db().execute("UPDATE rmm_integrations SET instance_url = ?", {looping.origin()});
  const Result failed = world.try_poll();
  CHECK(failed.exit_code == 1);
  CHECK(contains(failed.out, "repeats one page"));
  CHECK(looping.requests() < 10);
  CHECK(world.setting("incidentCursor").empty());
  CHECK(tickets(world) == 3);
  CHECK(world.try_poll().exit_code == 1);
  world.db().execute("UPDATE rmm_integrations SET instance_url = ?", {world.vendor().url()});
  world.poll();
  CHECK(tickets(world) == 3);
  CHECK(world.count("SELECT count(*) FROM tickets") == 3);
  CHECK_FALSE(world.setting("incidentCursor").empty());
}

STORAGE_TEST_CASE(storage, "more incidents in one second than a page holds: the open ones get their tickets") {
  World world(storage);
  world.poll();
  const std::string now = format_time(std::chrono::time_point_cast<Time::duration>(std::chrono::system_clock::now()));
  world.vendor().incident(incidents(1, 620, [&](int) { return now; }));
  world.try_poll();
  CHECK(tickets(world) == 620);
  world.poll();
  CHECK(world.count("SELECT count(*) FROM tickets") == 620);
}
