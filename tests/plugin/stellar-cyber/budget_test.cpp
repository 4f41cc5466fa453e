// How many requests things cost.
#include "tests/plugin/stellar-cyber/bench.hpp"

using namespace stellar::test;
using namespace std::chrono_literals;

TEST_CASE("a thousand new cases cost four requests each and the lists; when nothing happens a poll costs thirteen at most") {
  Started b;
  b.keeps_session = true;
  b.clock.advance(1h);
  b.vendor.asked.clear();
  b.add_cases(1, 1000, 1ms);
  CHECK(b.poll().report.created == 1000);
  std::vector<TicketEvent> events;
  for (int n = 1; n <= 1000; ++n) events.push_back(b.event("c" + std::to_string(n), TicketEventKind::created));
  b.vendor.on_effect = [&] { b.clock.advance(5ms); };
  for (std::size_t i = 0; i < events.size(); i += 200) b.carry(std::span(events).subspan(i, 200));
  b.vendor.on_effect = nullptr;
  const std::size_t lists = b.vendor.count([](const Asked& a) { return lists_cases(a); });
  CHECK(lists <= 6);
  CHECK(b.vendor.asked.size() - lists - b.vendor.count("/access_token") == 4000);
  CHECK(b.vendor.count("/access_token") <= 2);

  // The tags and comments show up, and cost nothing but the list.
  b.clock.advance(5min);
  b.vendor.asked.clear();
  const Polled echo = b.poll();
  CHECK(echo.report.noted == 0);
  CHECK(echo.requests <= 17);
  b.poll();  // all of them were modified in the cursor's last minute, so they are listed once more
  for (int i = 0; i < 3; ++i) {
    b.clock.advance(5min);
    const Polled idle = b.poll();
    CHECK(idle.requests <= 13);
    CHECK(idle.report.noted == 0);
  }
}
