// What technicians do on tickets, in the cases.
#include "tests/plugin/stellar-cyber/bench.hpp"

using namespace stellar::test;
using namespace std::chrono_literals;
using Kind = TicketEventKind;

namespace {

std::vector<Status> statuses(const Carried& carried) {
  std::vector<Status> out;
  for (const auto& outcome : carried.outcomes) out.push_back(outcome ? outcome->first : Status::internal);
  return out;
}

std::vector<std::string> writes_of(const Bench& b) {
  std::vector<std::string> out;
  for (const Asked& a : b.vendor.asked)
    if (writes(a)) out.push_back(a.path.substr(7) + (comments(a) ? "" : " " + a.body));
  return out;
}

}  // namespace

TEST_CASE("each kind of event in the case") {
  const struct {
    Kind kind;
    const char *text, *after;
    std::vector<std::string> comments;  // parts of the one comment; none: no comment
    std::string change;
  } cases[] = {
      {Kind::created,
       "",
       "",
       {"Opened for this case: HaloPSA ticket 1234: https://psa.example/tickets/1234"},
       R"({"tags":{"add":["ticket_opened"]}})"},
      {Kind::note, "Called the user.\nAll is well.", "", {"Tess Tech wrote on HaloPSA ticket 1234:\n\nCalled the user.\nAll is well."}, ""},
      {Kind::note, " \n ", "", {}, ""},
      {Kind::priority, "", "critical", {}, R"({"severity":"Critical"})"},
      {Kind::priority, "", "High", {}, ""},  // it is High
      {Kind::priority, "", "Someday", {}, ""},
      {Kind::priority, "", "", {}, ""},
      {Kind::assignee, "", "Olga Operator", {"Now assigned to HaloPSA ticket 1234: Olga Operator"}, ""},
      {Kind::assignee, "", "", {"Nobody is assigned to HaloPSA ticket 1234 any more."}, ""},
      {Kind::closed, "Fixed it.", "", {"Tess Tech closed HaloPSA ticket 1234 with this note:\n\nFixed it."}, R"({"status":"Resolved"})"},
      {Kind::closed, "", "", {}, R"({"status":"Resolved"})"},
      {Kind::closed, "\t\n", "", {}, R"({"status":"Resolved"})"},
      {Kind::reopened, "", "", {}, ""},  // it is open
  };
  for (const auto& c : cases) {
    CAPTURE(static_cast<int>(c.kind));
    CAPTURE(std::string(c.text));
    CAPTURE(std::string(c.after));
    Linked b;
    b.set("syncPriority", true);
    b.set("tellAssignee", true);
    const TicketEvent e = b.event("c1", c.kind, c.text, c.after);
    CHECK(b.carry_one(e) == Status::ok);
    std::vector<std::string> expected;
    if (!c.comments.empty()) expected.push_back("c1/comments");
    if (!c.change.empty()) expected.push_back("c1 " + c.change);
    CHECK(writes_of(b) == expected);
    const auto comments = b.vendor.comments_with("c1", "[picket:" + e.event_id + "]");
    CHECK(comments.size() == (c.comments.empty() ? 0 : 1));
    for (const std::string& part : c.comments)
      if (!comments.empty()) CHECK_MESSAGE(contains(comments.at(0), part), comments.at(0));
    // And none of it comes back.
    b.poll();
    b.clock.advance(5min);
    b.poll();
    CHECK(b.psa.ticket_of("c1").notes.empty());
    CHECK(b.psa.ticket_of("c1").priority_id == "P2");
    CHECK_FALSE(b.psa.ticket_of("c1").closed);
  }
}

TEST_CASE("what the settings do not ask for is not carried") {
  Linked b;
  b.set("caseTag", "");
  CHECK(b.carry_one(b.event("c1", Kind::priority, "", "Critical")) == Status::ok);
  CHECK(b.carry_one(b.event("c1", Kind::assignee, "", "Olga")) == Status::ok);
  CHECK(writes_of(b).empty());
  CHECK(b.carry_one(b.event("c1", Kind::created)) == Status::ok);
  CHECK(writes_of(b) == std::vector<std::string>{"c1/comments"});
}

TEST_CASE("a cancelled case stays cancelled when its ticket closes, and is opened again with it") {
  Linked b;
  b.vendor.change("c1", {{"status", "Cancelled"}});
  b.poll();
  b.vendor.asked.clear();
  CHECK(b.carry_one(b.event("c1", Kind::closed)) == Status::ok);
  CHECK(writes_of(b).empty());
  const TicketEvent e = b.event("c1", Kind::reopened);
  CHECK(b.carry_one(e) == Status::ok);
  CHECK(writes_of(b) == std::vector<std::string>{"c1/comments", R"(c1 {"status":"In Progress"})"});
  CHECK(contains(b.vendor.comments_with("c1", e.event_id).at(0), "Tess Tech reopened HaloPSA ticket 1234."));
}

TEST_CASE("events of a case go one after the other, those of different cases side by side") {
  Started b;
  b.add_cases(1, 3);
  b.poll();
  b.set("syncPriority", true);
  b.vendor.asked.clear();
  b.vendor.batches.clear();
  std::vector<TicketEvent> events;
  for (const char* word : {"one", "two", "three"})
    for (const char* id : {"c1", "c2", "c3"}) events.push_back(b.event(id, Kind::note, word));
  events.push_back(b.event("c2", Kind::priority, "", "Low"));
  events.push_back(b.event("c2", Kind::closed, "four"));
  const Carried carried = b.carry(events);
  CHECK(statuses(carried) == std::vector<Status>(events.size(), Status::ok));
  CHECK(b.vendor.batches == std::vector<std::size_t>{1, 3, 3, 3, 1, 1, 1});  // the token first
  for (const char* id : {"c1", "c2", "c3"}) {
    std::string order;
    for (const std::string& text : b.vendor.comments_with(id, "picket"))
      for (const char* word : {"one", "two", "three", "four"})
        if (contains(text, word)) order += std::string(word) + ";";
    CHECK(order == (std::string(id) == "c2" ? "one;two;three;four;" : "one;two;three;"));
  }
  CHECK(b.vendor.text("c2", "severity") == "Low");
  CHECK(b.vendor.text("c2", "status") == "Resolved");
}

TEST_CASE("several changes in one batch are planned on each other") {
  Linked b;
  b.set("syncPriority", true);
  const std::vector<TicketEvent> events = {b.event("c1", Kind::priority, "", "Low"), b.event("c1", Kind::priority, "", "High"),
                                           b.event("c1", Kind::closed), b.event("c1", Kind::closed), b.event("c1", Kind::reopened)};
  CHECK(statuses(b.carry(events)) == std::vector<Status>(5, Status::ok));
  CHECK(writes_of(b) == std::vector<std::string>{R"(c1 {"severity":"Low"})", R"(c1 {"severity":"High"})", R"(c1 {"status":"Resolved"})",
                                                 "c1/comments", R"(c1 {"status":"In Progress"})"});
  b.poll();
  CHECK(b.psa.ticket_of("c1").notes.empty());
}

TEST_CASE("what was refused is final, and what follows is carried") {
  for (const int code : {400, 404, 413, 422}) {
    CAPTURE(code);
    Linked b;
    b.vendor.fault = [&](const Asked& asked) {
      return comments(asked) && contains(asked.body, "bad") ? std::optional(answer(code, "{}")) : std::nullopt;
    };
    const std::vector<TicketEvent> events = {b.event("c1", Kind::note, "bad"), b.event("c1", Kind::note, "good")};
    const Carried carried = b.carry(events);
    CHECK(statuses(carried) == std::vector<Status>{code == 404 ? Status::not_found : Status::invalid, Status::ok});
    CHECK(contains(carried.outcomes.at(0)->second, std::to_string(code)));
  }
}

TEST_CASE("a status that was refused is not expected any more") {
  Linked b;
  b.set("autoCloseTickets", true);
  b.vendor.fault = [](const Asked& asked) { return changes(asked) ? std::optional(answer(400, "{}")) : std::nullopt; };
  CHECK(b.carry_one(b.event("c1", Kind::closed)) == Status::invalid);
  b.vendor.fault = nullptr;
  b.vendor.change("c1", {{"status", "Resolved"}});
  CHECK(b.poll().report.closed == 1);
}

TEST_CASE("an unknown case is final") {
  Linked b;
  const Carried carried = b.carry(std::vector<TicketEvent>{b.event("nobody", Kind::note, "x"), b.event("c1", Kind::note, "y")});
  CHECK(statuses(carried) == std::vector<Status>{Status::not_found, Status::ok});
  b.vendor.remove_case("c1");
  CHECK(b.carry_one(b.event("c1", Kind::note, "z")) == Status::not_found);
}

TEST_CASE("what may pass is sent again later, and what follows waits for it") {
  const struct {
    const char* what;
    picket::HttpAnswer answer;
    Status status;
  } cases[] = {
      {"403", answer(403), Status::auth},
      {"429", answer(429), Status::rate_limited},
      {"not sent", no_answer(Status::unavailable), Status::unavailable},
  };
  for (const auto& c : cases) {
    CAPTURE(std::string(c.what));
    Linked b;
    b.vendor.fault = [&](const Asked& asked) { return comments(asked) ? std::optional(c.answer) : std::nullopt; };
    const std::vector<TicketEvent> events = {b.event("c1", Kind::note, "one"), b.event("c1", Kind::note, "two")};
    const Carried carried = b.carry(events);
    REQUIRE(carried.outcomes.at(0));
    CHECK(carried.outcomes.at(0)->first == c.status);
    CHECK_FALSE(carried.outcomes.at(1));
    CHECK(b.vendor.count([](const Asked& a) { return comments(a); }) == 1);
    b.vendor.fault = nullptr;
    CHECK(statuses(b.carry(events)) == std::vector<Status>{Status::ok, Status::ok});
    CHECK(b.vendor.comments_with("c1", "one").size() == 1);
    CHECK(b.vendor.comments_with("c1", "two").size() == 1);
  }
}

TEST_CASE("a comment whose outcome is unknown is looked for, and never there twice") {
  const picket::HttpAnswer wrong[] = {
      answer(500), answer(502, "<html>"), answer(408), no_answer(Status::unknown_outcome), answer(200, "<html>Sign in</html>"),
      answer(302)};
  for (const auto& fault : wrong) {
    for (const bool has_effect : {false, true}) {
      for (const int times : {1, 2, 3}) {
        CAPTURE(fault.code);
        CAPTURE(has_effect);
        CAPTURE(times);
        Linked b;
        int left = times;
        auto& place = has_effect ? b.vendor.fault_after : b.vendor.fault;
        place = [&](const Asked& asked) { return comments(asked) && left-- > 0 ? std::optional(fault) : std::nullopt; };
        std::vector<TicketEvent> events = {b.event("c1", Kind::note, "one"), b.event("c1", Kind::note, "two")};
        for (int attempt = 0; attempt < 4 && !events.empty(); ++attempt) {
          const Carried carried = b.carry(events);
          std::vector<TicketEvent> rest;
          for (std::size_t i = 0; i < events.size(); ++i) {
            const Status status = carried.outcomes[i] ? carried.outcomes[i]->first : Status::internal;
            if (status == Status::ok) continue;
            rest.push_back(events[i]);
            if (carried.outcomes[i]) CHECK(status == Status::unknown_outcome);
            rest.back().repeated = events[i].repeated || status == Status::unknown_outcome;
          }
          events = rest;
        }
        CHECK(events.empty());
        CHECK(b.vendor.comments_with("c1", "one").size() == 1);
        CHECK(b.vendor.comments_with("c1", "two").size() == 1);
        b.poll();
        CHECK(b.psa.ticket_of("c1").notes.empty());
      }
    }
  }
}

TEST_CASE("an event that was sent before is looked for first") {
  Linked b;
  TicketEvent e = b.event("c1", Kind::closed, "Fixed it.");
  b.carry_one(e);
  b.vendor.asked.clear();
  e.repeated = true;
  CHECK(b.carry_one(e) == Status::ok);
  CHECK(writes_of(b).empty());
  TicketEvent other = b.event("c1", Kind::note, "one");
  other.repeated = true;
  CHECK(b.carry_one(other) == Status::ok);
  CHECK(b.vendor.comments_with("c1", "one").size() == 1);
  // A mark that another's id begins with is another's.
  TicketEvent longer = b.event("c1", Kind::note, "two");
  longer.event_id = other.event_id + "0";
  longer.repeated = true;
  CHECK(b.carry_one(longer) == Status::ok);
  CHECK(b.vendor.comments_with("c1", "two").size() == 1);
}

TEST_CASE("an event that cannot be looked for stays unknown") {
  Linked b;
  TicketEvent e = b.event("c1", Kind::note, "one");
  e.repeated = true;
  b.vendor.fault = [](const Asked& asked) { return asked.method == "GET" ? std::optional(answer(503)) : std::nullopt; };
  CHECK(b.carry_one(e) == Status::unknown_outcome);
  CHECK(writes_of(b).empty());
}

TEST_CASE("a change that failed is written when it is sent again") {
  for (const auto& wrong : {answer(500), answer(403), answer(302), no_answer(Status::unavailable), no_answer(Status::unknown_outcome)}) {
    for (const bool has_effect : {false, true}) {
      CAPTURE(wrong.code);
      CAPTURE(has_effect);
      Linked b;
      b.set("syncPriority", true);
      const std::vector<TicketEvent> events = {b.event("c1", Kind::priority, "", "Low"), b.event("c1", Kind::closed)};
      bool once = true;
      auto& place = has_effect ? b.vendor.fault_after : b.vendor.fault;
      place = [&](const Asked& asked) { return changes(asked) && std::exchange(once, false) ? std::optional(wrong) : std::nullopt; };
      const Carried carried = b.carry(events);
      REQUIRE(carried.outcomes.at(0));
      CHECK(carried.outcomes.at(0)->first != Status::ok);
      CHECK(carried.outcomes.at(0)->first != Status::invalid);
      CHECK(statuses(b.carry(events)) == std::vector<Status>{Status::ok, Status::ok});
      CHECK(b.vendor.text("c1", "severity") == "Low");
      CHECK(b.vendor.text("c1", "status") == "Resolved");
      b.poll();
      CHECK(b.psa.ticket_of("c1").notes.empty());
    }
  }
}

TEST_CASE("a tag that fails does not say the comment again") {
  Started b;
  b.vendor.add_case("c1");
  b.poll();
  TicketEvent e = b.event("c1", Kind::created);
  b.vendor.fault = [](const Asked& asked) { return changes(asked) ? std::optional(answer(503)) : std::nullopt; };
  CHECK(b.carry_one(e) == Status::unknown_outcome);
  b.vendor.fault = nullptr;
  e.repeated = true;
  CHECK(b.carry_one(e) == Status::ok);
  CHECK(b.vendor.comments_with("c1", e.event_id).size() == 1);
  CHECK(b.vendor.row("c1").at("tags").as_array().size() == 1);
}

TEST_CASE("what somebody takes back before it is seen is news") {
  Linked b;
  b.set("syncPriority", true);
  CHECK(b.carry_one(b.event("c1", Kind::closed)) == Status::ok);
  CHECK(b.psa.alert("c1").resolved_at);
  b.psa.tickets.begin()->second.closed = true;  // by the person whose event it was
  b.vendor.change("c1", {{"status", "New"}});
  b.poll();
  CHECK_FALSE(b.psa.ticket_of("c1").closed);
  REQUIRE(b.psa.ticket_of("c1").notes.size() == 1);
  CHECK(contains(b.psa.ticket_of("c1").notes.at(0), "**Status:** Resolved → New"));

  CHECK(b.carry_one(b.event("c1", Kind::priority, "", "Low")) == Status::ok);
  b.vendor.change("c1", {{"severity", "High"}});
  b.clock.advance(5min);
  b.poll();
  CHECK(contains(b.psa.ticket_of("c1").notes.back(), "**Severity:** Low → High"));
}

TEST_CASE("what we write does not act on the ticket, whatever its settings") {
  Linked b;
  b.set("syncPriority", true);
  b.set("autoCloseTickets", true);
  b.set("gatherMinorChangesMinutes", 0);
  const auto carry = [&](const TicketEvent& e) {
    CHECK(b.carry_one(e) == Status::ok);
    b.clock.advance(5min);
    b.poll();
  };
  Ticket& t = b.psa.tickets.begin()->second;
  carry(b.event("c1", Kind::priority, "", "Critical"));
  CHECK(t.priority_id == "P2");  // what the person chose stands
  t.closed = true;
  carry(b.event("c1", Kind::closed, "Fixed it."));
  t.closed = false;  // reopened, and the event has not been sent yet
  b.vendor.change("c1", {{"score", 5}});
  b.clock.advance(5min);
  b.poll();
  CHECK_FALSE(t.closed);
  carry(b.event("c1", Kind::reopened));
  CHECK(b.vendor.text("c1", "status") == "In Progress");
  CHECK_FALSE(t.closed);
  CHECK(t.notes.size() == 1);  // the score
  // Somebody else's change of the same members is noted and followed.
  b.vendor.change("c1", {{"status", "Resolved"}, {"severity", "Low"}});
  b.clock.advance(5min);
  b.poll();
  CHECK(t.closed);
  CHECK(contains(t.notes.back(), "**Status:** In Progress → Resolved"));
  CHECK(contains(t.notes.back(), "**Severity:** Critical → Low"));
}

TEST_CASE("a giant note stays within limits, and is known for ours") {
  Linked b;
  std::string text = "begin ";
  while (text.size() < 300'000) text += "\xC3\xBC\xE2\x82\xAC word\n";
  TicketEvent e = b.event("c1", Kind::note, text);
  e.author = std::string(30'000, 'a');
  CHECK(b.carry_one(e) == Status::ok);
  CHECK(b.vendor.comments_with("c1", "").back().size() < 64'000);
  e.repeated = true;
  b.vendor.asked.clear();
  CHECK(b.carry_one(e) == Status::ok);
  CHECK(writes_of(b).empty());
  b.vendor.row("c1")["version"] = 99;
  b.poll();
  CHECK(b.psa.ticket_of("c1").notes.empty());
}

TEST_CASE("a case that could not be written is sent again, and nothing of it was sent") {
  Linked b;
  b.psa.refuse = [](const picket::ChangeSet&) { return std::string("locked"); };
  const Carried carried = b.carry(std::vector<TicketEvent>{b.event("c1", Kind::closed, "Fixed it.")});
  CHECK_FALSE(carried.outcomes.at(0));
  CHECK(writes_of(b).empty());
}
