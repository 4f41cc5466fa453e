// Creating and updating tickets, and what the site refuses.
#include <doctest/doctest.h>

#include "sdk/common/time_text.hpp"
#include "tests/host-sim/sim/halopsa_site.hpp"

using namespace picket;
using namespace picket::test;
using namespace std::chrono_literals;

namespace {

SiteSetup with_latency() {
  SiteSetup setup;
  setup.simulation.latency = 20ms;
  return setup;
}

std::size_t ticket_count(SimulatedSite& site) { return site.read("/_sim/tickets").as_array().size(); }

Time updated(SimulatedSite& site, std::int64_t id) { return parse_time(text_of(site.ticket(id), "last_update")).value_or(Time{}); }

}  // namespace

TEST_CASE("a ticket is answered as it was made") {
  SimulatedSite site;
  const json::value answer = site.write(
      "/api/Tickets",
      R"([{"summary":"Case 17","details_html":"<p>A &amp; B<br>second</p>","client_id":13,"user_id":22,"tickettype_id":1,"priority_id":2,
           "team":"Security Operations","category_1":"IT Security Threats>Phishing","impact":1,"urgency":"3","status_id":2,
           "customfields":[{"id":5,"value":"x"}],"donotapplytemplateintheapi":true,"unknown_member":1}])");
  const json::object& ticket = answer.as_object();
  CHECK(json::integer_at(ticket, "id") == 1001);
  CHECK(text_of(ticket, "summary") == "Case 17");
  CHECK(text_of(ticket, "details") == "A & B\nsecond");
  CHECK(text_of(ticket, "details_html") == "<p>A &amp; B<br>second</p>");
  CHECK(text_of(ticket, "client_name") == "Contoso");
  CHECK(text_of(ticket, "user_name") == "Avery Cole");
  CHECK(text_of(ticket, "agent_name") == "Unassigned");
  CHECK(text_of(ticket.at("priority").as_object(), "name") == "High");
  CHECK(json::integer_at(ticket, "sla_id") == 1);
  CHECK(json::integer_at(ticket, "site_id") == 13);
  CHECK(json::integer_at(ticket, "urgency") == 3);
  CHECK(json::integer_at(ticket, "status_id") == 2);
  CHECK(json::bool_at(ticket, "hasbeenclosed") == false);
  CHECK(text_of(ticket, "closure_note").empty());
  CHECK(ticket.at("customfields").as_array().size() == 1);
  CHECK_FALSE(ticket.contains("unknown_member"));
  CHECK(site.ticket(1001) == ticket);
}

TEST_CASE("members that are not given have the site's defaults and the first action holds the body") {
  SimulatedSite site;
  site.wait(123456us);
  site.write("/api/Tickets", R"([{"summary":"Plain","details":"1 < 2\nnext","users_name":"robot"}])");
  const json::object ticket = site.ticket(1001);
  CHECK(text_of(ticket, "client_name") == "Unknown");
  CHECK(text_of(ticket.at("priority").as_object(), "name") == "Low");
  CHECK(text_of(ticket, "details_html") == "1 &lt; 2<br>next");
  CHECK(text_of(ticket, "user_name") == "robot");
  CHECK(text_of(ticket, "dateoccurred") == "2026-06-07T12:00:00.123456Z");
  const json::array actions = site.actions(1001);
  REQUIRE(actions.size() == 1);
  CHECK(text_of(actions[0].as_object(), "note") == "1 < 2\nnext");
  CHECK(text_of(actions[0].as_object(), "who") == "robot");
  CHECK(text_of(actions[0].as_object(), "outcome") == "Opened");
}

TEST_CASE("several at once are answered as a list and made all or not at all") {
  SimulatedSite site;
  CHECK(site.write("/api/Tickets", R"([{"summary":"a"},{"summary":"b"}])").as_array().size() == 2);
  CHECK(site.post("/api/Tickets", R"([{"summary":"c"},{"summary":"d","client_id":99}])").code == 400);
  CHECK(ticket_count(site) == 2);
  CHECK(site.open("e") == 1003);
}

TEST_CASE("what the site refuses it names and does not do") {
  struct Case {
    std::string body;
    unsigned code;
    std::string named;
  };
  const Case cases[] = {{R"([{"summary":"x","client_id":99}])", 400, "client_id"},
                        {R"([{"summary":"x","client_id":0}])", 400, "client_id"},
                        {R"([{"summary":"x","client_id":"Contoso"}])", 400, "client_id"},
                        {R"([{"summary":"x","tickettype_id":2}])", 400, "tickettype_id"},
                        {R"([{"summary":"x","priority_id":9}])", 400, "priority_id"},
                        {R"([{"summary":"x","tickettype_id":3,"priority_id":4}])", 400, "priority_id"},
                        {R"([{"summary":"x","status_id":77}])", 400, "status_id"},
                        {R"([{"summary":"x","team":"Nobody"}])", 400, "team"},
                        {R"([{"summary":"x","agent_id":77}])", 400, "agent_id"},
                        {R"([{"summary":"x","category_1":"Nothing"}])", 400, "category_1"},
                        {R"([{"summary":"x","impact":9}])", 400, "impact"},
                        {R"([{"summary":"x","details":7}])", 400, "details"},
                        {R"([{"summary":""}])", 400, "summary"},
                        {R"([{"details":"x"}])", 400, "summary"},
                        {R"({"summary":"x"})", 400, "array"},
                        {R"([])", 400, "array"},
                        {R"(["x"])", 400, "array"},
                        {R"([{"summary")", 400, "JSON"},
                        {R"([{"id":4711,"summary":"x"}])", 404, "4711"}};
  SimulatedSite site;
  for (const Case& c : cases) {
    CAPTURE(c.body);
    const auto answer = site.post("/api/Tickets", c.body);
    CHECK(answer.code == c.code);
    CHECK(message_of(answer).find(c.named) != std::string::npos);
  }
  CHECK(ticket_count(site) == 0);
}

TEST_CASE("the same priority number has another name under another SLA") {
  SimulatedSite site;
  const auto incident = site.write("/api/Tickets", R"([{"summary":"x","tickettype_id":1,"priority_id":1}])").as_object();
  const auto request = site.write("/api/Tickets", R"([{"summary":"x","tickettype_id":3,"priority_id":1}])").as_object();
  CHECK(text_of(incident.at("priority").as_object(), "name") == "Critical");
  CHECK(text_of(request.at("priority").as_object(), "name") == "Urgent Request");
}

TEST_CASE("with an id the same call updates") {
  SimulatedSite site;
  const auto id = site.open("Before");
  const Time first = updated(site, id);
  site.write("/api/Tickets", R"([{"id":1001,"summary":"After","priority_id":1,"agent_id":3,"details":"new"}])");
  const auto ticket = site.ticket(id);
  CHECK(text_of(ticket, "summary") == "After");
  CHECK(text_of(ticket, "details") == "new");
  CHECK(text_of(ticket, "agent_name") == "Jane Doe");
  CHECK(text_of(ticket, "client_name") == "Contoso");
  CHECK(updated(site, id) > first);  // though the clock stands still
  CHECK(ticket_count(site) == 1);
}

TEST_CASE("a closing status closes and another one opens again") {
  SimulatedSite site;
  const auto id = site.open("x");
  site.write("/api/Tickets", R"([{"id":1001,"status_id":9,"closure_note":"all good"}])");
  CHECK(json::bool_at(site.ticket(id), "hasbeenclosed") == true);
  CHECK(text_of(site.ticket(id), "closure_note") == "all good");
  CHECK(site.ticket(id).contains("dateclosed"));
  site.write("/api/Tickets", R"([{"id":1001,"status_id":2}])");
  CHECK(json::bool_at(site.ticket(id), "hasbeenclosed") == false);
  CHECK_FALSE(site.ticket(id).contains("dateclosed"));
  site.write("/api/Tickets", R"([{"id":1001,"status_id":10}])");
  CHECK(json::bool_at(site.ticket(id), "hasbeenclosed") == true);
}

TEST_CASE("an update can carry a note") {
  SimulatedSite site;
  const auto id = site.open("x");
  site.write("/api/Tickets", R"([{"id":1001,"note_html":"<b>hi</b>","outcome":"Internal Note","who":"robot","hiddenfromuser":true}])");
  const auto note = site.actions(id).at(0).as_object();
  CHECK(text_of(note, "note") == "hi");
  CHECK(text_of(note, "outcome") == "Internal Note");
  CHECK(site.post("/api/Tickets", R"([{"id":1001,"note":"x","outcome":"No Such Action"}])").code == 400);
  CHECK(site.actions(id).size() == 2);
  site.write("/api/Tickets", R"([{"id":1001,"status_id":9}])");
  CHECK(site.post("/api/Tickets", R"([{"id":1001,"note":"x"}])").code == 400);
  site.write("/api/Tickets", R"([{"id":1001,"status_id":2,"note":"open again"}])");
  CHECK(site.actions(id).size() == 3);
}

TEST_CASE("creations that overlap collide unless the site counts by itself") {
  SimulatedSite site(with_latency());
  CHECK(site.open("first") == 1001);
  const auto second = site.post("/api/Tickets", R"([{"summary":"second"}])");
  CHECK(second.code == 500);
  CHECK(message_of(second).find("ticket number") != std::string::npos);
  site.write("/api/Tickets", R"([{"id":1001,"summary":"updates do not collide"}])");
  site.wait(20ms - 1us);
  CHECK(site.post("/api/Tickets", R"([{"summary":"second"}])").code == 500);
  site.wait(1us);
  CHECK(site.open("second") == 1002);
  CHECK(json::integer_at(site.read("/_sim/state").as_object(), "collisions") == 2);

  SiteSetup counting = with_latency();
  counting.site.rules.auto_increment = true;
  SimulatedSite other(counting);
  for (int i = 0; i < 5; ++i) CHECK(other.open("x") == 1001 + i);
}

TEST_CASE("a creation that is slow is under way for so long") {
  SimulatedSite site;
  site.control("/_sim/faults", R"({"faults":[{"path":"/api/Tickets","method":"POST","kind":"slow","delay_ms":3000}]})");
  site.open("slow");
  CHECK(site.post("/api/Tickets", R"([{"summary":"meanwhile"}])").code == 500);
  site.wait(3s);
  site.open("afterwards");
}

TEST_CASE("faults before and after the effect of a creation") {
  SimulatedSite site;
  for (const std::string kind : {"500", "reset", "empty", "html", "429"}) {
    CAPTURE(kind);
    const std::size_t before = ticket_count(site);
    const std::string fault = R"({"path":"/api/Tickets","method":"POST","kind":")" + kind + R"(")";
    site.control("/_sim/faults", R"({"faults":[)" + fault + "}," + fault + R"(,"when":"after"}]})");
    CHECK(site.get("/api/Tickets").code == 200);
    CHECK(site.call("POST", "/api/Tickets", R"([{"summary":"x"}])").answer.code != 201);
    CHECK(ticket_count(site) == before);
    CHECK(site.call("POST", "/api/Tickets", R"([{"summary":"x"}])").answer.code != 201);
    CHECK(ticket_count(site) == before + 1);
  }
}

TEST_CASE("single tickets have details and agent when asked") {
  SimulatedSite site;
  site.open("x");
  const auto plain = site.read("/api/tickets/1001").as_object();
  for (const std::string member : {"details", "details_html", "closure_note", "priority", "customfields", "agent_name"}) {
    CAPTURE(member);
    CHECK_FALSE(plain.contains(member));
    CHECK(site.ticket(1001).contains(member));
  }
  CHECK(site.get("/api/Tickets/1002").code == 404);
  CHECK(site.get("/api/Tickets/x").code == 404);
  CHECK(site.call("DELETE", "/api/Tickets").answer.code == 405);
}
