#include "host-sim/psa/technician_acts.hpp"

#include <doctest/doctest.h>

#include "sdk/common/time_text.hpp"

using namespace picket;
using namespace picket::psa;
using Kind = TicketEventKind;

namespace {

Time at(int minute) { return *parse_time("2026-06-09T14:00:00Z") + std::chrono::minutes(minute); }

store::RemoteLink link() {
  store::RemoteLink l;
  l.remote_id = "t1";
  l.closed = false;
  l.priority = "High";
  l.assignee = "Ann";
  l.seen_notes = {"n0"};
  return l;
}

RemoteTicket ticket() {
  RemoteTicket t;
  t.id = "t1";
  t.number = "1";
  t.updated_at = "later";
  t.priority_name = "High";
  t.assignee = "Ann";
  t.has_assignee = true;
  return t;
}

std::vector<RemoteNote> with(std::vector<RemoteNote> notes) {
  notes.insert(notes.begin(), {"n0", "Ann", at(0), "Old"});
  return notes;
}

TechnicianAct act(Kind kind, std::string author, std::string text, std::optional<Time> time = std::nullopt) {
  return {kind, std::move(author), std::move(text), time};
}

}  // namespace

TEST_CASE("what technicians did is the difference to what was known") {
  struct Case {
    const char* name;
    void (*before)(store::RemoteLink&);
    void (*now)(RemoteTicket&);
    std::vector<RemoteNote> notes;
    SentByPicket own;
    std::vector<TechnicianAct> acts;
  };
  const auto nothing_before = [](store::RemoteLink&) {};
  const auto nothing_now = [](RemoteTicket&) {};
  const auto closes = [](RemoteTicket& t) {
    t.closed = true;
    t.closure_note = " Done. ";
  };
  const std::string ours = "picket-0123456789abcdef";
  const SentByPicket none;
  const std::vector<Case> cases{
      {"nothing happened", nothing_before, nothing_now, {}, none, {}},
      {"a note", nothing_before, nothing_now, {{"n1", "Bob", at(1), " Hello \n"}}, none, {act(Kind::note, "Bob", "Hello", at(1))}},
      {"a note without words", nothing_before, nothing_now, {{"n1", "Bob", at(1), " \n"}}, none, {}},
      {"a note that is listed twice",
       nothing_before,
       nothing_now,
       {{"n1", "Bob", at(1), "Hello"}, {"n1", "Bob", at(1), "Hello"}},
       none,
       {act(Kind::note, "Bob", "Hello", at(1))}},
      {"notes of Picket",
       nothing_before,
       nothing_now,
       {{"n1", "Api", at(1), "Words\n" + ours}, {"n2", "Api", {}, "a77 Words"}},
       {"", {"a77"}, {}, false, false},
       {}},
      {"notes that quote Picket's",
       nothing_before,
       nothing_now,
       {{"n1", "Api", at(1), ours}, {"n2", "Bob", at(2), "See\n" + ours}, {"n3", "Bob", at(3), "Now a77"}, {"n4", "Bob", at(4), "a77?"}},
       {"", {"a77"}, {}, false, false},
       {act(Kind::note, "Bob", "See\n" + ours, at(2)), act(Kind::note, "Bob", "a77?", at(4))}},
      {"a note that quotes the body",
       nothing_before,
       nothing_now,
       {{"n1", "Bob", at(1), "See\n" + ours}},
       {"0123456789abcdef", {}, {}, false, false},
       {act(Kind::note, "Bob", "See\n" + ours, at(1))}},
      {"a note that is older than what is known",
       [](store::RemoteLink& l) { l.notes_since = at(5); },
       nothing_now,
       {{"n1", "Bob", at(4), "Old"}, {"n2", "Bob", at(5), "New"}, {"n3", "Bob", {}, "Undated"}},
       none,
       {act(Kind::note, "Bob", "New", at(5)), act(Kind::note, "Bob", "Undated")}},
      {"another priority", nothing_before, [](RemoteTicket& t) { t.priority_name = "Low"; }, {}, none, {act(Kind::priority, "", "Low")}},
      {"the priority in other letters", nothing_before, [](RemoteTicket& t) { t.priority_name = "HIGH"; }, {}, none, {}},
      {"the priority is not said", nothing_before, [](RemoteTicket& t) { t.priority_name = ""; }, {}, none, {}},
      {"the priority was not known",
       [](store::RemoteLink& l) { l.priority.reset(); },
       [](RemoteTicket& t) { t.priority_name = "Low"; },
       {},
       none,
       {}},
      {"our own priority", nothing_before, [](RemoteTicket& t) { t.priority_name = "Low"; }, {}, {"", {}, {"low"}, false, false}, {}},
      {"another assignee", nothing_before, [](RemoteTicket& t) { t.assignee = "Bob"; }, {}, none, {act(Kind::assignee, "", "Bob")}},
      {"nobody is the assignee", nothing_before, [](RemoteTicket& t) { t.assignee = ""; }, {}, none, {act(Kind::assignee, "", "")}},
      {"the assignee is not said",
       nothing_before,
       [](RemoteTicket& t) {
         t.assignee = "";
         t.has_assignee = false;
       },
       {},
       none,
       {}},
      {"closed", nothing_before, closes, {}, none, {act(Kind::closed, "", "Done.")}},
      {"closed by Picket", nothing_before, closes, {}, {"", {}, {}, true, false}, {}},
      {"closed before anything was known", [](store::RemoteLink& l) { l.closed.reset(); }, closes, {}, none, {}},
      {"closed already", [](store::RemoteLink& l) { l.closed = true; }, closes, {}, none, {}},
      {"closed with a note that says the same",
       nothing_before,
       closes,
       {{"n1", "Bob", at(1), "Look"}, {"n2", "Cy", at(2), "Done."}, {"n3", "Bob", at(3), "Thanks"}},
       none,
       {act(Kind::note, "Bob", "Look", at(1)), act(Kind::closed, "Cy", "Done.", at(2)), act(Kind::note, "Bob", "Thanks", at(3))}},
      {"closed with a note that was sent already",
       [](store::RemoteLink& l) { l.seen_notes.push_back("n1"); },
       closes,
       {{"n1", "Cy", at(2), "Done."}, {"n2", "Api", at(3), ours}},
       none,
       {act(Kind::closed, "Cy", "")}},
      {"a note that says the same is no part of Picket's closing",
       nothing_before,
       closes,
       {{"n1", "Cy", at(2), "Done."}},
       {"", {}, {}, true, false},
       {act(Kind::note, "Cy", "Done.", at(2))}},
      {"reopened", [](store::RemoteLink& l) { l.closed = true; }, nothing_now, {}, none, {act(Kind::reopened, "", "")}},
      {"reopened by Picket", [](store::RemoteLink& l) { l.closed = true; }, nothing_now, {}, {"", {}, {}, false, true}, {}},
      {"of a ticket that is not current only notes count",
       [](store::RemoteLink& l) { l.is_current = false; },
       [](RemoteTicket& t) {
         t.closed = true;
         t.priority_name = "Low";
         t.assignee = "Bob";
       },
       {{"n1", "Bob", at(1), "Hello"}},
       none,
       {act(Kind::note, "Bob", "Hello", at(1))}},
      {"everything at once",
       nothing_before,
       [](RemoteTicket& t) {
         t.closed = true;
         t.priority_name = "Low";
         t.assignee = "Bob";
       },
       {{"n1", "Bob", at(1), "Hello"}},
       none,
       {act(Kind::note, "Bob", "Hello", at(1)), act(Kind::priority, "", "Low"), act(Kind::assignee, "", "Bob"), act(Kind::closed, "", "")}},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    store::RemoteLink before = link();
    c.before(before);
    RemoteTicket now = ticket();
    c.now(now);
    const auto notes = with(c.notes);
    const Comparison first = compare(before, now, StatusKind::unknown, notes, c.own);
    CHECK(first.acts == c.acts);
    CHECK(first.link.updated_at == "later");
    // The second pull finds nothing new.
    const Comparison second = compare(first.link, now, StatusKind::unknown, notes, SentByPicket());
    CHECK(second.acts.empty());
    CHECK(second.link.seen_notes == first.link.seen_notes);
  }
}

TEST_CASE("the ticket's body as its first note is Picket's and so is what was known before a note that quotes it") {
  const std::string ours = "picket-0123456789abcdef";
  SentByPicket own;
  own.ticket_token = "0123456789abcdef";
  const std::vector<RemoteNote> body{{"n1", "Api", at(0), "Body\n" + ours}, {"n2", "Bob", at(1), "See\n" + ours}};
  CHECK(compare(link(), ticket(), StatusKind::unknown, body, own).acts == std::vector{act(Kind::note, "Bob", "See\n" + ours, at(1))});
  store::RemoteLink knowing = link();
  knowing.seen_notes.push_back("n1");
  const std::vector<RemoteNote> in_disorder{{"n2", "Bob", at(1), "See\n" + ours}, {"n1", "Api", at(0), "Words\n" + ours}};
  CHECK(compare(knowing, ticket(), StatusKind::unknown, in_disorder, SentByPicket()).acts ==
        std::vector{act(Kind::note, "Bob", "See\n" + ours, at(1))});
}

TEST_CASE("what is not known becomes known, and what is not said stays") {
  store::RemoteLink before;
  RemoteTicket now = ticket();
  now.closed = true;
  const auto learned = compare(before, now, StatusKind::unknown, {}, SentByPicket()).link;
  CHECK(learned.closed == true);
  CHECK(learned.priority == "High");
  CHECK(learned.assignee == "Ann");
  CHECK(learned.number == "1");
  now.priority_name.clear();
  now.has_assignee = false;
  now.number.clear();
  const auto kept = compare(learned, now, StatusKind::unknown, {}, SentByPicket()).link;
  CHECK(kept.priority == "High");
  CHECK(kept.assignee == "Ann");
  CHECK(kept.number == "1");
}
