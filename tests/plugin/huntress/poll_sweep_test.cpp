// The sweep: Huntress's open set against ours, in both directions.
#include "tests/plugin/huntress/bench.hpp"

using namespace huntress::test;
using namespace std::chrono_literals;
using picket::Status;

namespace {

std::size_t sweeps(const Bench& b) {
  std::size_t n = 0;
  for (const Asked& asked : b.vendor.asked)
    n += lists(asked, "incident_reports") && asked.parameter("status") == "sent" && asked.parameter("page_token").empty() ? 1 : 0;
  return n;
}

// An open incident that no walk will see: it appears far behind the cursor, and what the walk reads ends before it.
void add_hidden(Bench& b, std::int64_t id) {
  for (std::int64_t n = 0; n < 30; ++n) b.vendor.add_incident(100'000 + n, b.at(-30min), "closed");
  b.vendor.add_incident(200'000, b.at(), "closed");
  b.poll();
  b.vendor.add_incident(id, b.at(-2h));
}

}  // namespace

TEST_CASE("a sweep is due at first, after its interval, when asked for, and after a walk of several pages") {
  Bench b;
  b.poll();
  CHECK(sweeps(b) == 1);
  for (int poll = 0; poll < 11; ++poll) {
    b.clock.advance(5min);
    b.poll();
  }
  CHECK(sweeps(b) == 1);
  b.clock.advance(5min);
  b.poll();
  CHECK(sweeps(b) == 2);
  b.poll(PICKET_POLL_SWEEP);
  CHECK(sweeps(b) == 3);
  b.set("sweepIntervalMinutes", 10);
  b.clock.advance(9min);
  b.poll();
  CHECK(sweeps(b) == 3);
  b.clock.advance(1min);
  b.poll();
  CHECK(sweeps(b) == 4);
  for (std::int64_t id = 1; id <= 600; ++id) b.vendor.add_incident(id, b.at());
  b.poll();
  CHECK(sweeps(b) == 5);
}

TEST_CASE("a sweep opens what the walk missed") {
  Started b;
  b.vendor.add_incident(1, b.at(-1min));
  b.poll();
  add_hidden(b, 2);
  CHECK(b.poll().report.created == 0);
  const Polled polled = b.poll(PICKET_POLL_SWEEP);
  CHECK(polled.report.created == 1);
  CHECK(polled.report.healed == 1);
  CHECK(b.psa.tickets_of(2).size() == 1);
  CHECK(b.poll(PICKET_POLL_SWEEP).report.healed == 0);
}

TEST_CASE("a sweep notes what changed unseen") {
  Started b;
  b.vendor.add_incident(1, b.at(-3h));
  b.poll();
  add_hidden(b, 2);
  b.poll(PICKET_POLL_SWEEP);
  b.vendor.incident(2)["severity"] = "critical";  // its time stays as it was
  b.clock.advance(5min);
  CHECK(b.poll().report.noted == 0);
  const Polled polled = b.poll(PICKET_POLL_SWEEP);
  CHECK(polled.report.noted == 1);
  CHECK(polled.report.healed == 1);
  CHECK(b.psa.ticket_of(2).priority_id == "P1");
}

TEST_CASE("a sweep finds what was closed unseen") {
  Started b;
  b.set("autoCloseTickets", true);
  add_hidden(b, 2);
  b.poll(PICKET_POLL_SWEEP);
  b.vendor.incident(2)["status"] = "dismissed";
  b.clock.advance(5min);
  const Polled polled = b.poll(PICKET_POLL_SWEEP);
  CHECK(polled.report.closed == 1);
  CHECK(polled.report.healed == 1);
  CHECK(b.psa.ticket_of(2).closed);
  CHECK(b.psa.alert(2).resolved_at);
}

TEST_CASE("an incident that is gone is noted, its ticket stays open, and it is asked for once") {
  Started b;
  b.vendor.add_incident(1, b.at(-10min));
  b.poll();
  b.vendor.remove_incident(1);
  const Polled polled = b.poll(PICKET_POLL_SWEEP);
  CHECK(polled.status == Status::ok);
  CHECK(polled.report.noted == 1);
  CHECK(polled.report.healed == 1);
  CHECK(b.psa.alert(1).status == "deleting");
  CHECK(b.psa.alert(1).resolved_at == b.clock.now());
  CHECK(contains(b.psa.ticket_of(1).notes.back(), "does not know incident 1 any more"));
  CHECK_FALSE(b.psa.ticket_of(1).closed);
  b.poll(PICKET_POLL_SWEEP);
  CHECK(b.vendor.count("/v1/incident_reports/1") == 1);
  // Should it come back, its ticket gets a note.
  b.clock.advance(5min);
  b.vendor.add_incident(1, b.at());
  b.poll();
  CHECK(b.psa.ticket_of(1).updates() == 2);
  CHECK_FALSE(b.psa.alert(1).resolved_at);
}

TEST_CASE("many gone at once are compared over several polls") {
  Started b;
  for (std::int64_t id = 1; id <= 100; ++id) b.vendor.add_incident(id, b.at(-10min));
  b.poll();
  b.clock.advance(2h);
  for (std::int64_t id = 1; id <= 100; ++id) b.vendor.remove_incident(id);
  for (int poll = 0; poll < 4; ++poll) {
    CHECK(b.poll().requests <= 40);
    b.clock.advance(1min);
  }
  std::size_t open = 0;
  for (const auto& [id, alert] : b.psa.alerts) open += alert.resolved_at ? 0 : 1;
  CHECK(open == 0);
  const std::size_t before = sweeps(b);
  b.poll();
  CHECK(sweeps(b) == before);
}

TEST_CASE("a sweep leaves alone what is older than the backfill and was never ours") {
  Bench b;
  b.vendor.add_incident(1, b.at(-8 * 24h));
  b.vendor.add_incident(2, b.at(-6 * 24h));
  b.poll(PICKET_POLL_SWEEP);
  CHECK(b.psa.tickets.size() == 1);
  b.clock.advance(3 * 24h);
  b.poll(PICKET_POLL_SWEEP);
  CHECK(b.psa.tickets.size() == 1);
  CHECK_FALSE(b.psa.alert(2).resolved_at);
}

TEST_CASE("a sweep that fails is an error, and due again") {
  Started b;
  b.vendor.add_incident(1, b.at(-10min));
  b.clock.advance(2h);
  b.vendor.fault = [](const Asked& asked) {
    return asked.parameter("status") == "auto_remediating" ? std::optional(answer(503)) : std::nullopt;
  };
  const Polled polled = b.poll();
  CHECK(polled.status == Status::unavailable);
  CHECK(polled.report.created == 1);
  b.vendor.fault = nullptr;
  const std::size_t before = sweeps(b);
  CHECK(b.poll().status == Status::ok);
  CHECK(sweeps(b) == before + 1);
}

TEST_CASE("a sweep over many pages, and one whose token repeats") {
  Started b;
  for (std::int64_t id = 1; id <= 1300; ++id) b.vendor.add_incident(id, b.at(-10min), id % 2 == 0 ? "sent" : "auto_remediating");
  b.poll();
  CHECK(b.psa.tickets.size() == 1300);
  CHECK(b.poll(PICKET_POLL_SWEEP).report.healed == 0);
  b.vendor.fault = [&](const Asked& asked) -> std::optional<picket::HttpAnswer> {
    if (asked.parameter("status") != "sent") return std::nullopt;
    return answer(200,
                  json::to_string(json::object{{"incident_reports", {b.vendor.row(2)}}, {"pagination", {{"next_page_token", "again"}}}}));
  };
  const Polled polled = b.poll(PICKET_POLL_SWEEP);
  CHECK(polled.status == Status::unavailable);
  CHECK(contains(polled.message, "repeats one page"));
  CHECK(b.psa.alert(4).status == "sent");
}

TEST_CASE("words for open that are new at the vendor are swept too, a few of them and never as part of the query") {
  Started b;
  for (std::int64_t id = 1; id <= 20; ++id) b.vendor.add_incident(id, b.at(-10min), "new&limit=1 " + std::to_string(id));
  CHECK(b.poll().report.created == 20);
  b.clock.advance(2h);
  b.vendor.asked.clear();
  b.vendor.fault = [&](const Asked& asked) -> std::optional<picket::HttpAnswer> {
    const std::string status = asked.parameter("status");  // the simulated vendor refuses words that are not documented
    if (!status.starts_with("new&limit=1 ")) return std::nullopt;
    const std::int64_t id = std::stoll(status.substr(status.find(' ')));
    return answer(200, json::to_string(json::object{{"incident_reports", {b.vendor.row(id)}}, {"pagination", json::object{}}}));
  };
  CHECK(b.poll(PICKET_POLL_SWEEP).status == Status::ok);
  std::size_t swept = 0;
  for (const Asked& asked : b.vendor.asked) {
    if (asked.parameter("sort_field") != "id") continue;
    ++swept;
    CHECK(asked.parameter("limit") == "500");
  }
  CHECK(swept >= 3);
  CHECK(swept <= 6);
}
