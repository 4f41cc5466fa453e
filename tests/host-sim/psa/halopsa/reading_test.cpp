#include <doctest/doctest.h>

#include "tests/host-sim/psa/halopsa/site.hpp"

using namespace picket;
using namespace picket::test;
using psa::Outcome;

namespace {

int page_of(const LoopbackRequest& r) {
  const std::size_t at = r.target.find("page_no=");
  REQUIRE(at != std::string::npos);
  return std::stoi(r.target.substr(at + 8));
}

// Tickets `first` to `last` as a list by the page.
LoopbackReply page(const LoopbackRequest& r, int first, int last, std::size_t size = 100) {
  std::vector<std::string> rows;
  const int begin = first + (page_of(r) - 1) * static_cast<int>(size);
  for (int id = begin; id <= last && rows.size() < size; ++id) rows.push_back(ticket_json(id));
  return loopback_reply(200, tickets_json(static_cast<std::size_t>(last - first + 1), rows));
}

std::vector<std::string> changed(Site& site, psa::Psa& psa, std::optional<Time> since = std::nullopt) {
  std::vector<std::string> ids;
  psa.changed_since(site.call(), since.value_or(site.clock.now()), [&](const psa::RemoteTicket& t) { ids.push_back(t.id); });
  return ids;
}

}  // namespace

TEST_CASE("A pull to which nothing changed is one request") {
  Site site;
  site.on("GET /api/Tickets?", 200, tickets_json(0, {}));
  const auto psa = site.psa();
  psa->changed_since(site.call(), site.clock.now(), [](const psa::RemoteTicket&) { FAIL("visited"); });
  const auto asked = site.asked("GET /api/");
  REQUIRE(asked.size() == 1);
  CHECK(asked[0].target ==
        "/api/Tickets?order=id&orderdesc=false&lastupdatefromdate=2026-06-09T10%3A13%3A20.000Z&includedetails=true&includeagent=true&"
        "pageinate=true&page_size=100&page_no=1");
}

TEST_CASE("The next pull begins by HaloPSA's clock") {
  using namespace std::chrono_literals;
  Site site;
  const auto psa = site.psa();
  const auto ignore = [](const psa::RemoteTicket&) {};
  site.on("GET /api/Tickets?",
          [](const LoopbackRequest&) { return loopback_reply(200, tickets_json(0, {}), "Date: Tue, 09 Jun 2026 12:00:00 GMT\r\n"); });
  CHECK(psa->changed_since(site.call(), site.clock.now(), ignore) ==
        Time{std::chrono::sys_days{std::chrono::year{2026} / 6 / 9} + 11h + 58min});
  site.on("GET /api/Tickets?", 200, tickets_json(0, {}));
  const Time since = site.clock.now() - 1h;
  CHECK(psa->changed_since(site.call(), since, ignore) == since);  // whatever our clock says
}

TEST_CASE("Changed tickets are read to the last page") {
  struct Case {
    int tickets;
    std::size_t page_size, requests;
  };
  for (const Case& c : std::vector<Case>{{1, 100, 1}, {100, 100, 1}, {101, 100, 2}, {1000, 100, 10}, {120, 50, 3}}) {
    CAPTURE(c.tickets);
    Site site;
    site.on("GET /api/Tickets?", [&](const LoopbackRequest& r) { return page(r, 1, c.tickets, c.page_size); });
    const auto psa = site.psa();
    CHECK(changed(site, *psa).size() == static_cast<std::size_t>(c.tickets));
    CHECK(site.count("GET /api/Tickets?") == c.requests);
    CHECK(site.server().connections() <= 2);
  }
}

TEST_CASE("Plain arrays are lists too") {
  Site site;
  site.on("GET /api/Tickets?", 200, "[" + ticket_json(1) + ",7,{\"id\":null}," + ticket_json(2) + "]");
  CHECK(changed(site, *site.psa()) == std::vector<std::string>{"1", "2"});
}

TEST_CASE("A site that knows no pages is read once") {
  Site site;
  std::vector<std::string> rows;
  std::string all;
  for (int i = 1; i <= 150; ++i) all += (all.empty() ? "" : ",") + ticket_json(i);
  site.on("GET /api/Tickets?", 200, "[" + all + "]");
  CHECK(changed(site, *site.psa()).size() == 150);
  CHECK(site.count("GET /api/Tickets?") == 2);
}

TEST_CASE("A page that repeats is an error and not the end") {
  Site site;
  std::vector<std::string> rows;
  for (int i = 1; i <= 100; ++i) rows.push_back(ticket_json(i));
  site.on("GET /api/Tickets?", 200, tickets_json(300, rows));
  CHECK_THROWS_AS(changed(site, *site.psa()), Error);
  CHECK(site.count("GET /api/Tickets?") == 2);
}

TEST_CASE("A ticket that is deleted while the list is read hides no other") {
  Site site;
  int requests = 0;
  site.on("GET /api/Tickets?", [&](const LoopbackRequest& r) { return page(r, ++requests == 1 ? 1 : 2, 201); });
  CHECK(changed(site, *site.psa()).size() == 201);
  CHECK(requests == 4);
}

TEST_CASE("A list that fails in the middle is an error") {
  Site site;
  site.on("GET /api/Tickets?", [&](const LoopbackRequest& r) { return page_of(r) == 2 ? loopback_reply(400) : page(r, 1, 300); });
  CHECK_THROWS_AS(changed(site, *site.psa()), Error);
}

TEST_CASE("A busy site is waited for") {
  Site site;
  site.on("GET /api/Tickets?", {loopback_reply(429, {}, "Retry-After: 100\r\n"), loopback_reply(200, tickets_json(1, {ticket_json(1)}))});
  const Time before = site.clock.now();
  CHECK(changed(site, *site.psa()).size() == 1);
  CHECK(site.clock.now() - before >= std::chrono::seconds{100});
}

TEST_CASE("Tickets in full") {
  Site site;
  site.on("GET /api/Tickets/7", 200, ticket_json(7, R"(,"hasbeenclosed":true,"closure_note":"<p>Done</p>","agent_name":"Jane")"));
  site.on("GET /api/Tickets/8", 200, "[" + ticket_json(8) + "]");
  site.on("GET /api/Tickets/9", 404, "");
  site.on("GET /api/Tickets/10", 500, "");
  site.on("GET /api/Tickets/11", 200, "<html>");
  site.on("GET /api/Tickets/12", 200, "{}");
  site.on("GET /api/Tickets/a%2Fb", 200, ticket_json(13));
  const std::vector<std::string> ids = {"7", "8", "9", "10", "11", "12", "a/b"};
  const auto replies = site.psa()->tickets(site.call(), ids);
  REQUIRE(replies.size() == ids.size());
  CHECK(replies[0].outcome == Outcome::done);
  CHECK(replies[0].value.closure_note == "Done");
  CHECK(replies[0].value.assignee == "Jane");
  CHECK(replies[1].outcome == Outcome::done);
  CHECK(replies[1].value.id == "8");
  CHECK(replies[2].outcome == Outcome::refused);
  CHECK(replies[2].message == "ticket 9 could not be read: HaloPSA does not know it (404)");
  CHECK(replies[3].outcome == Outcome::not_done);
  CHECK(replies[4].outcome == Outcome::not_done);
  CHECK(replies[5].outcome == Outcome::not_done);
  CHECK(replies[6].value.id == "13");
  CHECK(site.asked("GET /api/Tickets/7")[0].target == "/api/Tickets/7?includedetails=true&includeagent=true");
}

TEST_CASE("Notes oldest first and without those that say nothing") {
  Site site;
  site.on("GET /api/Actions?ticket_id=7&", 200, R"({"record_count":5,"actions":[
      {"id":10,"who":"Jane","datetime":"2026-06-09T15:00:00Z","note_html":"<p>third</p>"},
      {"id":9,"who":"Jane","datetime":"2026-06-09T14:00:00Z","note_html":"<p>second</p><script>x</script>"},
      {"id":2,"who":"Bob","datetime":"2026-06-09T14:00:00Z","note":"first"},
      {"id":3,"who":"System","datetime":"2026-06-09T14:00:00Z","note_html":"","note":""},
      {"id":4}]})");
  site.on("GET /api/Actions?ticket_id=8&", 200, "[]");
  site.on("GET /api/Actions?ticket_id=9&", 500, "");
  const std::vector<std::string> ids = {"7", "8", "9"};
  const auto replies = site.psa()->notes(site.call(), ids);
  REQUIRE(replies.size() == 3);
  REQUIRE(replies[0].value.size() == 3);
  CHECK(replies[0].value[0].text == "first");
  CHECK(replies[0].value[0].author == "Bob");
  CHECK(replies[0].value[1].text == "second");
  CHECK(replies[0].value[2].text == "third");
  CHECK(replies[1].outcome == Outcome::done);
  CHECK(replies[1].value.empty());
  CHECK(replies[2].outcome == Outcome::not_done);
  CHECK(site.asked("GET /api/Actions?ticket_id=7&")[0].target.find("note_html=true") != std::string::npos);
}

TEST_CASE("Notes with more images than one answer may have are read a few at a time") {
  Site site;
  const std::string images(std::size_t{33} << 20, 'A');
  site.on("GET /api/Actions", [&](const LoopbackRequest& r) {
    if (r.target.find("page_size=100&") != std::string::npos) return loopback_reply(200, images);
    std::string rows;
    for (int i = (page_of(r) - 1) * 5 + 1; i <= std::min(7, page_of(r) * 5); ++i)
      rows += (rows.empty() ? "" : ",") + ("{\"id\":" + std::to_string(i) + ",\"note\":\"n\"}");
    return loopback_reply(200, "[" + rows + "]");
  });
  const std::vector<std::string> ids = {"7"};
  const auto replies = site.psa()->notes(site.call(), ids);
  CHECK(replies[0].outcome == Outcome::done);
  CHECK(replies[0].value.size() == 7);
  CHECK(site.count("GET /api/Actions") == 3);
}

TEST_CASE("Notes of several pages on several tickets") {
  Site site;
  site.on("GET /api/Actions", [](const LoopbackRequest& r) {
    const bool long_one = r.target.find("ticket_id=7&") != std::string::npos;
    const int total = long_one ? 250 : 3;
    std::string rows;
    for (int i = (page_of(r) - 1) * 100 + 1; i <= std::min(total, page_of(r) * 100); ++i)
      rows += (rows.empty() ? "" : ",") + ("{\"id\":" + std::to_string(i) + ",\"note\":\"n" + std::to_string(i) + "\"}");
    return loopback_reply(200, "{\"record_count\":" + std::to_string(total) + ",\"actions\":[" + rows + "]}");
  });
  const std::vector<std::string> ids = {"6", "7", "8"};
  const auto replies = site.psa()->notes(site.call(), ids);
  CHECK(replies[0].value.size() == 3);
  CHECK(replies[1].value.size() == 250);
  CHECK(replies[1].value.back().text == "n250");
  CHECK(replies[2].value.size() == 3);
  CHECK(site.count("GET /api/Actions") == 5);
}

TEST_CASE("A call that is over ends the work") {
  Site site;
  const auto psa = site.psa();
  const std::atomic<bool> cancel{true};
  host::Call call = site.call();
  call.cancel = &cancel;
  const std::vector<std::string> ids = {"7"};
  CHECK_THROWS_AS(psa->tickets(call, ids), Error);
  CHECK_THROWS_AS(psa->notes(call, ids), Error);
  CHECK_THROWS_AS(psa->directory(call), Error);
}
