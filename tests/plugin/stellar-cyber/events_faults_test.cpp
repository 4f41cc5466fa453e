// A process that ends at any moment, and calls that are broken off: every comment exactly once, every change made, nothing echoed.
#include <random>

#include "tests/plugin/stellar-cyber/bench.hpp"

using namespace stellar::test;
using namespace std::chrono_literals;
using Kind = TicketEventKind;

namespace {

// What the host keeps of events, by the contract's rules.
struct Queue {
  std::vector<TicketEvent> waiting;

  void settle(const Carried& carried, bool process_ended) {
    std::vector<TicketEvent> rest;
    for (std::size_t i = 0; i < waiting.size(); ++i) {
      const auto& outcome = carried.outcomes[i];
      if (outcome && (outcome->first == Status::ok || outcome->first == Status::invalid || outcome->first == Status::not_found)) continue;
      rest.push_back(waiting[i]);
      if (outcome ? outcome->first == Status::unknown_outcome : process_ended) rest.back().repeated = true;
    }
    waiting = std::move(rest);
  }
};

struct Working : Bench {
  Working() {
    set("syncPriority", true);
    set("tellAssignee", true);
    set("autoCloseTickets", true);
    vendor.add_case("c1");
    vendor.add_case("c2");
    poll();
    clock.advance(5min);
    queue.waiting = {event("c1", Kind::created),
                     event("c2", Kind::created),
                     event("c1", Kind::note, "first note"),
                     event("c1", Kind::priority, "", "Low"),
                     event("c2", Kind::assignee, "", "Olga"),
                     event("c2", Kind::closed, "closing note"),
                     event("c1", Kind::closed),
                     event("c1", Kind::reopened),
                     event("c1", Kind::note, "last note")};
    all = queue.waiting;
  }

  void check_done() {
    CHECK(queue.waiting.empty());
    for (const TicketEvent& e : all) {
      const bool has_comment = e.kind != Kind::priority && !(e.kind == Kind::closed && e.text.empty());
      CHECK(vendor.comments_with(e.external_id, "[picket:" + e.event_id + "]").size() == (has_comment ? 1 : 0));
    }
    CHECK(vendor.text("c1", "severity") == "Low");
    CHECK(vendor.text("c1", "status") == "In Progress");
    CHECK(vendor.text("c2", "status") == "Resolved");
    for (const char* id : {"c1", "c2"}) {
      CHECK(vendor.row(id).at("tags").as_array().size() == 1);
      const Ticket& t = psa.ticket_of(id);
      CHECK(t.notes.empty());
      CHECK(t.priority_id == "P2");
      CHECK_FALSE(t.closed);  // its technicians close and open it
    }
  }

  Queue queue;
  std::vector<TicketEvent> all;
};

void at_each_call(Bench& b, const std::function<void()>& what) {
  b.vendor.on_call = b.vendor.on_effect = b.psa.on_call = b.psa.on_effect = what;
}

// Carries what waits in a process that dies at one of its calls, or does not live to. What a dead process says is not heard.
void carry_until_death(Working& b, Mortal& mortal) {
  at_each_call(b, [&] { mortal(); });
  Carried carried = b.carry(b.queue.waiting);
  at_each_call(b, nullptr);
  for (auto& outcome : carried.outcomes)
    if (mortal.is_dead() && outcome && outcome->first == Status::unknown_outcome) outcome.reset();
  b.queue.settle(carried, mortal.is_dead());
}

// Events, then a poll, in one process that dies at its `calls`-th call.
void run(Working& b, std::size_t calls) {
  Mortal mortal(calls);
  if (!b.queue.waiting.empty()) carry_until_death(b, mortal);
  at_each_call(b, [&] { mortal(); });
  if (!mortal.is_dead()) b.poll();
  at_each_call(b, nullptr);
}

}  // namespace

TEST_CASE("a process that ends at any of its calls, then goes on: events first or the poll first") {
  for (const bool poll_first : {false, true}) {
    for (std::size_t calls = 0;; ++calls) {
      CAPTURE(poll_first);
      CAPTURE(calls);
      Working b;
      Mortal mortal(calls);
      carry_until_death(b, mortal);
      b.clock.advance(5min);
      if (poll_first) CHECK(b.poll().status == Status::ok);
      for (int i = 0; i < 2 && !b.queue.waiting.empty(); ++i) b.queue.settle(b.carry(b.queue.waiting), false);
      for (int i = 0; i < 3; ++i) {
        b.clock.advance(5min);
        CHECK(b.poll().status == Status::ok);
      }
      b.check_done();
      if (!mortal.is_dead()) break;
    }
  }
}

TEST_CASE("a call that is broken off at any request reports what became of it") {
  for (const bool has_effect : {false, true}) {
    for (std::size_t calls = 0;; ++calls) {
      CAPTURE(has_effect);
      CAPTURE(calls);
      Working b;
      Mortal mortal(calls);
      (has_effect ? b.vendor.on_effect : b.vendor.on_call) = [&] { mortal(); };
      const Carried carried = b.carry(b.queue.waiting);
      b.vendor.on_call = b.vendor.on_effect = nullptr;
      b.queue.settle(carried, false);
      for (int i = 0; i < 3 && !b.queue.waiting.empty(); ++i) b.queue.settle(b.carry(b.queue.waiting), false);
      for (int i = 0; i < 3; ++i) {
        b.clock.advance(5min);
        CHECK(b.poll().status == Status::ok);
      }
      b.check_done();
      if (!mortal.is_dead()) break;
    }
  }
}

TEST_CASE("one request in five fails, before or after its effect, and every fourth process dies, for a long time") {
  for (unsigned seed = 1; seed <= 200; ++seed) {
    CAPTURE(seed);
    Working b;
    std::mt19937 random(seed);
    const auto fault = [&](const Asked&) -> std::optional<picket::HttpAnswer> {
      switch (random() % 50) {
        case 0: return answer(500);
        case 1: return answer(503, "<html>");
        case 2: return no_answer(Status::unknown_outcome);
        case 3: return answer(401, "{}");
        case 4: return answer(200, "<html>");
        default: return std::nullopt;
      }
    };
    b.vendor.fault = [&](const Asked& a) { return random() % 50 == 0 ? std::optional(answer(429)) : fault(a); };
    // A 401 says that nothing was done, so it cannot come after an effect.
    b.vendor.fault_after = [&](const Asked& a) {
      auto wrong = fault(a);
      return wrong && wrong->code == 401 ? std::nullopt : wrong;
    };
    for (int round = 0; round < 40; ++round) {
      run(b, random() % 4 == 0 ? random() % 40 : 1'000'000);
      b.clock.advance(5min);
    }
    b.vendor.fault = b.vendor.fault_after = nullptr;
    run(b, 1'000'000);
    run(b, 1'000'000);
    b.check_done();
  }
}
