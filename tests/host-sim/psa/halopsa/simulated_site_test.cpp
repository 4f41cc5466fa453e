// The whole PSA against the whole simulated site.
#include "tests/host-sim/psa/halopsa/simulated_site.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace picket;
using namespace picket::test;
using namespace std::chrono_literals;
using psa::Outcome;

namespace {

psa::NewRemoteTicket new_ticket(const std::string& token, const std::string& title = "Ransomware") {
  return {.token = token, .title = title, .body_markdown = "**bad** <b>"};
}

std::vector<psa::Reply<psa::RemoteTicket>> created(SimulatedSite& site, psa::Psa& psa, const std::vector<psa::NewRemoteTicket>& tickets) {
  std::vector<psa::Reply<psa::RemoteTicket>> replies(tickets.size());
  psa.create(site.call(), tickets, [&](std::size_t i, psa::Reply<psa::RemoteTicket>&& reply) {
    replies.at(i) = std::move(reply);
    return true;
  });
  return replies;
}

bool all_done(const std::vector<psa::Reply<psa::RemoteTicket>>& replies) {
  return std::all_of(replies.begin(), replies.end(), [](const auto& reply) { return reply.outcome == Outcome::done; });
}

std::string opened(SimulatedSite& site, psa::Psa& psa, const std::string& token) {
  const auto reply = created(site, psa, {new_ticket(token)}).at(0);
  INFO(reply.message);
  REQUIRE(reply.outcome == Outcome::done);
  return reply.value.id;
}

psa::Reply<std::string> noted(SimulatedSite& site, psa::Psa& psa, const std::string& ticket_id, const std::string& token) {
  const psa::NewRemoteNote note{.token = token, .ticket_id = ticket_id, .markdown = "case *changed*"};
  return psa.add_notes(site.call(), {&note, 1}).at(0);
}

std::vector<psa::RemoteNote> notes_of(SimulatedSite& site, psa::Psa& psa, const std::string& ticket_id) {
  auto replies = psa.notes(site.call(), {&ticket_id, 1});
  REQUIRE(replies.at(0).outcome == Outcome::done);
  return std::move(replies[0].value);
}

psa::RemoteTicket read(SimulatedSite& site, psa::Psa& psa, const std::string& ticket_id) {
  auto replies = psa.tickets(site.call(), {&ticket_id, 1});
  REQUIRE(replies.at(0).outcome == Outcome::done);
  return std::move(replies[0].value);
}

std::vector<psa::RemoteTicket> changed(SimulatedSite& site, psa::Psa& psa, Time since) {
  std::vector<psa::RemoteTicket> out;
  psa.changed_since(site.call(), since, [&](const psa::RemoteTicket& t) { out.push_back(t); });
  return out;
}

std::size_t count_holding(const std::vector<psa::RemoteNote>& notes, const std::string& token) {
  return static_cast<std::size_t>(
      std::count_if(notes.begin(), notes.end(), [&](const auto& n) { return n.text.find(token) != std::string::npos; }));
}

// A technician closes the ticket with the token 00000000000000aa; Picket reopens it and closes it again.
void check_closing(SimulatedSite& site, psa::Psa& psa, const psa::RemoteDirectory& directory, const std::string& id) {
  site.control("people", "{\"ticket\":" + id +
                             R"(,"who":"Jane Doe","note_html":"<p>one &amp; <b>two</b></p><script>x</script>","assign":"Jane Doe"})");
  site.control("people", "{\"ticket\":" + id + R"(,"who":"Jane Doe","close":true,"closure_note":"<p>All done</p>"})");
  const psa::RemoteTicket closed = read(site, psa, id);
  CHECK(closed.closed);
  CHECK(closed.assignee == "Jane Doe");
  CHECK(closed.closure_note == "All done");
  const auto notes = notes_of(site, psa, id);
  CHECK(count_holding(notes, "picket-00000000000000bb") == 1);
  const auto by_jane = std::find_if(notes.begin(), notes.end(), [](const auto& n) { return n.text == "one & two"; });
  REQUIRE(by_jane != notes.end());
  CHECK(by_jane->author == "Jane Doe");
  CHECK(by_jane->at.has_value());

  CHECK(noted(site, psa, id, "00000000000000cc").outcome == Outcome::ticket_closed);
  const auto default_status =
      std::find_if(directory.statuses.begin(), directory.statuses.end(), [](const auto& s) { return s.is_default; });
  const psa::RemoteUpdate reopen{.ticket_id = id, .status_id = default_status->id, .priority_id = "2"};
  const auto reopened = psa.update(site.call(), {&reopen, 1});
  CHECK(reopened[0].outcome == Outcome::done);
  CHECK_FALSE(reopened[0].value.closed);
  CHECK(read(site, psa, id).priority_name == directory.priorities[1].name);
  CHECK(noted(site, psa, id, "00000000000000cc").outcome == Outcome::done);

  const psa::RemoteUpdate close{
      .ticket_id = id, .body_markdown = "new body", .token = "00000000000000aa", .status_id = directory.defaults.closed_status_id};
  CHECK(psa.update(site.call(), {&close, 1})[0].value.closed);
  const auto found = psa.find_ticket(site.call(), "00000000000000aa", "Ransomware", std::nullopt);
  REQUIRE(found);
  CHECK(found->id == id);
}

}  // namespace

TEST_CASE("Simulated site: a ticket's life") {
  for (const bool wrapped : {false, true}) {
    CAPTURE(wrapped);
    SimulatedSiteSetup setup;
    setup.site.wrapped_lists = wrapped;
    SimulatedSite site(setup);
    const auto psa = site.psa({{"HALOPSA_TEAM_NAME", "Security Operations"},
                               {"HALOPSA_CATEGORY_NAME", "IT Security Threats>Investigations"},
                               {"HALOPSA_PRIORITY_ID", "1"},
                               {"HALOPSA_IMPACT_ID", "1"},
                               {"HALOPSA_URGENCY_NAME", "High"},
                               {"HALOPSA_ASSIGN_USERNAME", "Avery Cole"}});
    const psa::RemoteDirectory directory = psa->directory(site.call());
    CHECK_FALSE(directory.priorities.empty());
    CHECK(site.log.lines.empty());

    const std::string id = opened(site, *psa, "00000000000000aa");
    const json::object as_made = site.ticket(id);
    CHECK(json::text_at(as_made, "summary") == "Ransomware");
    CHECK(json::text_at(as_made, "team") == "Security Operations");
    CHECK(json::text_at(as_made, "category_1") == "IT Security Threats>Investigations");
    CHECK(json::integer_at(as_made, "client_id") == 13);
    CHECK(json::text_at(as_made, "details_html")->find("<strong>bad</strong> &lt;b&gt;") != std::string::npos);

    const Time before = site.clock.now();
    site.clock.advance(10s);
    CHECK(changed(site, *psa, site.clock.now()).empty());
    CHECK(noted(site, *psa, id, "00000000000000bb").outcome == Outcome::done);
    auto list = changed(site, *psa, before);
    REQUIRE(list.size() == 1);
    CHECK(list[0].id == id);
    CHECK_FALSE(list[0].closed);
    CHECK(list[0].has_assignee);
    CHECK(list[0].assignee.empty());
    CHECK(list[0].priority_name == directory.priorities[0].name);
    CHECK(list[0].updated_at == read(site, *psa, id).updated_at);

    check_closing(site, *psa, directory, id);
    CHECK_FALSE(psa->find_ticket(site.call(), "00000000000000ff", "Ransomware", before - 1h));
  }
}

TEST_CASE("Simulated site: notes by update") {
  SimulatedSite site;
  const auto psa = site.psa({{"HALOPSA_USE_UPDATE_FOR_ACTION", "true"}});
  const std::string id = opened(site, *psa, "00000000000000aa");
  const auto reply = noted(site, *psa, id, "00000000000000bb");
  CHECK(reply.outcome == Outcome::done);
  CHECK(reply.value.empty());
  CHECK(count_holding(notes_of(site, *psa, id), "picket-00000000000000bb") == 1);
  site.control("people", "{\"ticket\":" + id + R"(,"who":"Jane Doe","close":true})");
  CHECK(noted(site, *psa, id, "00000000000000cc").outcome == Outcome::ticket_closed);
}

TEST_CASE("Simulated site: an action that may not be used") {
  SimulatedSiteSetup setup;
  setup.site.rules.refused_outcomes = {"internal note"};
  SimulatedSite site(setup);
  const auto psa = site.psa();
  const std::string id = opened(site, *psa, "00000000000000aa");
  const auto refused = noted(site, *psa, id, "00000000000000bb");
  CHECK(refused.outcome == Outcome::not_permitted);
  CHECK_FALSE(refused.message.empty());
  CHECK(noted(site, *site.psa({{"HALOPSA_NOTE_OUTCOME", "Public Note"}}), id, "00000000000000bb").outcome == Outcome::done);
}

TEST_CASE("Simulated site: every fault of a creation is reported as what it is") {
  struct Case {
    const char* fault;
    Outcome outcome;
    bool exists;
  };
  const std::vector<Case> cases = {
      {R"("kind":"500")", Outcome::unknown, false},
      {R"("kind":"500","when":"after")", Outcome::unknown, true},
      {R"("kind":"503","when":"after")", Outcome::unknown, true},
      {R"("kind":"reset")", Outcome::unknown, false},
      {R"("kind":"reset","when":"after")", Outcome::unknown, true},
      {R"("kind":"truncated")", Outcome::unknown, true},
      {R"("kind":"html","when":"after")", Outcome::unknown, true},
      {R"("kind":"empty","when":"after")", Outcome::unknown, true},
      {R"("kind":"429")", Outcome::done, true},
      {R"("kind":"429","retry_after":"30","times":3)", Outcome::done, true},
      {R"("kind":"401")", Outcome::done, true},
      {R"("kind":"401","times":2)", Outcome::not_done, false},
      {R"("kind":"403")", Outcome::done, true},
      {R"("kind":"403","times":2)", Outcome::not_permitted, false},
  };
  for (const Case& c : cases) {
    CAPTURE(c.fault);
    SimulatedSite site;
    const auto psa = site.psa();
    psa->directory(site.call());
    site.fault(R"("path":"/api/Tickets","method":"POST",)" + std::string(c.fault));
    CHECK(created(site, *psa, {new_ticket("00000000000000aa")}).at(0).outcome == c.outcome);
    CHECK(site.tickets().size() == (c.exists ? 1 : 0));
    CHECK(psa->find_ticket(site.call(), "00000000000000aa", "Ransomware", site.clock.now() - 1h).has_value() == c.exists);
  }
}

TEST_CASE("Simulated site: every fault of a note is reported as what it is") {
  struct Case {
    const char* fault;
    Outcome outcome;
    std::size_t times;
  };
  const std::vector<Case> cases = {
      {R"("kind":"500")", Outcome::unknown, 0},
      {R"("kind":"500","when":"after")", Outcome::unknown, 1},
      {R"("kind":"reset","when":"after")", Outcome::unknown, 1},
      {R"("kind":"truncated")", Outcome::unknown, 1},
      {R"("kind":"html","when":"after")", Outcome::unknown, 1},
      {R"("kind":"429","times":2)", Outcome::done, 1},
      {R"("kind":"401")", Outcome::done, 1},
      {R"("kind":"403","times":2)", Outcome::not_permitted, 0},
  };
  SimulatedSite site;
  const auto psa = site.psa();
  const std::string id = opened(site, *psa, "00000000000000aa");
  int n = 0;
  for (const Case& c : cases) {
    CAPTURE(c.fault);
    const std::string token = "0000000000000b0" + std::to_string(++n);
    site.fault(R"("path":"/api/Actions","method":"POST",)" + std::string(c.fault));
    CHECK(noted(site, *psa, id, token).outcome == c.outcome);
    CHECK(count_holding(notes_of(site, *psa, id), token) == c.times);
  }
}

TEST_CASE("Simulated site: reading what is broken is an error or repeated and never half of it") {
  for (const char* kind : {"500", "503", "reset", "truncated"}) {
    CAPTURE(kind);
    SimulatedSite site;
    const auto psa = site.psa();
    opened(site, *psa, "00000000000000aa");
    site.fault(R"("path":"/api/","method":"GET","kind":")" + std::string(kind) + R"(","times":2)");
    CHECK(changed(site, *psa, site.clock.now() - 1h).size() == 1);
  }
  for (const char* kind : {"html", "empty", "wrong_types", "403"}) {
    CAPTURE(kind);
    SimulatedSite site;
    const auto psa = site.psa();
    opened(site, *psa, "00000000000000aa");
    site.fault(R"("path":"/api/","method":"GET","kind":")" + std::string(kind) + R"(","times":-1)");
    CHECK_THROWS_AS(changed(site, *psa, site.clock.now() - 1h), Error);
    CHECK_THROWS_AS(psa->directory(site.call()), Error);
  }
}

TEST_CASE("Simulated site: tokens that expire and are revoked cost nothing but a renewal") {
  SimulatedSiteSetup setup;
  setup.site.token_lifetime = 60s;
  SimulatedSite site(setup);
  const auto psa = site.psa();
  const std::string id = opened(site, *psa, "00000000000000aa");
  for (int round = 0; round < 5; ++round) {
    if (round % 2 == 0)
      site.clock.advance(61s);
    else
      site.control("tokens/revoke", "{}");
    std::vector<psa::NewRemoteNote> notes;
    for (int i = 0; i < 8; ++i)
      notes.push_back({.token = "token-" + std::to_string(round) + "-" + std::to_string(i), .ticket_id = id, .markdown = "x"});
    for (const auto& reply : psa->add_notes(site.call(), notes)) CHECK(reply.outcome == Outcome::done);
  }
  CHECK(count_holding(notes_of(site, *psa, id), "token-") == 40);
  CHECK(json::integer_at(site.shown("state").as_object(), "tokens_issued") == 6);
}

TEST_CASE("Simulated site: the request limit is waited for") {
  SimulatedSiteSetup setup;
  setup.simulation.rate_limit = 50;
  setup.simulation.rate_window = 180s;
  setup.simulation.retry_after = false;
  SimulatedSite site(setup);
  const auto psa = site.psa();
  psa->directory(site.call());
  std::vector<psa::NewRemoteTicket> tickets;
  for (int i = 0; i < 120; ++i) tickets.push_back(new_ticket("token-" + std::to_string(i)));
  CHECK(all_done(created(site, *psa, tickets)));
  CHECK(site.tickets().size() == 120);
}

TEST_CASE("Simulated site: creation at once never collides where it may be and never happens where it may not") {
  for (const bool at_once : {false, true}) {
    CAPTURE(at_once);
    SimulatedSiteSetup setup;
    setup.site.rules.auto_increment = at_once;
    setup.simulation.latency = 5ms;
    SimulatedSite site(setup);
    const auto psa = site.psa({{"HALOPSA_USE_BETA_AUTO_INCREMENTING_TICKET_IDS", at_once ? "true" : "false"}});
    std::vector<psa::NewRemoteTicket> tickets;
    for (int i = 0; i < 40; ++i) tickets.push_back(new_ticket("token-" + std::to_string(i)));
    CHECK(all_done(created(site, *psa, tickets)));
    CHECK(json::integer_at(site.shown("state").as_object(), "collisions") == 0);
  }
}

TEST_CASE("Simulated site: a pull of 250 changed tickets and an idle one") {
  SimulatedSite site;
  const auto psa = site.psa();
  std::string rows;
  for (int i = 1; i <= 250; ++i)
    rows += (rows.empty() ? "" : ",") +
            (R"({"id":)" + std::to_string(i) + R"(,"summary":"t","client_id":13,"tickettype_id":1,"last_update":"-5m"})");
  site.control("tickets", "[" + rows + "]");
  psa->directory(site.call());
  site.requests();
  CHECK(changed(site, *psa, site.clock.now() - 10min).size() == 250);
  CHECK(site.requests() == 3);
  CHECK(changed(site, *psa, site.clock.now() - 1min).empty());
  CHECK(site.requests() == 1);
}

TEST_CASE("Simulated site: a ticket that was merged away before it was known is found though no list shows it") {
  SimulatedSite site;
  const auto psa = site.psa();
  site.control("quirks", R"({"set":["merged-hidden"]})");
  const Time before = site.clock.now();
  const std::string other = opened(site, *psa, "00000000000000aa");
  const std::string merged = opened(site, *psa, "00000000000000bb");
  opened(site, *psa, "00000000000000cc");
  site.control("people", "{\"ticket\":" + merged + R"(,"who":"Jane Doe","merge_into":)" + other + "}");
  CHECK(changed(site, *psa, before).size() == 2);
  const auto found = psa->find_ticket(site.call(), "00000000000000bb", "Ransomware", before);
  REQUIRE(found);
  CHECK(found->id == merged);
  CHECK(found->merged_into == other);
  CHECK_FALSE(psa->find_ticket(site.call(), "00000000000000dd", "Ransomware", before));
}
