#include "host-sim/tickets/closed_ticket.hpp"

#include <doctest/doctest.h>

#include "sdk/common/time_text.hpp"

using namespace picket;
using namespace picket::tickets;
using namespace std::chrono_literals;
using OnNews = ClosedTicketRules::OnNews;
using Step = ClosedTicketStep;

namespace {

const Time now = parse_time("2026-11-28T12:00:00Z").value();

}  // namespace

TEST_CASE("what becomes of a closed ticket") {
  const ClosedTicketRules reopen;
  const ClosedTicketRules follow_up{.on_news = OnNews::follow_up};
  const ClosedTicketRules note{.on_news = OnNews::note};
  const auto yesterday = now - 24h;
  struct Case {
    const char* name;
    ClosedTicketRules rules;
    ClosedTicketNews news;
    Step step;
  };
  const Case cases[] = {
      {"nothing new", reopen, {.finding_is_open = true, .closed_at = yesterday}, Step::stays},
      {"news", reopen, {.finding_is_open = true, .has_notes = true, .closed_at = yesterday}, Step::reopens},
      {"news, closed nobody knows when", reopen, {.finding_is_open = true, .has_notes = true}, Step::reopens},
      {"news of a finding that is closed", reopen, {.has_notes = true, .closed_at = yesterday}, Step::stays},
      {"news, a follow-up is wanted", follow_up, {.finding_is_open = true, .has_notes = true, .closed_at = yesterday}, Step::follow_up},
      {"news, a note is wanted", note, {.finding_is_open = true, .has_notes = true, .closed_at = yesterday}, Step::stays},
      {"news long after, a note is wanted", note, {.finding_is_open = true, .has_notes = true, .closed_at = now - 999h}, Step::stays},
      {"news, at the end of the time", reopen, {.finding_is_open = true, .has_notes = true, .closed_at = now - 14 * 24h}, Step::reopens},
      {"news, after the time", reopen, {.finding_is_open = true, .has_notes = true, .closed_at = now - 14 * 24h - 1s}, Step::follow_up},
      {"news, never to be reopened",
       {.reopen_within = std::chrono::days(0)},
       {.finding_is_open = true, .has_notes = true, .closed_at = now - 1s},
       Step::follow_up},
      {"news, while the vendor has still to learn of the closing",
       reopen,
       {.finding_is_open = true, .has_notes = true, .closed_at = yesterday, .closing_is_on_its_way = true},
       Step::stays},
      {"the same where follow-ups are wanted",
       follow_up,
       {.finding_is_open = true, .has_notes = true, .closed_at = yesterday, .closing_is_on_its_way = true},
       Step::stays},
      {"reopened at the vendor", reopen, {.finding_is_open = true, .asks_to_reopen = true, .closed_at = yesterday}, Step::reopens},
      {"reopened at the vendor, a note is wanted",
       note,
       {.finding_is_open = true, .has_notes = true, .asks_to_reopen = true, .closed_at = yesterday},
       Step::reopens},
      {"reopened at the vendor, a follow-up is wanted",
       follow_up,
       {.finding_is_open = true, .has_notes = true, .asks_to_reopen = true, .closed_at = yesterday},
       Step::follow_up},
      {"reopened at the vendor long after",
       reopen,
       {.finding_is_open = true, .has_notes = true, .asks_to_reopen = true, .closed_at = now - 15 * 24h},
       Step::follow_up},
      {"reopened at the vendor long after, a note is wanted",
       note,
       {.finding_is_open = true, .has_notes = true, .asks_to_reopen = true, .closed_at = now - 15 * 24h},
       Step::follow_up},
      {"reopened at the vendor, which has still to learn of the closing",
       reopen,
       {.finding_is_open = true, .has_notes = true, .asks_to_reopen = true, .closed_at = yesterday, .closing_is_on_its_way = true},
       Step::reopens},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CHECK(decide_closed_ticket(c.rules, c.news, now) == c.step);
  }
}

TEST_CASE("the rules of a connection") {
  struct Case {
    const char* settings;
    ClosedTicketRules rules;
  };
  const Case cases[] = {
      {"{}", {}},
      {R"({"onNewsForClosedTicket":"reopen","reopenWithinDays":14,"reopenTickets":true})", {}},
      {R"({"onNewsForClosedTicket":"follow-up","reopenWithinDays":0})", {OnNews::follow_up, std::chrono::days(0)}},
      {R"({"onNewsForClosedTicket":"note","reopenWithinDays":3})", {OnNews::note, std::chrono::days(3)}},
      {R"({"onNewsForClosedTicket":"reopen","reopenTickets":false})", {.on_news = OnNews::note}},
      {R"({"onNewsForClosedTicket":"follow-up","reopenTickets":false})", {.on_news = OnNews::follow_up}},
      {R"({"onNewsForClosedTicket":null,"reopenWithinDays":null})", {}},
  };
  for (const Case& c : cases) {
    CAPTURE(c.settings);
    CHECK(closed_ticket_rules(json::parse_object(c.settings, "the settings")) == c.rules);
  }
}

TEST_CASE("the words of a follow-up") {
  FollowedTicket first{.number = "2001",
                       .title = "Beacon: found",
                       .body_markdown = "Body.\n\n---\n\nMore.",
                       .attributes = "",
                       .url = "https://halo.example/tickets?id=2001",
                       .closed_at = parse_time("2026-11-01T10:00:00Z")};
  CHECK(follow_up_title(first) == "Follow-up of #2001: Beacon: found");
  CHECK(follow_up_body(first) ==
        "This ticket follows up on [#2001](<https://halo.example/tickets?id=2001>), which was closed on 2026-11-01 10:00 UTC."
        "\n\n---\n\nBody.\n\n---\n\nMore.");
  CHECK(follow_up_attributes("", "a") == R"({"follow_up_of":"a"})");
  CHECK(follow_up_attributes(R"({"n":1,"follow_up_of":"b"})", "a") == R"({"n":1,"follow_up_of":"a"})");

  CHECK(is_follow_up(R"({"follow_up_of":"a"})"));
  for (const char* attributes : {"", "{}", R"({"n":1})", "[1]", "spoilt"}) CHECK_FALSE(is_follow_up(attributes));

  SUBCASE("a follow-up of a follow-up names the last one only") {
    FollowedTicket second{.number = "2007",
                          .title = follow_up_title(first),
                          .body_markdown = follow_up_body(first),
                          .attributes = follow_up_attributes("", "a"),
                          .url = {},
                          .closed_at = {}};
    CHECK(follow_up_title(second) == "Follow-up of #2007: Beacon: found");
    CHECK(follow_up_body(second) == "This ticket follows up on #2007, which is closed.\n\n---\n\nBody.\n\n---\n\nMore.");
  }
  SUBCASE("a new body leaves the link") {
    CHECK(with_follow_up_link(follow_up_body(first), "New.") ==
          "This ticket follows up on [#2001](<https://halo.example/tickets?id=2001>), which was closed on 2026-11-01 10:00 UTC."
          "\n\n---\n\nNew.");
    CHECK(with_follow_up_link("What a technician made of it.", "New.") == "New.");
  }
  SUBCASE("a finding may be called like one") {
    first.title = "Follow-up of #1: a phish";
    CHECK(follow_up_title(first) == "Follow-up of #2001: Follow-up of #1: a phish");
  }
  SUBCASE("an address that would end the link is left out") {
    first.url = "https://halo.example/>x";
    CHECK(follow_up_body(first).starts_with("This ticket follows up on #2001, which was closed"));
  }
}
