// kill -9 at random moments while 5% of all requests fail before or after their effect, and a technician and an analyst write: at the end
// one ticket per case, each comment exactly once on the other side, and no echo.
#include <doctest/doctest.h>
#include <signal.h>

#include <chrono>
#include <map>
#include <random>
#include <thread>

#include "tests/e2e/sync.hpp"

using namespace picket;
using namespace picket::e2e;

namespace {

// 5% of everything under `path`: an error or a broken connection, before or after the effect.
void fail_often(Side& side, const std::string& path) {
  std::string faults;
  for (const char* kind : {"503", "reset"})
    for (const char* when : {"before", "after"})
      faults += (faults.empty() ? "" : ",") +
                (R"({"path":")" + path + R"(","kind":")" + kind + R"(","when":")" + when + R"(","times":-1,"probability":0.0125})");
  side.fault(faults);
}

}  // namespace

TEST_CASE("killed at 50 random moments with failing requests and work on both sides") {
  constexpr int kills = 50;
  SyncedPair sync(
      {.vendor_options = words("--cases 12 --days 2 --closed-percent 0 --latency-ms 3"), .halo_options = {"--latency-ms", "3"}});
  const unsigned seed = static_cast<unsigned>(std::chrono::system_clock::now().time_since_epoch().count());
  CAPTURE(seed);
  std::mt19937 random(seed);
  const auto below = [&](std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random); };

  std::vector<std::string> cases = sync.case_ids();
  fail_often(sync.vendor(), "/connect");
  fail_often(sync.halo(), "/api");

  std::map<std::string, std::vector<std::string>> from_analysts, from_technicians;  // by case
  int killed = 0;
  int latest = 700'000;  // microseconds; follows how long a cycle takes on this machine
  for (int i = 0; i < kills; ++i) {
    Process serve(sync.command({"serve", "--once"}));
    std::this_thread::sleep_for(std::chrono::microseconds(std::uniform_int_distribution<int>(20'000, latest)(random)));
    const bool in_time = serve.is_running();
    killed += in_time ? 1 : 0;
    latest = in_time ? std::min(latest + latest / 8, 3'000'000) : std::max(latest * 3 / 4, 100'000);
    serve.signal(SIGKILL);
    serve.wait();
    const std::string number = std::to_string(i);
    for (int n = 0; n < 2; ++n) {
      const std::string& id = cases[below(cases.size())];
      const std::string words = "Analyst's words " + number + "." + std::to_string(n) + ".";
      sync.analyst(id, R"("comment":")" + words + "\"");
      from_analysts[id].push_back(words);
    }
    const json::array tickets = sync.tickets();
    for (int n = 0; n < 2 && !tickets.empty(); ++n) {
      const json::object& ticket = tickets[below(tickets.size())].as_object();
      for (const std::string& id : cases) {
        if (text_at(ticket, "details_html").find(id) == std::string::npos) continue;
        const std::string words = "Technician's words " + number + "." + std::to_string(n) + ".";
        sync.halo().control("/_sim/people", R"({"ticket":)" + text_at(ticket, "id") + R"(,"who":"Jane Doe","note":")" + words + "\"}");
        from_technicians[id].push_back(words);
      }
    }
    if (i % 5 == 0) cases.push_back(sync.add_case(R"("name":"Added )" + number + "\""));
  }
  CHECK(killed >= kills / 2);
  sync.vendor().clear_faults();
  sync.halo().clear_faults();
  sync.settle(60);

  CHECK(sync.tickets().size() == cases.size());
  for (const std::string& id : cases) {
    CAPTURE(id);
    REQUIRE(sync.tickets_of(id).size() == 1);
    const std::vector<std::string> comments = sync.comments(id);
    const std::vector<std::string> notes = sync.notes(id);
    CAPTURE(joined(comments));
    CAPTURE(joined(notes));
    const std::size_t written = from_analysts[id].size() + from_technicians[id].size();
    CHECK(comments.size() == written + 1);  // and that the ticket was opened
    CHECK(notes.size() == written);
    CHECK(count_containing(comments, "Opened for this case") == 1);
    for (const std::string& words : from_technicians[id]) CHECK_MESSAGE(count_containing(comments, words) == 1, words);
    for (const std::string& words : from_analysts[id]) CHECK_MESSAGE(count_containing(notes, words) == 1, words);
  }
}
