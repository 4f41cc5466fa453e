#include <doctest/doctest.h>

#include <algorithm>

#include "sdk/common/json.hpp"
#include "tests/host-sim/psa/halopsa/site.hpp"

using namespace picket;
using namespace picket::test;
using psa::Outcome;
using Then = LoopbackReply::Then;

namespace {

psa::NewRemoteTicket ticket(const std::string& token) {
  return {.token = token, .title = "Ransomware", .body_markdown = "body", .client_id = "13", .board_id = "21"};
}

std::vector<psa::Reply<psa::RemoteTicket>> created(Site& site, psa::Psa& psa, const std::vector<psa::NewRemoteTicket>& tickets) {
  std::vector<psa::Reply<psa::RemoteTicket>> replies(tickets.size());
  std::size_t reported = 0;
  psa.create(site.call(), tickets, [&](std::size_t i, psa::Reply<psa::RemoteTicket>&& reply) {
    ++reported;
    replies.at(i) = std::move(reply);
    return true;
  });
  CHECK(reported == tickets.size());
  return replies;
}

LoopbackReply then(LoopbackReply reply, Then what) {
  reply.then = what;
  return reply;
}

std::string since_of(const LoopbackRequest& r) {
  const std::size_t at = r.target.find("lastupdatefromdate=");
  return at == std::string::npos ? "" : r.target.substr(at + 19, r.target.find('&', at) - at - 19);
}

}  // namespace

TEST_CASE("A ticket is made with all that is known of it") {
  Site site;
  site.on("POST /api/Tickets", 201, ticket_json(2041, R"(,"status_id":1,"last_update":"2026-06-09T14:00:00.5Z")"));
  const auto psa = site.psa({{"HALOPSA_PRIORITY_ID", "2"}, {"HALOPSA_TEAM_NAME", "Security"}, {"HALOPSA_IMPACT_ID", "1"}});
  const auto replies = created(site, *psa, {ticket("00aa")});
  CHECK(replies[0].outcome == Outcome::done);
  CHECK(replies[0].value.id == "2041");
  CHECK(replies[0].value.url == site.server().origin() + "/tickets?id=2041");
  CHECK(replies[0].value.status_id == "1");
  const auto asked = site.asked("POST /api/Tickets");
  REQUIRE(asked.size() == 1);
  CHECK(asked[0].headers.at("content-type") == "application/json");
  CHECK(asked[0].body ==
        R"([{"summary":"Ransomware","details_html":"<p>body</p>\n<p>Reference: picket-00aa</p>","client_id":13,"tickettype_id":21,)"
        R"("priority_id":2,"team":"Security","impact":1,"donotapplytemplateintheapi":true}])");
}

TEST_CASE("What can become of a ticket") {
  LoopbackReply truncated = loopback_reply(201, ticket_json(5));
  truncated.bytes.resize(truncated.bytes.size() - 3);
  truncated.then = Then::close;
  struct Case {
    const char* name;
    std::vector<LoopbackReply> replies;
    Outcome outcome;
    std::size_t requests;
  };
  const std::vector<Case> cases = {
      {"an object", {loopback_reply(200, ticket_json(5))}, Outcome::done, 1},
      {"an array", {loopback_reply(201, "[" + ticket_json(5) + "]")}, Outcome::done, 1},
      {"an id as text", {loopback_reply(201, R"({"id":"5"})")}, Outcome::done, 1},
      {"refused", {loopback_reply(400, R"("Please choose a category")")}, Outcome::refused, 1},
      {"forbidden", {loopback_reply(403)}, Outcome::not_permitted, 2},
      {"forbidden with a token from before the right", {loopback_reply(403), loopback_reply(201, ticket_json(5))}, Outcome::done, 2},
      {"token rejected once", {loopback_reply(401), loopback_reply(201, ticket_json(5))}, Outcome::done, 2},
      {"token rejected for good", {loopback_reply(401)}, Outcome::not_done, 2},
      {"busy for a moment", {loopback_reply(429), loopback_reply(201, ticket_json(5))}, Outcome::done, 2},
      {"busy and says how long", {loopback_reply(429, {}, "Retry-After: 20\r\n"), loopback_reply(201, ticket_json(5))}, Outcome::done, 2},
      {"failed", {loopback_reply(500)}, Outcome::unknown, 1},
      {"failed at the gateway", {loopback_reply(503)}, Outcome::unknown, 1},
      {"reset before an answer", {then({}, Then::reset)}, Outcome::unknown, 1},
      {"closed before an answer", {then({}, Then::close)}, Outcome::unknown, 1},
      {"cut off in the middle", {truncated}, Outcome::unknown, 1},
      {"an empty answer", {loopback_reply(201)}, Outcome::unknown, 1},
      {"a sign-in page", {loopback_reply(200, "<html>Sign in</html>")}, Outcome::unknown, 1},
      {"no id", {loopback_reply(201, R"({"summary":"x"})")}, Outcome::unknown, 1},
      {"an empty array", {loopback_reply(201, "[]")}, Outcome::unknown, 1},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    Site site;
    site.on("POST /api/Tickets", c.replies);
    const auto psa = site.psa();
    psa->directory(site.call());
    const auto replies = created(site, *psa, {ticket("00aa")});
    CHECK(replies[0].outcome == c.outcome);
    CHECK(replies[0].message.empty() == (c.outcome == Outcome::done));
    CHECK(replies[0].value.id == (c.outcome == Outcome::done ? "5" : ""));
    CHECK(site.count("POST /api/Tickets") == c.requests);
  }
}

TEST_CASE("The words of a refusal come through") {
  Site site;
  site.on("POST /api/Tickets", 400, R"({"message":"Please choose a category"})");
  const auto replies = created(site, *site.psa(), {ticket("00aa")});
  CHECK(replies[0].message == "the ticket could not be made: HaloPSA says: Please choose a category (400)");
}

TEST_CASE("A ticket is not made when there is no way there") {
  Site site;
  const auto psa = site.psa({{"HALOPSA_RESOURCE_SERVER_URL", "http://127.0.0.1:1/api"}});
  CHECK(created(site, *psa, {ticket("00aa")})[0].outcome == Outcome::not_done);
}

TEST_CASE("A ticket is not made when a name of the configuration is wrong") {
  Site site;
  const auto replies = created(site, *site.psa({{"HALOPSA_TEAM_NAME", "Nobody"}}), {ticket("a"), ticket("b")});
  CHECK(replies[1].outcome == Outcome::not_done);
  CHECK(replies[1].message.starts_with("HALOPSA_TEAM_NAME: there is no team"));
  CHECK(site.count("POST /api/Tickets") == 0);
}

TEST_CASE("A slow site may have made the ticket") {
  Site site;
  site.on("POST /api/Tickets", {then({}, Then::stall)});
  const auto psa = site.psa();
  psa->directory(site.call());
  std::atomic<bool> cancel{false};
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds{300});
    cancel = true;
  });
  host::Call call = site.call();
  call.cancel = &cancel;
  const std::vector<psa::NewRemoteTicket> tickets = {ticket("00aa")};
  const auto listener = [](std::size_t, psa::Reply<psa::RemoteTicket>&&) -> bool { throw std::logic_error("reported"); };
  CHECK_THROWS_AS(psa->create(call, tickets, listener), Error);
  later.join();
}

TEST_CASE("Tickets are made one after the other unless the site counts by itself") {
  for (const bool parallel : {false, true}) {
    CAPTURE(parallel);
    Site site;
    std::atomic<int> next{100};
    site.on("POST /api/Tickets", [&](const LoopbackRequest&) {
      LoopbackReply reply = loopback_reply(201, ticket_json(++next));
      reply.delay = std::chrono::milliseconds{30};
      return reply;
    });
    const auto psa = site.psa({{"HALOPSA_USE_BETA_AUTO_INCREMENTING_TICKET_IDS", parallel ? "true" : "false"}});
    psa->directory(site.call());
    std::vector<psa::NewRemoteTicket> tickets;
    for (int i = 0; i < 10; ++i) tickets.push_back(ticket("t" + std::to_string(i)));
    for (const auto& reply : created(site, *psa, tickets)) CHECK(reply.outcome == Outcome::done);
    CHECK(site.count("POST /api/Tickets") == 10);
    std::atomic<int> seen{0};
    site.on("POST /api/Tickets", [&](const LoopbackRequest&) {
      ++seen;
      LoopbackReply reply = loopback_reply(201, ticket_json(++next));
      reply.delay = std::chrono::milliseconds{30};
      return reply;
    });
    int reported = 0;
    psa->create(site.call(), tickets, [&](std::size_t, psa::Reply<psa::RemoteTicket>&&) {
      ++reported;
      return false;
    });
    CHECK(seen == (parallel ? 4 : 1));  // what is under way is waited for and reported
    CHECK(reported == seen);
  }
}

TEST_CASE("No ticket asks for nothing") {
  Site site;
  const auto psa = site.psa();
  created(site, *psa, {});
  CHECK(psa->add_notes(site.call(), {}).empty());
  CHECK(psa->update(site.call(), {}).empty());
  CHECK(psa->tickets(site.call(), {}).empty());
  CHECK(psa->notes(site.call(), {}).empty());
  CHECK(site.server().requests() == 0);
}

TEST_CASE("A ticket is found by its token") {
  const std::string mark = R"(,"details":"text\nReference: picket-00aa")";
  Site site;
  site.on("GET /api/Tickets?", 200, tickets_json(2, {ticket_json(7, R"(,"details":"Reference: picket-ffff")"), ticket_json(8, mark)}));
  const auto psa = site.psa();
  const auto found = psa->find_ticket(site.call(), "00aa", "Ransomware", std::nullopt);
  REQUIRE(found);
  CHECK(found->id == "8");
  const auto asked = site.asked("GET /api/Tickets");
  REQUIRE(asked.size() == 1);
  CHECK(asked[0].target.find("search=00aa") != std::string::npos);
}

TEST_CASE("A search hit without a body is read") {
  Site site;
  site.on("GET /api/Tickets?", 200, "[" + ticket_json(7) + "," + ticket_json(8, R"(,"details":"shortened...")") + "]");
  site.on("GET /api/Tickets/7", 404, "");
  site.on("GET /api/Tickets/8", 200, ticket_json(8, R"(,"details_html":"<p>Reference: picket-00aa</p>")"));
  const auto found = site.psa()->find_ticket(site.call(), "00aa", "Ransomware", std::nullopt);
  REQUIRE(found);
  CHECK(found->id == "8");
}

TEST_CASE("What a search does not find is looked for among the changed tickets with its title") {
  Site site;
  const std::string title = R"(,"summary":"Ransomware")";
  site.on("GET /api/Tickets?", 200, tickets_json(0, {}));
  site.on("GET /api/Tickets?order=id&orderdesc=false&lastupdatefromdate", 200,
          tickets_json(3, {ticket_json(7, R"(,"summary":"Other")"), ticket_json(8, title),
                           ticket_json(9, title + R"(,"details":"Reference: picket-ff")")}));
  site.on("GET /api/Tickets/8", 200, ticket_json(8, title + R"(,"details":"Reference: picket-00aa")"));
  const auto psa = site.psa();
  CHECK_FALSE(psa->find_ticket(site.call(), "00aa", "Ransomware", std::nullopt));
  CHECK(site.count("GET /api/Tickets") == 1);
  const auto found = psa->find_ticket(site.call(), "00aa", "Ransomware", site.clock.now());
  REQUIRE(found);
  CHECK(found->id == "8");
  CHECK(site.count("GET /api/Tickets/") == 1);
  CHECK(since_of(site.asked("GET /api/Tickets?order=id&orderdesc=false").back()) == "2026-06-09T10%3A03%3A20.000Z");
}

TEST_CASE("A search that lists everything is given up and nothing is made of it") {
  Site site;
  std::vector<std::string> rows;
  for (int i = 1; i <= 100; ++i) rows.push_back(ticket_json(i));
  site.on("GET /api/Tickets?", 200, tickets_json(5000, rows));
  site.on("GET /api/Tickets/", 200, ticket_json(1));
  CHECK_FALSE(site.psa()->find_ticket(site.call(), "00aa", "Ransomware", std::nullopt));
  CHECK(site.count("GET /api/Tickets") == 21);
}

TEST_CASE("A look-up that fails is no answer") {
  Site site;
  site.on("GET /api/Tickets?", 500, "");
  CHECK_THROWS_AS(static_cast<void>(site.psa()->find_ticket(site.call(), "00aa", "Ransomware", std::nullopt)), Error);
  site.on("GET /api/Tickets?", 200, "[" + ticket_json(7) + "]");
  site.on("GET /api/Tickets/7", 500, "");
  CHECK_THROWS_AS(static_cast<void>(site.psa()->find_ticket(site.call(), "00aa", "Ransomware", std::nullopt)), Error);
}

TEST_CASE("Updates") {
  Site site;
  site.on("POST /api/Tickets",
          {loopback_reply(500), then({}, Then::reset), loopback_reply(200, ticket_json(7, R"(,"hasbeenclosed":true)"))});
  const auto psa = site.psa();
  const psa::RemoteUpdate close{.ticket_id = "7", .status_id = "9"};
  auto replies = psa->update(site.call(), {&close, 1});
  CHECK(replies[0].outcome == Outcome::done);
  CHECK(replies[0].value.closed);
  CHECK(site.count("POST /api/Tickets") == 3);  // repeating does no harm
  CHECK(site.asked("POST /api/Tickets")[0].body == R"([{"id":7,"status_id":9}])");

  for (const auto& [code, outcome] : std::vector<std::pair<int, Outcome>>{
           {500, Outcome::unknown}, {400, Outcome::refused}, {404, Outcome::refused}, {401, Outcome::not_done}}) {
    CAPTURE(code);
    site.on("POST /api/Tickets", code, "");
    replies = psa->update(site.call(), {&close, 1});
    CHECK(replies[0].outcome == outcome);
    CHECK_FALSE(replies[0].message.empty());
  }
}
