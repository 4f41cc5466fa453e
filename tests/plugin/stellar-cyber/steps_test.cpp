// What an event means for a case: every kind, with every setting that has a say, in every state.
#include <doctest/doctest.h>

#include "plugin/stellar-cyber/content.hpp"
#include "plugin/stellar-cyber/events.hpp"

using namespace stellar;
using picket::TicketEvent;
using Kind = picket::TicketEventKind;

namespace {

constexpr const char* unknown = "?";

TicketEvent event(Kind kind, const std::string& text = {}, const std::string& after = {}) {
  TicketEvent e;
  e.kind = kind;
  e.event_id = "event-1";
  e.external_id = "c1";
  e.ticket_number = "1234";
  e.text = text;
  e.after = after;
  return e;
}

Expected expected(const std::string& severity, const std::string& status) {
  Expected e;
  if (severity != unknown) e.severity = severity;
  if (status != unknown) e.status = status;
  return e;
}

Settings settings(bool sync_priority, bool tell_assignee, const std::string& tag) {
  Settings s;
  s.sync_priority = sync_priority;
  s.tell_assignee = tell_assignee;
  s.case_tag = tag;
  s.severity_of_priority = {{"urgent", "Critical"}, {"normal", "Medium"}};
  return s;
}

// "comment", "severity=High", "status=Resolved", "tag=x", in their order.
std::string words(const std::vector<Step>& steps) {
  std::string out;
  for (const Step& s : steps) {
    out += out.empty() ? "" : ", ";
    if (!s.comment.empty()) out += "comment";
    if (!s.severity.empty()) out += "severity=" + s.severity;
    if (!s.status.empty()) out += "status=" + s.status;
    if (!s.tag.empty()) out += "tag=" + s.tag;
  }
  return out;
}

}  // namespace

TEST_CASE("created: the comment, and the tag if there is one") {
  for (const char* status : {"New", "Resolved", unknown}) {
    CHECK(words(steps_for(event(Kind::created), settings(false, false, "t"), expected("High", status))) == "comment, tag=t");
    CHECK(words(steps_for(event(Kind::created), settings(true, true, ""), expected("High", status))) == "comment");
  }
}

TEST_CASE("note: a comment, if it says anything") {
  for (const char* status : {"New", "Resolved", unknown}) {
    CHECK(words(steps_for(event(Kind::note, "x"), settings(false, false, ""), expected("High", status))) == "comment");
    for (const char* text : {"", " ", "\n\t \r\n", "\xE2\x80\xAE"})
      CHECK(steps_for(event(Kind::note, text), settings(true, true, "t"), expected("High", status)).empty());
  }
}

TEST_CASE("priority: the severity that the map gives, if it is asked for and another") {
  const struct {
    bool sync;
    const char *after, *severity, *steps;
  } cases[] = {{true, "Urgent", "High", "severity=Critical"},
               {true, " URGENT ", "High", "severity=Critical"},
               {true, "Urgent", unknown, "severity=Critical"},
               {true, "Urgent", "", "severity=Critical"},
               {true, "Urgent", "Critical", ""},
               {true, "Normal", "Critical", "severity=Medium"},
               {true, "Low", "High", ""},
               {true, "", "High", ""},
               {false, "Urgent", "High", ""},
               {false, "Urgent", unknown, ""}};
  for (const auto& c : cases) {
    CAPTURE(std::string(c.after));
    CAPTURE(std::string(c.severity));
    CHECK(words(steps_for(event(Kind::priority, "", c.after), settings(c.sync, true, "t"), expected(c.severity, "New"))) == c.steps);
  }
}

TEST_CASE("assignee: a comment if it is asked for") {
  for (const char* after : {"Olga", ""}) {
    CHECK(words(steps_for(event(Kind::assignee, "", after), settings(false, true, ""), expected("High", "Resolved"))) == "comment");
    CHECK(steps_for(event(Kind::assignee, "", after), settings(true, false, "t"), expected("High", "New")).empty());
  }
}

TEST_CASE("closed and reopened") {
  const struct {
    Kind kind;
    const char *text, *status, *steps;
  } cases[] = {{Kind::closed, "", "New", "status=Resolved"},
               {Kind::closed, "", "In Progress", "status=Resolved"},
               {Kind::closed, "", "A new word", "status=Resolved"},
               {Kind::closed, "", "", "status=Resolved"},
               {Kind::closed, "", "Resolved", ""},
               {Kind::closed, "", "Cancelled", ""},
               {Kind::closed, "", unknown, "status=Resolved"},
               {Kind::closed, "done", "New", "comment, status=Resolved"},
               {Kind::closed, "done", "Resolved", "comment"},
               {Kind::closed, " \n", "New", "status=Resolved"},
               {Kind::reopened, "", "Resolved", "comment, status=In Progress"},
               {Kind::reopened, "", "Cancelled", "comment, status=In Progress"},
               {Kind::reopened, "", unknown, "comment, status=In Progress"},
               {Kind::reopened, "", "New", ""},
               {Kind::reopened, "", "Escalated", ""}};
  for (const auto& c : cases) {
    CAPTURE(static_cast<int>(c.kind));
    CAPTURE(std::string(c.text));
    CAPTURE(std::string(c.status));
    CHECK(words(steps_for(event(c.kind, c.text), settings(true, true, "t"), expected("High", c.status))) == c.steps);
  }
}

TEST_CASE("every comment ends with the event's mark") {
  for (const Kind kind : {Kind::created, Kind::note, Kind::assignee, Kind::closed, Kind::reopened})
    for (const Step& step : steps_for(event(kind, "x"), settings(true, true, "t"), expected("High", unknown)))
      if (!step.comment.empty()) CHECK(step.comment.ends_with("\n\n[picket:event-1]"));
}

TEST_CASE("what is expected of a case") {
  Snapshot s;
  s.known.severity = "High";
  s.known.status = "New";
  CHECK(expected_of(s).severity == "High");
  CHECK(expected_of(s).status == "New");
  s.own_severities.add("Low");
  CHECK_FALSE(expected_of(s).severity);
  CHECK(expected_of(s).status == "New");
  s.own_statuses.add("Resolved");
  CHECK_FALSE(expected_of(s).status);
}
