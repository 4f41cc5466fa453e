// Comments of analysts in Stellar Cyber: each becomes one note, whatever they do to their case; ours never come back.
#include "tests/plugin/stellar-cyber/bench.hpp"

using namespace stellar::test;
using namespace std::chrono_literals;

namespace {

// Which of `words` the ticket's notes contain, in their order.
std::string noted(const Bench& b, const std::string& id, const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& note : b.psa.ticket_of(id).notes)
    for (const std::string& word : words)
      if (contains(note, word)) out += word + ";";
  return out;
}

std::size_t comment_requests(const Bench& b) {
  return b.vendor.count([](const Asked& a) { return a.method == "GET" && a.path.ends_with("/comments"); });
}

// Installations differ in what a comment does to its case.
struct Habit {
  bool modifies, counts;
};
constexpr Habit habits[] = {{true, true}, {true, false}, {false, false}};

void take(Bench& b, const Habit& habit) {
  b.vendor.comments_modify = habit.modifies;
  b.vendor.comments_count = habit.counts;
}

}  // namespace

TEST_CASE("comments are carried once and in order, whatever they do to their case") {
  for (const Habit& habit : habits) {
    CAPTURE(habit.modifies);
    CAPTURE(habit.counts);
    Linked b;
    take(b, habit);
    b.vendor.comment("c1", "one");
    b.clock.advance(1s);
    b.vendor.comment("c1", "two");
    std::swap(b.vendor.case_of("c1").comments.at(1), b.vendor.case_of("c1").comments.at(2));  // the list has no order
    b.poll();
    CHECK(noted(b, "c1", {"one", "two"}) == "one;two;");
    b.clock.advance(5min);
    b.vendor.comment("c1", "three");
    b.poll();
    for (int i = 0; i < 3; ++i) {
      b.clock.advance(5min);
      b.poll();
    }
    CHECK(noted(b, "c1", {"one", "two", "three"}) == "one;two;three;");
    CHECK(contains(b.psa.ticket_of("c1").notes.at(0), "by u-alice"));
  }
}

TEST_CASE("comments that were there before the ticket come with it") {
  for (const Habit& habit : habits) {
    CAPTURE(habit.modifies);
    Started b;
    take(b, habit);
    b.vendor.add_case("c1");
    b.clock.advance(1s);
    b.vendor.comment("c1", "early");
    b.poll();
    if (habit.modifies) CHECK(b.psa.ticket_of("c1").first_notes == 1);
    b.clock.advance(5min);
    b.poll();
    CHECK(noted(b, "c1", {"early"}) == "early;");
  }
}

TEST_CASE("comments that cannot be read are carried later") {
  Linked b;
  b.vendor.comment("c1", "one");
  b.vendor.fault = [](const Asked& asked) { return asked.path.ends_with("/comments") ? std::optional(answer(500)) : std::nullopt; };
  b.poll();
  CHECK(b.psa.alert("c1").incomplete);
  b.vendor.fault = nullptr;
  b.clock.advance(5min);
  b.poll();
  CHECK(noted(b, "c1", {"one"}) == "one;");
  CHECK_FALSE(b.psa.alert("c1").incomplete);
}

TEST_CASE("our own comments are not carried, and cost no look") {
  for (const Habit& habit : habits) {
    CAPTURE(habit.modifies);
    CAPTURE(habit.counts);
    Linked b;
    take(b, habit);
    CHECK(b.carry_one(b.event("c1", TicketEventKind::note, "from the PSA")) == Status::ok);
    CHECK(b.carry_one(b.event("c1", TicketEventKind::closed, "done")) == Status::ok);
    b.vendor.asked.clear();
    b.clock.advance(5min);
    b.poll();
    if (habit.counts) CHECK(comment_requests(b) == 0);
    for (int i = 0; i < 3; ++i) {
      b.clock.advance(5min);
      b.poll();
    }
    CHECK(b.psa.ticket_of("c1").notes.empty());
  }
}

TEST_CASE("somebody's comment among ours is found") {
  for (const Habit& habit : habits) {
    CAPTURE(habit.modifies);
    CAPTURE(habit.counts);
    for (const bool first : {true, false}) {
      Linked b;
      take(b, habit);
      if (first) b.vendor.comment("c1", "theirs");
      b.carry_one(b.event("c1", TicketEventKind::note, "ours"));
      if (!first) b.vendor.comment("c1", "theirs");
      b.carry_one(b.event("c1", TicketEventKind::note, "ours again"));
      b.poll();
      b.clock.advance(5min);
      b.poll();
      CHECK(noted(b, "c1", {"theirs", "ours"}) == "theirs;");
    }
  }
}

TEST_CASE("a comment that quotes one of ours is somebody's") {
  Linked b;
  const TicketEvent e = b.event("c1", TicketEventKind::note, "from the PSA");
  b.carry_one(e);
  const std::string ours = b.vendor.comments_with("c1", "from the PSA").at(0);
  b.vendor.comment("c1", ours + "\n\nI agree.");
  b.vendor.comment("c1", "Above.\n\n> [picket:" + e.event_id + "]");
  b.vendor.comment("c1", "What is [picket:" + e.event_id + "]");
  b.poll();
  CHECK(noted(b, "c1", {"I agree", "Above", "What is"}) == "I agree;Above;What is;");
}

TEST_CASE("open cases have their turn to be looked at for comments that changed nothing") {
  Started b;
  b.vendor.comments_modify = false;
  b.add_cases(1, 45);
  // Cases without a ticket are never written, and must not stand in the way.
  b.psa.mappings["t2"].external_id = "t2";
  b.psa.mappings["t2"].auto_create_tickets = false;
  for (int n = 1; n <= 20; ++n) b.vendor.row("c" + std::to_string(n))["cust_id"] = "t2";
  b.poll();
  for (int n = 21; n <= 45; ++n) b.vendor.comment("c" + std::to_string(n), "hello");
  for (int i = 0; i < 8; ++i) {
    b.clock.advance(5min);
    b.vendor.asked.clear();
    b.poll();
    CHECK(comment_requests(b) <= 10);
  }
  for (int n = 21; n <= 45; ++n) CHECK(noted(b, "c" + std::to_string(n), {"hello"}) == "hello;");
}

TEST_CASE("a comment without an author or text still says that it is there") {
  Linked b;
  b.vendor.comment("c1", "", "");
  b.vendor.case_of("c1").comments.push_back(json::object{{"comment", "without an id"}});
  b.vendor.case_of("c1").comments.push_back(nullptr);
  b.poll();
  REQUIRE(b.psa.ticket_of("c1").notes.size() == 1);
  CHECK(contains(b.psa.ticket_of("c1").notes.at(0), "by Somebody"));
  CHECK(contains(b.psa.ticket_of("c1").notes.at(0), "(no text)"));
}

TEST_CASE("whose id the API user has is asked of the vendor when the settings do not say") {
  Linked b;
  b.set("apiUserId", "");
  b.carry_one(b.event("c1", TicketEventKind::note, "ours"));
  b.vendor.asked.clear();
  b.poll();
  CHECK(b.vendor.count("/users") == 1);
  CHECK(comment_requests(b) == 0);
  // Where that is not allowed, comments are read more often, that is all.
  b.vendor.fault = [](const Asked& asked) { return asked.path == "/users" ? std::optional(answer(403)) : std::nullopt; };
  b.carry_one(b.event("c1", TicketEventKind::note, "ours again"));
  b.clock.advance(5min);
  CHECK(b.poll().status == Status::ok);
  CHECK(b.psa.ticket_of("c1").notes.empty());
}
