// Polls that run at once, and polls that are stopped.
#include <doctest/doctest.h>
#include <signal.h>

#include <chrono>
#include <memory>
#include <thread>

#include "tests/e2e/world.hpp"

using namespace picket;
using namespace picket::e2e;

namespace {

const std::vector<std::string> poll_arguments{"poll", "huntress", "--tenant", tenant_name};

// Starts a poll and returns once the vendor has its first request.
std::unique_ptr<Process> polling(World& world) {
  const auto before = world.vendor().requests();
  auto process = std::make_unique<Process>(world.command(poll_arguments));
  for (int i = 0; i < 2000 && world.vendor().requests() == before && process->is_running(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  return process;
}

void slow(World& world, int delay_ms, const std::string& path = "/v1/incident_reports") {
  world.vendor().fault(R"({"path":")" + path + R"(","kind":"slow","times":1,"delay_ms":)" + std::to_string(delay_ms) + "}");
}

void incident(World& world, int id, const std::string& more = R"("severity":"high","subject":"s")") {
  world.vendor().incident(R"({"id":)" + std::to_string(id) + R"(,"organization_id":301,)" + more + "}");
}

}  // namespace

STORAGE_TEST_CASE(storage, "two polls at once: one completes, the other is skipped with 0 and says that a poll is already running") {
  World world(storage);
  incident(world, 1);
  world.poll();
  incident(world, 1, R"("summary":"news")");
  slow(world, 800);
  const auto first = polling(world);
  CHECK_FALSE(world.status().at("polling_now").is_null());
  const Result second = world.try_poll();
  CHECK(first->is_running());
  CHECK(second.exit_code == 0);
  CHECK(text_at(second.document, "status") == "skipped");
  CHECK(contains(text_at(second.document, "skipped_reason"), "a poll is already running"));
  CHECK(second.document.at("requests") == 0);
  CHECK(second.document.at("errors").as_array().empty());
  const Output output = first->wait();
  CHECK(output.exit_code == 0);
  CHECK(json::parse_object(output.out, "poll").at("noted") == 1);
  CHECK(world.value("SELECT sync_status FROM rmm_integrations") == "completed");
  CHECK(world.poll().at("noted") == 0);
  CHECK(world.notes("1").size() == 2);
  CHECK(world.status().at("polling_now").is_null());
}

STORAGE_TEST_CASE(storage, "many polls at once over many incidents: each one ticket, each update one note, no errors") {
  World world(
      storage,
      {.vendor =
           words("--incidents 300 --agents 20 --organizations 3 --closed-percent 0 --days 6 --many-remediations-percent 0 --latency-ms 5"),
       .organizations = false});
  for (int round = 0; round < 3; ++round) {
    std::vector<std::unique_ptr<Process>> running;
    for (int i = 0; i < 5; ++i) running.push_back(std::make_unique<Process>(world.command(poll_arguments)));
    int completed = 0;
    for (auto& process : running) {
      const Output output = process->wait();
      CAPTURE(output.out);
      CHECK(output.exit_code == 0);
      completed += contains(output.out, R"("status":"completed")") ? 1 : 0;
    }
    CHECK(completed >= 1);
    world.poll();
    std::string rows;
    for (const json::value& row : world.vendor().incidents())
      rows += (rows.empty() ? "[" : ",") +
              (R"({"id":)" + std::to_string(row.at("id").to_number<int>()) + R"(,"summary":"round )" + std::to_string(round) + "\"}");
    world.vendor().incident(rows + "]");
  }
  world.poll();
  CHECK(world.count("SELECT count(*) FROM tickets") == 300);
  CHECK(world.count("SELECT count(DISTINCT source_reference) FROM tickets") == 300);
  CHECK(world.count("SELECT count(*) FROM comments WHERE note LIKE '%updated this incident%'") == 900);
  CHECK(world.count("SELECT count(*) FROM (SELECT ticket_id, note FROM comments GROUP BY ticket_id, note HAVING count(*) > 1) AS x") == 0);
}

TEST_CASE("SIGTERM and SIGINT end a poll promptly with 1, and the next poll goes on") {
  for (const int number : {SIGTERM, SIGINT}) {
    CAPTURE(number);
    on_both_storages([&](Storage& storage) {
      World world(storage);
      incident(world, 1);
      slow(world, 30'000);
      const auto process = polling(world);
      const auto begun = std::chrono::steady_clock::now();
      process->signal(number);
      const Output output = process->wait(std::chrono::seconds{20});
      CHECK(output.exit_code == 1);
      CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds{5});
      CHECK(text_at(json::parse_object(output.out, "poll"), "status") == "error");
      CHECK(world.status().at("polling_now").is_null());
      CHECK(world.count("SELECT count(*) FROM tickets") == 0);
      CHECK(world.poll().at("created") == 1);
    });
  }
}

STORAGE_TEST_CASE(storage, "a poll that is killed leaves no lease that holds up the next one") {
  World world(storage);
  incident(world, 1);
  slow(world, 30'000);
  const auto process = polling(world);
  process->signal(SIGKILL);
  CHECK(process->wait().exit_code == 1000 + SIGKILL);
  CHECK(world.poll().at("created") == 1);
}

STORAGE_TEST_CASE(storage, "organization syncs and polls at once: neither breaks the other") {
  World world(storage);
  incident(world, 1);
  slow(world, 600);
  const auto process = polling(world);
  const Result sync = world.picket({"orgs", "sync", "huntress", "--tenant", tenant_name});
  CAPTURE(sync.err);
  CHECK(sync.exit_code <= 1);
  // A technician's decision does not wait for the poll.
  CHECK(world.picket({"orgs", "map", "huntress", "--tenant", tenant_name, "303", "Globex"}).exit_code == 0);
  CHECK(world.picket({"settings", "set", "huntress", "--tenant", tenant_name, "autoCloseTickets=true"}).exit_code == 0);
  CHECK(process->wait().exit_code == 0);
  CHECK(world.setting("autoCloseTickets").empty());  // a boolean, no text
  CHECK(contains(world.value("SELECT settings FROM rmm_integrations"), "autoCloseTickets"));
  CHECK_FALSE(world.setting("incidentCursor").empty());
  CHECK(world.has_ticket("1"));
}
