// A month of polling every five minutes, with everything that a month brings. What must hold at its end does not depend on luck.
#include <map>
#include <random>
#include <utility>

#include "tests/plugin/huntress/bench.hpp"

using namespace huntress::test;
using namespace std::chrono_literals;
using picket::Status;

namespace {

// What the tickets of an incident must be, kept beside what happens to it.
struct Expected {
  bool changed = true;  // since the last poll that went well
  bool hidden = false;  // arrived far behind the cursor: only a sweep sees it
  bool has_ticket = false;
  std::size_t notes = 0;
  std::string shown;  // by its ticket
};

class Month {
 public:
  explicit Month(unsigned seed) : random_(seed) {
    b_.vendor.add_agents(1, 200);
    b_.set("autoCloseTickets", true);
  }

  void run(int polls) {
    for (int poll = 0; poll < polls; ++poll) {
      events();
      poll_once();
      b_.clock.advance(5min);
    }
    b_.vendor.fault = nullptr;
    check(b_.poll(PICKET_POLL_SWEEP));
  }

  Bench& bench() { return b_; }
  const std::map<std::int64_t, Expected>& expected() const { return expected_; }
  int bad_polls() const { return bad_polls_; }

 private:
  bool chance(unsigned in_thousand) { return random_() % 1000 < in_thousand; }

  void events() {
    for (unsigned n = random_() % 3 == 0 ? random_() % 3 : 0; n > 0; --n) add(chance(100));
    if (chance(2))
      for (int n = 0; n < 60; ++n) add(false);  // a bad day
    if (expected_.empty()) return;
    for (unsigned n = random_() % 3; n > 0; --n) {
      auto it = expected_.lower_bound(1 + static_cast<std::int64_t>(random_() % static_cast<unsigned>(next_id_)));
      if (it != expected_.end() && !it->second.hidden) change(it->first, it->second);
    }
  }

  void add(bool hidden) {
    const std::int64_t id = next_id_++;
    auto o = b_.vendor.add_incident(id, b_.at(hidden ? -std::chrono::seconds{7200} : -std::chrono::seconds{random_() % 30}),
                                    !hidden && chance(100) ? "closed" : "sent");
    if (chance(700)) o["agent_id"] = 1 + random_() % 250;
    if (chance(100)) o["organization_id"] = 20 + random_() % 30;
    expected_[id].hidden = hidden;
  }

  void change(std::int64_t id, Expected& e) {
    auto o = b_.change(id);
    switch (random_() % 5) {
      case 0: o["status"] = "closed"; break;
      case 1: o["status"] = "sent"; break;
      case 2: o["status"] = "auto_remediating"; break;
      case 3: o["severity"] = random_() % 2 == 0 ? "critical" : "low"; break;
      default: o["summary"] = "Summary " + std::to_string(random_()); break;
    }
    e.changed = true;
  }

  // What a ticket shows of an incident: only when that changes is there a note.
  std::string shown(std::int64_t id) {
    const json::object row = b_.vendor.row(id);
    return *json::text_at(row, "status") + "/" + *json::text_at(row, "severity") + "/" + json::text_at(row, "summary").value_or("");
  }

  void poll_once() {
    const unsigned luck = random_() % 100;
    b_.vendor.fault = [luck, n = 0](const Asked&) mutable -> std::optional<picket::HttpAnswer> {
      ++n;
      if (luck == 0 && n == 1) return answer(503);
      if (luck == 1 && n == 1) return answer(200, "<html>");
      return std::nullopt;
    };
    check(b_.poll());
  }

  void check(const Polled& polled) {
    if (polled.status != Status::ok) {
      ++bad_polls_;
      return;
    }
    for (auto& [id, e] : expected_) {
      if (!e.changed) continue;
      const bool seen = b_.psa.has_alert(id);
      if (e.hidden && !seen) continue;
      e.hidden = false;
      e.changed = false;
      const std::string before = std::exchange(e.shown, shown(id));
      if (e.has_ticket) {
        e.notes += before == e.shown ? 0u : 1u;
        continue;
      }
      e.has_ticket = *json::text_at(b_.vendor.row(id), "status") != "closed";
    }
    if (polled.report.failed != 0) FAIL_CHECK("failed: " << polled.report.errors.at(0).message);
  }

  Bench b_;
  std::mt19937 random_;
  std::map<std::int64_t, Expected> expected_;
  std::int64_t next_id_ = 1;
  int bad_polls_ = 0;
};

}  // namespace

TEST_CASE("a month: each open incident has one ticket, and each visible change one note") {
  for (const unsigned seed : {1u}) {
    Month month(seed);
    month.run(30 * 24 * 12);
    Bench& b = month.bench();
    CAPTURE(seed);
    CHECK(month.expected().size() > 1000);
    CHECK(month.bad_polls() > 50);
    std::size_t tickets = 0;
    for (const auto& [id, e] : month.expected()) {
      const auto found = b.psa.tickets_of(id);
      tickets += found.size();
      const std::string status = *json::text_at(b.vendor.row(id), "status");
      if (found.size() != (e.has_ticket ? 1u : 0u)) FAIL_CHECK("incident " << id << " has " << found.size() << " tickets");
      if (status != "closed" && found.empty()) FAIL_CHECK("open incident " << id << " has no ticket");
      if (found.empty()) continue;
      if (found[0]->updates() != e.notes) FAIL_CHECK("incident " << id << " has " << found[0]->updates() << " notes, expected " << e.notes);
      if (found[0]->closed != (status == "closed")) FAIL_CHECK("incident " << id << " is " << status << ", its ticket is not");
      if (b.psa.alert(id).incomplete) FAIL_CHECK("incident " << id << " is still incomplete");
    }
    CHECK(b.psa.tickets.size() == tickets);
  }
}
