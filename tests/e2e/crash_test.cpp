// kill -9 at random moments: whatever was half done is done once, and nothing twice.
#include <doctest/doctest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <random>
#include <thread>

#include "tests/e2e/world.hpp"

using namespace picket;
using namespace picket::e2e;

STORAGE_TEST_CASE(storage,
                  "killed at 50 random moments of a backfill with updates in between: each open incident one ticket, each note once") {
  constexpr int kills = 50;
  constexpr int changes = 40;
  World world(
      storage,
      {.vendor = words(
           "--incidents 700 --agents 100 --organizations 3 --closed-percent 0 --days 6 --many-remediations-percent 10 --latency-ms 4"),
       .organizations = false});
  const unsigned seed = static_cast<unsigned>(std::chrono::system_clock::now().time_since_epoch().count());
  CAPTURE(seed);
  std::mt19937 random(seed);
  std::vector<std::string> ids;
  for (const json::value& row : world.vendor().incidents()) ids.push_back(std::to_string(row.at("id").to_number<std::int64_t>()));

  std::map<std::string, std::string> last_words;  // by incident: its latest summary
  int killed = 0;
  int latest = 250'000;  // microseconds; follows how long a poll takes on this machine
  for (int i = 0; i < kills; ++i) {
    Process poll(world.command({"poll", "huntress", "--tenant", tenant_name}));
    std::this_thread::sleep_for(std::chrono::microseconds(std::uniform_int_distribution<int>(3'000, latest)(random)));
    const bool in_time = poll.is_running();
    killed += in_time ? 1 : 0;
    latest = in_time ? std::min(latest + latest / 8, 500'000) : std::max(latest * 2 / 3, 20'000);
    poll.signal(SIGKILL);
    poll.wait();
    std::string rows;
    for (int n = 0; n < changes; ++n) {
      const std::string& id = ids[std::uniform_int_distribution<std::size_t>(0, ids.size() - 1)(random)];
      last_words[id] = "Words " + std::to_string(i) + " and " + std::to_string(n) + ".";
      rows += (rows.empty() ? "[" : ",") + (R"({"id":)" + id + R"(,"summary":")" + last_words[id] + "\"}");
    }
    const std::string added = std::to_string(5'000'000 + i);
    ids.push_back(added);
    rows += R"(,{"id":)" + added + R"(,"organization_id":1,"severity":"low","subject":"Added","summary":"First."})";
    world.vendor().incident(rows + "]");
  }
  CHECK(killed >= kills / 2);

  json::object last;
  for (int i = 0; i < 40; ++i) {
    last = world.poll();
    if (last.at("created") == 0 && last.at("noted") == 0 && last.at("requests") == 1) break;
  }
  CAPTURE(json::to_string(last));
  CHECK(last.at("created") == 0);
  CHECK(last.at("noted") == 0);
  CHECK(last.at("failed") == 0);
  CHECK(world.status().at("incomplete_tickets") == 0);
  world.poll({"--sweep"});

  const auto size = static_cast<std::int64_t>(ids.size());
  CHECK(world.count("SELECT count(*) FROM tickets") == size);
  CHECK(world.count("SELECT count(DISTINCT source_reference) FROM tickets") == size);
  CHECK(world.count("SELECT count(DISTINCT ticket_number) FROM tickets") == size);
  CHECK(world.count("SELECT count(*) FROM rmm_alerts") == size);
  CHECK(world.count("SELECT count(*) FROM rmm_alerts a JOIN tickets t ON t.tenant = a.tenant AND t.ticket_id = a.ticket_id AND "
                    "t.source_reference = a.external_alert_id") == size);
  CHECK(world.count("SELECT count(*) FROM comment_threads") == size);
  CHECK(world.count("SELECT count(*) FROM (SELECT ticket_id, note FROM comments GROUP BY ticket_id, note HAVING count(*) > 1) AS x") == 0);
  CHECK(world.count("SELECT count(*) FROM comments WHERE note LIKE 'Opened from a Huntress incident%'") == size);
  // The latest words of every incident: in its body when it was opened with them, else in exactly one note (and in the body, where that
  // was filled in afterwards).
  const std::string sql =
      "SELECT t.source_reference, t.description, c.note FROM tickets t LEFT JOIN comments c ON c.tenant = t.tenant AND c.ticket_id = "
      "t.ticket_id";
  std::map<std::string, int> noted;
  std::map<std::string, bool> in_body;
  world.db().select(sql, {}, 3, [&](std::span<store::Field> row) {
    const auto words = last_words.find(store::text_of(row[0]));
    if (words == last_words.end()) return;
    in_body[words->first] = store::text_of(row[1]).find(words->second) != std::string::npos;
    if (store::text_of(row[2]).find(words->second) != std::string::npos) ++noted[words->first];
  });
  int wrong = 0;
  for (const auto& [id, words] : last_words) wrong += noted[id] == 1 || (noted[id] == 0 && in_body[id]) ? 0 : 1;
  CHECK(wrong == 0);
}
