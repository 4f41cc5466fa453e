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
    CHECK(contains(b.psa.ticket_of("c1").notes.at(0), "by Alice"));
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

namespace {

json::object& comment_at(Linked& b, std::size_t index) { return b.vendor.case_of("c1").comments.at(index).as_object(); }

// An analyst changes the words of a comment, which modifies the case where comments do.
void correct(Linked& b, std::size_t index, const std::string& text) {
  comment_at(b, index)["comment"] = text;
  if (b.vendor.comments_modify) b.vendor.change("c1", {});
}

void poll_often(Linked& b) {
  for (int i = 0; i < 3; ++i) {
    b.clock.advance(5min);
    b.poll();
  }
}

}  // namespace

TEST_CASE("a corrected comment is carried again, once, as a correction") {
  for (const Habit& habit : habits) {
    CAPTURE(habit.modifies);
    Linked b;
    take(b, habit);
    b.vendor.comment("c1", "Reset the password of jane.");
    b.carry_one(b.event("c1", TicketEventKind::note, "from the PSA"));
    poll_often(b);
    REQUIRE(b.psa.ticket_of("c1").notes.size() == 1);
    b.clock.advance(5min);
    correct(b, 1, "Reset the password of jim.");
    poll_often(b);
    REQUIRE(b.psa.ticket_of("c1").notes.size() == 2);
    CHECK(contains(b.psa.ticket_of("c1").notes.at(1), "Correction of the comment in Stellar Cyber by Alice"));
    CHECK(contains(b.psa.ticket_of("c1").notes.at(1), "of jim"));
    // What the site makes of white space, and of our own comment, is none.
    comment_at(b, 1)["comment"] = "Reset  the password\nof jim.\n";
    comment_at(b, 2)["comment"] = "Rewritten: " + json::text_at(comment_at(b, 2), "comment").value_or("");
    b.vendor.change("c1", {});
    poll_often(b);
    CHECK(b.psa.ticket_of("c1").notes.size() == 2);
  }
}

TEST_CASE("comments that were carried before corrections were noticed are taken over silently") {
  Linked b;
  b.vendor.comment("c1", "one");
  b.poll();
  json::object known = json::parse_object(b.psa.alert("c1").metadata, "metadata");
  json::array ids;
  for (const json::value& seen : known.at("seen_comments").as_array()) {
    const json::object* o = seen.if_object();
    ids.push_back(o == nullptr ? seen : o->at("id"));
  }
  known["seen_comments"] = std::move(ids);
  b.psa.alerts.at("c1").metadata = json::to_string(known);
  b.clock.advance(5min);
  correct(b, 1, "two");
  poll_often(b);
  CHECK(noted(b, "c1", {"one", "two"}) == "one;");
  b.clock.advance(5min);
  correct(b, 1, "three");
  poll_often(b);
  CHECK(noted(b, "c1", {"one", "two", "three"}) == "one;three;");
}

TEST_CASE("people have their names, wherever the installation gives one") {
  Linked b;
  b.vendor.row("c1")["assignee_name"] = json::value();
  b.vendor.change("c1", {{"assignee", "u-alice"}, {"severity", "Critical"}});
  b.vendor.comment("c1", "hello");
  b.vendor.comment("c1", "and good-bye", "u-unknown");
  b.vendor.asked.clear();
  b.poll();
  CHECK(b.vendor.count("/users") == 1);
  const std::vector<std::string>& notes = b.psa.ticket_of("c1").notes;
  REQUIRE(notes.size() == 3);
  CHECK(contains(notes[0], "**Assigned to:** — → Alice"));
  CHECK(contains(notes[1], "by Alice"));
  CHECK(contains(notes[2], "by u-unknown"));
  // A list of users that cannot be read costs the names and nothing else: that the assignee has none now is no change.
  b.vendor.fault = [](const Asked& asked) { return asked.path == "/users" ? std::optional(answer(403)) : std::nullopt; };
  b.clock.advance(5min);
  b.vendor.change("c1", {{"name", "Renamed"}});
  b.poll();
  REQUIRE(notes.size() == 4);
  CHECK_FALSE(contains(notes[3], "Assigned"));
  b.vendor.fault = nullptr;
  b.clock.advance(5min);
  b.vendor.change("c1", {{"severity", "Low"}});
  b.poll();
  REQUIRE(notes.size() == 5);
  CHECK(contains(notes[4], "The case changed in Stellar Cyber (last by Alice):"));
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
