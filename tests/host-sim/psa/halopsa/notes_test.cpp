#include <doctest/doctest.h>

#include "tests/host-sim/psa/halopsa/site.hpp"

using namespace picket;
using namespace picket::test;
using psa::Outcome;
using Then = LoopbackReply::Then;

namespace {

psa::NewRemoteNote note(const std::string& ticket_id) { return {.token = "00bb", .ticket_id = ticket_id, .markdown = "*word*"}; }

psa::Reply<std::string> added(Site& site, psa::Psa& psa) {
  const psa::NewRemoteNote n = note("7");
  const auto replies = psa.add_notes(site.call(), {&n, 1});
  REQUIRE(replies.size() == 1);
  return replies[0];
}

LoopbackReply hang_up(Then how) {
  LoopbackReply reply;
  reply.then = how;
  return reply;
}

}  // namespace

TEST_CASE("A note is an action") {
  Site site;
  site.on("POST /api/Actions", 201, R"([{"id":3,"ticket_id":7}])");
  const auto psa = site.psa({{"HALOPSA_NOTE_OUTCOME", "Private"}, {"HALOPSA_ASSIGN_USERNAME", "robot"}});
  const auto reply = added(site, *psa);
  CHECK(reply.outcome == Outcome::done);
  CHECK(reply.value == "3");
  CHECK(site.asked("POST /api/Actions")[0].body ==
        R"([{"note_html":"<p><em>word</em></p>\n<p><small>Reference: picket-00bb</small></p>","outcome":"Private","who":"robot",)"
        R"("hiddenfromuser":true,"ticket_id":7}])");
  CHECK(site.count("GET /api/") == 0);
}

TEST_CASE("A note can be an update of the ticket") {
  Site site;
  site.on("POST /api/Tickets", 200, ticket_json(7));
  const auto psa = site.psa({{"HALOPSA_USE_UPDATE_FOR_ACTION", "true"}});
  const auto reply = added(site, *psa);
  CHECK(reply.outcome == Outcome::done);
  CHECK(reply.value.empty());
  CHECK(site.count("POST /api/Actions") == 0);
  CHECK(site.asked("POST /api/Tickets")[0].body ==
        R"([{"note_html":"<p><em>word</em></p>\n<p><small>Reference: picket-00bb</small></p>","outcome":"Internal Note",)"
        R"("hiddenfromuser":true,"id":7}])");
}

TEST_CASE("What can become of a note") {
  struct Case {
    const char* name;
    std::vector<LoopbackReply> action;
    LoopbackReply ticket;
    Outcome outcome;
  };
  const LoopbackReply refusal = loopback_reply(400, R"("not on this ticket")");
  const std::vector<Case> cases = {
      {"an object", {loopback_reply(201, R"({"id":3})")}, {}, Outcome::done},
      {"refused on an open ticket", {refusal}, loopback_reply(200, ticket_json(7)), Outcome::refused},
      {"refused on a closed ticket", {refusal}, loopback_reply(200, ticket_json(7, R"(,"hasbeenclosed":true)")), Outcome::ticket_closed},
      {"forbidden on a closed ticket",
       {loopback_reply(403)},
       loopback_reply(200, ticket_json(7, R"(,"hasbeenclosed":true)")),
       Outcome::ticket_closed},
      {"forbidden on an open ticket", {loopback_reply(403)}, loopback_reply(200, ticket_json(7)), Outcome::not_permitted},
      {"forbidden and the ticket is not shown", {loopback_reply(403)}, loopback_reply(404), Outcome::not_permitted},
      {"refused and the ticket is gone", {refusal}, loopback_reply(404), Outcome::ticket_gone},
      {"refused and the ticket cannot be read", {refusal}, loopback_reply(500), Outcome::not_done},
      {"busy for a moment", {loopback_reply(429), loopback_reply(201, R"({"id":3})")}, {}, Outcome::done},
      {"token rejected once", {loopback_reply(401), loopback_reply(201, R"({"id":3})")}, {}, Outcome::done},
      {"token rejected for good", {loopback_reply(401)}, {}, Outcome::not_done},
      {"failed", {loopback_reply(500)}, {}, Outcome::unknown},
      {"reset", {hang_up(Then::reset)}, {}, Outcome::unknown},
      {"closed", {hang_up(Then::close)}, {}, Outcome::unknown},
      {"unreadable", {loopback_reply(200, "ok")}, {}, Outcome::unknown},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    Site site;
    site.on("POST /api/Actions", c.action);
    site.on("GET /api/Tickets/7", {c.ticket});
    const auto reply = added(site, *site.psa());
    CHECK(reply.outcome == c.outcome);
    CHECK(reply.message.empty() == (c.outcome == Outcome::done));
  }
}

TEST_CASE("The words of a refused note come through") {
  Site site;
  site.on("POST /api/Actions", 400, R"("You may not use this action")");
  site.on("GET /api/Tickets/7", 200, ticket_json(7));
  CHECK(added(site, *site.psa()).message == "the note on ticket 7 could not be made: HaloPSA says: You may not use this action (400)");
}

TEST_CASE("Notes of several tickets go out together and each has its own outcome") {
  Site site;
  site.on("POST /api/Actions", [](const LoopbackRequest& r) {
    LoopbackReply reply = r.body.find("\"ticket_id\":3}") != std::string::npos   ? loopback_reply(500)
                          : r.body.find("\"ticket_id\":5}") != std::string::npos ? loopback_reply(400)
                                                                                 : loopback_reply(201, R"({"id":1})");
    reply.delay = std::chrono::milliseconds{30};
    return reply;
  });
  site.on("GET /api/Tickets/5", 200, ticket_json(5, R"(,"hasbeenclosed":true)"));
  std::vector<psa::NewRemoteNote> notes;
  for (int i = 1; i <= 9; ++i) notes.push_back(note(std::to_string(i)));
  const auto psa = site.psa();
  const auto replies = psa->add_notes(site.call(), notes);
  for (std::size_t i = 0; i < notes.size(); ++i) {
    CAPTURE(i);
    CHECK(replies[i].outcome == (i == 2 ? Outcome::unknown : i == 4 ? Outcome::ticket_closed : Outcome::done));
  }
  CHECK(site.server().most_at_once() > 1);
  CHECK(site.server().most_at_once() <= 4);
}
