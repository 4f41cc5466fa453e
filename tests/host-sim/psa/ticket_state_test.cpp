#include "host-sim/psa/ticket_state.hpp"

#include <doctest/doctest.h>

using namespace picket;
using namespace picket::psa;

namespace {

struct Shown {
  std::string status = "1";
  bool flag = false;
  std::string mark = {};
  std::string merged_into = {};
};

RemoteTicket ticket(const Shown& shown) {
  RemoteTicket t;
  t.status_id = shown.status;
  t.closed = shown.flag;
  t.closing_mark = shown.mark;
  t.merged_into = shown.merged_into;
  return t;
}

}  // namespace

TEST_CASE("whether a ticket is closed follows from its status, and from the flag only where that cannot be left over") {
  const struct {
    const char* what;
    std::optional<bool> was_closed;
    Shown before;
    bool rests;
    Shown now;
    StatusKind kind;
    bool closed;
  } cases[] = {
      {"never seen, flag", std::nullopt, {}, false, {.status = "9", .flag = true}, StatusKind::unknown, true},
      {"never seen, no flag", std::nullopt, {}, false, {.status = "1"}, StatusKind::unknown, false},
      {"a status that is known as closed, before the flag is set", false, {}, false, {.status = "9"}, StatusKind::closed, true},
      {"reopened, the flag stays, the status is known as open", true, {"9", true, "t1"}, false, {"1", true, "t1"}, StatusKind::open, false},
      {"reopened, the flag stays, the status is not known", true, {"9", true, "t1"}, false, {"2", true, "t1"}, StatusKind::unknown, false},
      {"closed as before", true, {"9", true, "t1"}, false, {"9", true, "t1"}, StatusKind::unknown, true},
      {"open as before with a flag that stayed", false, {"2", true, "t1"}, false, {"2", true, "t1"}, StatusKind::unknown, false},
      {"another open status with a flag that stayed", false, {"2", true, "t1"}, false, {"3", true, "t1"}, StatusKind::unknown, false},
      {"closed again: another date of closing", false, {"2", true, "t1"}, false, {"10", true, "t2"}, StatusKind::unknown, true},
      {"closed for the first time in a status of its own", false, {"2", false, ""}, false, {"10", true, "t1"}, StatusKind::unknown, true},
      {"moved between closed statuses, another date", true, {"9", true, "t1"}, false, {"10", true, "t2"}, StatusKind::unknown, true},
      {"a closing of ours rests in an open status", true, {"8", false, ""}, true, {"8", false, ""}, StatusKind::unknown, true},
      {"and somebody takes it up again", true, {"8", false, ""}, true, {"2", false, ""}, StatusKind::unknown, false},
      {"merged", false, {}, false, {.status = "1", .merged_into = "7"}, StatusKind::open, true},
      {"a site that shows no statuses", true, {"", true, ""}, false, {"", false, ""}, StatusKind::unknown, false},
  };
  for (const auto& c : cases) {
    CAPTURE(c.what);
    store::RemoteLink before;
    before.closed = c.was_closed;
    before.state = {c.before.status, c.before.flag, c.before.mark, c.rests, {}};
    CHECK(is_closed(before, ticket(c.now), c.kind) == c.closed);
  }
}

TEST_CASE("what an answer to a change of the status means") {
  const struct {
    const char *before, *answered, *wanted;
    Answered verdict;
  } cases[] = {
      {"1", "9", "9", Answered::done},  {"1", "1", "9", Answered::ignored},
      {"1", "8", "9", Answered::rests}, {"1", "", "9", Answered::done},  // a site that does not say
      {"9", "9", "9", Answered::done},
  };
  for (const auto& c : cases) {
    CAPTURE(c.answered);
    CHECK(judge_answer(ticket({c.before}), ticket({c.answered}), c.wanted) == c.verdict);
  }
}

TEST_CASE("a resting place is forgotten when the ticket leaves it") {
  store::RemoteLink link;
  link.closed = true;
  link.state = {"8", false, {}, true, "digest"};
  take_over(link, ticket({"8"}), true);
  CHECK(link.state.rests);
  take_over(link, ticket({"2"}), false);
  CHECK(link.state == store::RemoteState{"2", false, {}, false, "digest"});
  CHECK(link.closed == false);
}
