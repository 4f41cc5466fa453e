// The vendor's rate limit: few requests, and never more than allowed, however many processes ask.
#include <doctest/doctest.h>

#include <chrono>
#include <fstream>
#include <memory>

#include "tests/e2e/world.hpp"

using namespace picket;
using namespace picket::e2e;

namespace {

std::string alerts_pending(World& world, const char* part) {
  return world.value("SELECT count(*) FROM rmm_alerts WHERE " +
                     std::string(world.storage().is_postgresql() ? "CAST(metadata AS text)" : "metadata") + " LIKE '%\"pending\":%\"" +
                     part + "\"%'");
}

}  // namespace

STORAGE_TEST_CASE(
    storage,
    "2,000 open incidents on 1,000 agents in 50 organizations: at most 20 requests, all hosts known, then 1 request of at most 50 kB") {
  Setup setup;
  setup.vendor =
      words("--incidents 2000 --agents 1000 --organizations 50 --closed-percent 0 --days 6 --many-remediations-percent 0 --rate-limit 60");
  setup.organizations = false;
  setup.manifest_limit = "";  // the real manifest
  World world(storage, setup);
  world.vendor().reset_stats();
  const json::object poll = world.poll();
  CHECK(poll.at("created") == 2000);
  CHECK(poll.at("requests").to_number<int>() <= 20);
  CHECK(world.vendor().requests() == poll.at("requests").to_number<std::uint64_t>());
  CHECK(world.count("SELECT count(DISTINCT source_reference) FROM tickets") == 2000);
  CHECK(alerts_pending(world, "host") == "0");
  CHECK(world.status().at("incomplete_tickets") == 0);
  CHECK(world.count("SELECT count(*) FROM tickets WHERE description LIKE '%could not be read from Huntress%'") == 0);
  CHECK(world.count("SELECT count(*) FROM tickets t JOIN rmm_alerts a ON a.tenant = t.tenant AND a.ticket_id = t.ticket_id "
                    "WHERE a.external_device_id IS NOT NULL AND t.description NOT LIKE '%Hostname%'") == 0);

  world.vendor().reset_stats();
  const json::object idle = world.poll();
  CHECK(idle.at("requests") == 1);
  CHECK(world.vendor().requests() == 1);
  CHECK(world.vendor().stats().at("largest_body").to_number<int>() <= 50 * 1024);
  CHECK_FALSE(world.vendor().stats().at("by_code").as_object().contains("429"));
}

STORAGE_TEST_CASE(storage, "many remediations are filled in by later polls, each within its share of the limit") {
  Setup setup;
  setup.vendor =
      words("--incidents 40 --agents 10 --organizations 3 --closed-percent 0 --days 6 --many-remediations-percent 100 --rate-limit 60");
  setup.organizations = false;
  setup.manifest_limit = "";
  World world(storage, setup);
  const json::object first = world.poll();
  CHECK(first.at("created") == 40);
  CHECK(first.at("requests").to_number<int>() <= 22);
  CHECK(alerts_pending(world, "remediations") != "0");
  int polls = 0;
  while (alerts_pending(world, "remediations") != "0" && polls++ < 5) CHECK(world.poll().at("requests").to_number<int>() <= 22);
  CHECK(alerts_pending(world, "remediations") == "0");
  CHECK(world.count("SELECT count(*) FROM tickets WHERE description LIKE '% are listed; the rest is filled in%'") == 0);
  CHECK(world.count("SELECT count(*) FROM tickets WHERE description LIKE '%11. %'") == 40);
  CHECK_FALSE(world.vendor().stats().at("by_code").as_object().contains("429"));
  CHECK(world.count("SELECT count(*) FROM comments WHERE note LIKE '%updated this incident%'") == 0);
}

STORAGE_TEST_CASE(storage, "a 429 with Retry-After is waited for") {
  World world(storage);
  world.vendor().incident(R"({"id":1,"organization_id":301,"severity":"low","subject":"s"})");
  world.vendor().fault(R"({"path":"/v1/incident_reports","kind":"429","times":1,"retry_after":"2"})");
  const auto begun = std::chrono::steady_clock::now();
  CHECK(world.poll().at("created") == 1);
  const auto took = std::chrono::steady_clock::now() - begun;
  CHECK(took >= std::chrono::milliseconds{1900});
  CHECK(took < std::chrono::seconds{20});
}

STORAGE_TEST_CASE(storage, "a key's own limit is used up: the poll waits for the window and finishes late, without a 429") {
  Setup setup;
  setup.vendor =
      words("--incidents 2600 --agents 20 --organizations 3 --closed-percent 95 --days 6 --rate-limit 6 --rate-window-seconds 2");
  setup.organizations = false;
  setup.manifest_limit = "6";
  setup.manifest_window = "2";
  World world(storage, setup);
  const json::object poll = world.poll();
  CHECK(poll.at("collected") == 2600);
  CHECK(poll.at("duration_ms").to_number<int>() >= 1000);
  CHECK_FALSE(world.vendor().stats().at("by_code").as_object().contains("429"));
}

STORAGE_TEST_CASE(storage, "several processes and two tenants with the same key: no window has more requests than the limit") {
  Setup setup;
  setup.vendor = words(
      "--incidents 60 --agents 30 --organizations 3 --closed-percent 0 --days 6 --many-remediations-percent 50 --rate-limit 10 "
      "--rate-window-seconds 2");
  setup.organizations = false;
  setup.manifest_limit = "10";
  setup.manifest_window = "2";
  World world(storage, setup);
  const auto file = world.folder() / "second.json";
  std::ofstream(file) << R"({"tenant":{"name":"Second MSP"},"clients":[{"name":"C"}],"boards":[{"name":"B"}],
    "statuses":[{"name":"N","default":true},{"name":"X","closed":true}],"priorities":[{"name":"Critical"},{"name":"High"},{"name":"Medium"}]})";
  REQUIRE(world.picket({"psa", "import", file.string()}).exit_code == 0);
  REQUIRE(world.connect("Second MSP").exit_code == 0);
  REQUIRE(world.picket({"settings", "set", "huntress", "--tenant", "Second MSP", "boardId=B", "fallbackBoardId=B", "fallbackClientId=C"})
              .exit_code == 0);
  const std::string first = tenant_name;
  for (int round = 0; round < 2; ++round) {
    const std::vector<std::vector<std::string>> commands{
        {"poll", "huntress", "--tenant", first},
        {"poll", "huntress", "--tenant", first, "--sweep"},
        {"poll", "huntress", "--tenant", "Second MSP", "--sweep"},
        {"orgs", "sync", "huntress", "--tenant", first},
        {"orgs", "sync", "huntress", "--tenant", "Second MSP"},
        {"connect", "huntress", "--tenant", "Second MSP", "--base-url", world.vendor().url(), "--secret", "api_key=env:HUNTRESS_KEY",
         "--secret", "api_secret=env:HUNTRESS_SECRET"}};
    std::vector<std::unique_ptr<Process>> running;
    for (const auto& arguments : commands) running.push_back(std::make_unique<Process>(world.command(arguments)));
    for (auto& process : running) {
      const Output output = process->wait();
      CAPTURE(output.err);
      // 1: somebody else works on the connection.
      const bool expected = output.exit_code == 0 || (output.exit_code == 1 && output.err.find("lease") == std::string::npos);
      CHECK(expected);
    }
  }
  // Those of the second tenant may have been skipped each time: others were at work on its connection.
  world.poll();
  CHECK(world.picket({"poll", "huntress", "--tenant", "Second MSP"}).exit_code == 0);
  const json::object stats = world.vendor().stats();
  CHECK(stats.at("max_in_window").to_number<int>() <= 10);
  CHECK_FALSE(stats.at("by_code").as_object().contains("429"));
  CHECK(world.count("SELECT count(*) FROM tickets") == 120);
  CHECK(world.count("SELECT count(*) FROM (SELECT tenant, source_reference FROM tickets GROUP BY tenant, source_reference) AS x") == 120);
}
