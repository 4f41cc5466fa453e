#include "sdk/lifecycle/decide.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace picket::lifecycle;

namespace {

constexpr auto open = FindingState::open;
constexpr auto closed = FindingState::closed;
constexpr auto ignored = FindingState::ignored;
constexpr auto gone = FindingState::gone;
constexpr auto client = Target::client;
constexpr auto fallback = Target::fallback;
constexpr auto opted_out = Target::opted_out;

struct Case {
  const char* what;
  Situation s;
  Step step;
};

// state, target, known, has_ticket, changed, was_resolved, auto_close, reopen
const Case cases[] = {
    {"new, open, mapped", {open, client, false, false, false, false, false, true}, Step::open_ticket},
    {"new, open, mapped, auto-close on", {open, client, false, false, false, false, true, true}, Step::open_ticket},
    {"new, open, unmapped", {open, fallback, false, false, false, false, false, true}, Step::open_ticket},
    {"new, open, opted out", {open, opted_out, false, false, false, false, false, true}, Step::record},
    {"new, closed, mapped (backfill)", {closed, client, false, false, false, false, false, true}, Step::record},
    {"new, closed, unmapped (backfill)", {closed, fallback, false, false, false, false, true, true}, Step::record},
    {"new, closed, opted out (backfill)", {closed, opted_out, false, false, false, false, true, true}, Step::record},
    {"new, deleting", {ignored, client, false, false, false, false, false, true}, Step::nothing},

    {"known with ticket, unchanged", {open, client, true, true, false, false, false, true}, Step::nothing},
    {"known with ticket, changed, mapped", {open, client, true, true, true, false, false, true}, Step::note},
    {"known with ticket, changed, unmapped", {open, fallback, true, true, true, false, false, true}, Step::note},
    {"known with ticket, changed, opted out since", {open, opted_out, true, true, true, false, false, true}, Step::note},
    {"known with ticket, closes, auto-close off", {closed, client, true, true, true, false, false, true}, Step::note},
    {"known with ticket, closes, auto-close on", {closed, client, true, true, true, false, true, true}, Step::note_and_close},
    {"known with ticket, closes, auto-close on, unmapped", {closed, fallback, true, true, true, false, true, true}, Step::note_and_close},
    {"known with ticket, closed already, changed again, auto-close on",
     {closed, client, true, true, true, true, true, true},
     Step::note_and_close},
    {"known with ticket, reopens", {open, client, true, true, true, true, true, true}, Step::note_and_reopen},
    {"known with ticket, reopens, reopening off", {open, client, true, true, true, true, true, false}, Step::note},
    {"known with ticket, deleting", {ignored, client, true, true, true, false, true, true}, Step::record},
    {"known with ticket, deleting, seen before", {ignored, client, true, true, false, true, true, true}, Step::nothing},

    {"known without ticket, open, eligible now, unchanged", {open, client, true, false, false, false, false, true}, Step::open_ticket},
    {"known without ticket, open, eligible now, changed", {open, client, true, false, true, false, false, true}, Step::open_ticket},
    {"known without ticket, open, fallback", {open, fallback, true, false, false, false, false, true}, Step::open_ticket},
    {"known without ticket, reopened after a closed backfill", {open, client, true, false, true, true, false, true}, Step::open_ticket},
    {"known without ticket, still opted out, unchanged", {open, opted_out, true, false, false, false, false, true}, Step::nothing},
    {"known without ticket, still opted out, changed", {open, opted_out, true, false, true, false, false, true}, Step::record},
    {"known without ticket, closed, unchanged", {closed, client, true, false, false, true, true, true}, Step::nothing},
    {"known without ticket, closes", {closed, client, true, false, true, false, true, true}, Step::record},

    {"gone, with ticket", {gone, client, true, true, true, false, true, true}, Step::note},
    {"gone, with ticket, seen before", {gone, client, true, true, false, true, true, true}, Step::nothing},
    {"gone, without ticket", {gone, client, true, false, true, false, true, true}, Step::record},
    {"gone, unknown", {gone, client, false, false, false, false, true, true}, Step::nothing},

    {"an older version, with ticket", {open, client, true, true, true, true, true, true, true}, Step::nothing},
    {"an older version, without ticket", {open, client, true, false, true, true, true, true, true}, Step::nothing},
};

}  // namespace

TEST_CASE("every state transition") {
  for (const Case& c : cases) {
    CAPTURE(c.what);
    CHECK(std::string(name_of(decide(c.s))) == std::string(name_of(c.step)));
  }
}

TEST_CASE("auto-close and reopening change nothing but closing and reopening") {
  for (const Case& c : cases) {
    CAPTURE(c.what);
    Situation other = c.s;
    other.auto_close = !other.auto_close;
    other.reopen = !other.reopen;
    const Step before = decide(c.s);
    const Step after = decide(other);
    const auto is_note = [](Step s) { return s == Step::note || s == Step::note_and_close || s == Step::note_and_reopen; };
    if (is_note(before))
      CHECK(is_note(after));
    else
      CHECK(std::string(name_of(after)) == std::string(name_of(before)));
  }
}
