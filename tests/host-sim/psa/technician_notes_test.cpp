#include "host-sim/psa/technician_notes.hpp"

#include <doctest/doctest.h>

#include "sdk/common/time_text.hpp"

using namespace picket;
using namespace picket::psa;
using Kind = TicketEventKind;

namespace {

constexpr const char* signature = "\nReference: picket-0123456789abcdef";
constexpr const char* image = "(an image; see the ticket: https://psa.example/1)";

Time at(int minute) { return *parse_time("2026-06-09T14:00:00Z") + std::chrono::minutes(minute); }

store::RemoteLink link() {
  store::RemoteLink l;
  l.remote_id = "t1";
  l.url = "https://psa.example/1";
  l.seen_notes = {"n0"};
  return l;
}

RemoteNote note(const char* id, Writer writer, std::string text, std::string program = {}) {
  return {
      .id = id, .author = "Kim", .at = at(1), .text = std::move(text), .has_image = false, .writer = writer, .program = std::move(program)};
}

RemoteNote with_image(RemoteNote n) {
  n.has_image = true;
  return n;
}

std::vector<std::string> texts(const std::vector<TechnicianAct>& acts) {
  std::vector<std::string> all;
  for (const auto& act : acts) all.push_back((act.kind == Kind::note ? "" : "closed: ") + act.author + ": " + act.text);
  return all;
}

std::vector<std::string> seen_by(store::RemoteLink& known, const std::vector<RemoteNote>& notes, const RemoteTicket& ticket = {}) {
  std::optional<TechnicianAct> closing;
  return texts(acts_of_notes(known, ticket, notes, {}, closing));
}

}  // namespace

TEST_CASE("whose an entry is comes from what the PSA says of it") {
  const std::string ours = std::string("Words of ours") + signature;
  struct Case {
    const char* name;
    std::vector<RemoteNote> notes;
    std::vector<std::string> carried;
  };
  const std::vector<Case> cases{
      {"a person's, where the PSA does not say", {note("n1", Writer::unknown, "Hello")}, {"Kim: Hello"}},
      {"a person's, by the PSA's own interface", {note("n1", Writer::person, "Hello")}, {"Kim: Hello"}},
      {"a rule's, though it names a person", {note("n1", Writer::site, "Merged into 2.")}, {}},
      {"a rule's, though it holds a token", {note("n1", Writer::site, ours), note("n2", Writer::unknown, "Hello")}, {"Kim: Hello"}},
      {"a record of our own change, without a token", {note("n1", Writer::picket, "Changed: status")}, {}},
      {"another program's", {note("n1", Writer::program, "Disk full", "Remote Monitor")}, {"Kim: Disk full"}},
      {"ours, by our application's name",
       {note("n1", Writer::program, ours, "Picket"), note("n2", Writer::program, "Changed: status", "Picket"),
        note("n3", Writer::program, "Disk full", "Remote Monitor")},
       {"Kim: Disk full"}},
      {"another program's that quotes ours",
       {note("n1", Writer::picket, ours), note("n2", Writer::program, "Disk full", "Remote Monitor"),
        note("n3", Writer::program, "Copy: " + ours, "Remote Monitor")},
       {"Kim: Disk full", "Kim: Copy: " + ours}},
      {"a person's that quotes one of ours, which is not listed yet", {note("n1", Writer::person, ours)}, {"Kim: " + ours}},
      {"words like a rule's, of a person",
       {note("n1", Writer::person, "The response target will be missed.")},
       {"Kim: The response target will be missed."}},
      {"one pasted image", {with_image(note("n1", Writer::person, ""))}, {std::string("Kim: ") + image}},
      {"words with an image",
       {with_image(note("n1", Writer::person, "Look:"))},
       {"Kim: Look:\n\n(with an image; see the ticket: https://psa.example/1)"}},
      {"nothing at all", {note("n1", Writer::person, "")}, {}},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    store::RemoteLink known = link();
    CHECK(seen_by(known, c.notes) == c.carried);
    CHECK(seen_by(known, c.notes).empty());
  }
}

TEST_CASE("the first note with a token is Picket's where another program's quotes it") {
  store::RemoteLink known = link();
  const std::string ours = std::string("Words of ours") + signature;
  CHECK(seen_by(known, {note("n1", Writer::program, ours, "Picket"), note("n2", Writer::program, ours, "Mirror"),
                        note("n3", Writer::program, "More", "Mirror")}) == std::vector<std::string>{"Kim: " + ours, "Kim: More"});
}

TEST_CASE("an entry that gets its words later is new then") {
  store::RemoteLink known = link();
  CHECK(seen_by(known, {note("n1", Writer::person, " \n")}).empty());
  CHECK(seen_by(known, {note("n1", Writer::person, "Now")}) == std::vector<std::string>{"Kim: Now"});
}

TEST_CASE("a correction is carried once, as one") {
  store::RemoteLink known = link();
  const std::string ours = std::string("Words of ours") + signature;
  std::vector<RemoteNote> notes{note("n1", Writer::unknown, "Reboot host A"), note("n2", Writer::picket, ours)};
  CHECK(seen_by(known, notes).size() == 1);
  notes[0].text = "Reboot   host\nA";  // the site's editor
  notes[1].text = "Words of Picket" + std::string(signature);
  CHECK(seen_by(known, notes).empty());
  notes[0].text = "Reboot host B";
  notes.push_back(note("n3", Writer::unknown, "Done"));
  CHECK(seen_by(known, notes) ==
        std::vector<std::string>{"Kim: Done", "Kim: Correction of a note of 2026-06-09 14:01 UTC:\n\nReboot host B"});
  CHECK(seen_by(known, notes).empty());
  notes[0].text = "Reboot host A";  // back again is a correction too
  notes[0].at.reset();
  CHECK(seen_by(known, notes) == std::vector<std::string>{"Kim: Correction of an earlier note:\n\nReboot host A"});
  notes[0].text.clear();
  CHECK(seen_by(known, notes).empty());
}

TEST_CASE("notes that were known before corrections were noticed are taken over silently") {
  store::RemoteLink known = link();
  known.notes_since = at(1);
  RemoteNote older = note("n1", Writer::unknown, "Older");
  older.at = at(0);
  std::vector<RemoteNote> notes{note("n0", Writer::unknown, "Known by its id"), older};
  CHECK(seen_by(known, notes).empty());
  CHECK(known.note_digests.size() == 2);
  notes[0].text = "Known and corrected";
  notes[1].text = "Older and corrected";
  CHECK(seen_by(known, notes).size() == 2);
}

TEST_CASE("who closed a ticket") {
  RemoteTicket ticket;
  ticket.closed_at = at(5);
  const auto closer = [&](std::vector<RemoteNote> notes) {
    store::RemoteLink known = link();
    std::optional<TechnicianAct> closing = TechnicianAct{Kind::closed, {}, {}, {}};
    (void)acts_of_notes(known, ticket, notes, {}, closing);
    REQUIRE(closing);
    return closing->author;
  };
  RemoteNote entry = note("n1", Writer::person, "");
  CHECK(closer({entry}).empty());  // some other time
  entry.at = at(5) + std::chrono::seconds{1};
  CHECK(closer({entry}) == "Kim");
  entry.writer = Writer::site;
  CHECK(closer({entry}) == "Kim");
  entry.writer = Writer::picket;
  CHECK(closer({entry}).empty());
  entry.writer = Writer::person;
  ticket.closed_at.reset();
  CHECK(closer({entry}).empty());
}
