// Every answer against this project's schema of them.
#include <doctest/doctest.h>

#include "tests/host-sim/sim/halopsa_site.hpp"
#include "tests/host-sim/sim/schema_check.hpp"

using namespace picket;
using namespace picket::test;

namespace {

std::string wrong(const std::string& definition, const json::value& answer) {
  return violations_of_definition(PICKET_HALOPSA_ANSWERS_SCHEMA, definition, answer);
}

// A site with tickets of every kind.
void work_in(SimulatedSite& site) {
  site.write("/api/Tickets", R"([{"summary":"a"},{"summary":"b","details_html":"<p>b</p>","client_id":14,"agent_id":3,"impact":1}])");
  site.wait(std::chrono::microseconds{1'234'500});
  site.control("/_sim/people", R"([{"ticket":1001,"who":"Jane Doe","note":"n"},{"ticket":1002,"close":true,"closure_note":"c"}])");
}

}  // namespace

TEST_CASE("answers to reading") {
  SimulatedSite site;
  work_in(site);
  struct Endpoint {
    std::string target;
    std::string definition;
  };
  const Endpoint endpoints[] = {
      {"/auth/.well-known/openid-configuration", "discovery_answer"},
      {"/api/Tickets", "tickets_answer"},
      {"/api/Tickets?pageinate=true&page_size=1&page_no=2&includedetails=true&includeagent=true", "tickets_answer"},
      {"/api/Tickets/1001", "ticket_answer"},
      {"/api/Tickets/1001?includedetails=true&includeagent=true", "full_ticket_answer"},
      {"/api/Tickets/1002?includedetails=true&includeagent=true", "full_ticket_answer"},
      {"/api/Actions?ticket_id=1001", "actions_answer"},
      {"/api/Actions?ticket_id=1001&note_html=true", "actions_answer"},
      {"/api/TicketType", "ticket_types_answer"},
      {"/api/Priority", "priorities_answer"},
      {"/api/Team", "names_answer"},
      {"/api/Status", "names_answer"},
      {"/api/Lookup?lookupid=12", "lookup_answer"},
      {"/api/Lookup?lookupid=27", "lookup_answer"},
      {"/api/Category", "categories_answer"},
      {"/api/Agent", "names_answer"},
      {"/api/Outcome", "names_answer"},
      {"/api/Client", "clients_answer"},
      {"/api/Client?pageinate=true&page_size=2&page_no=2", "clients_answer"}};
  for (const Endpoint& endpoint : endpoints) {
    CAPTURE(endpoint.target);
    CHECK(wrong(endpoint.definition, site.read(endpoint.target)) == "");
  }
}

TEST_CASE("answers to writing") {
  SimulatedSite site;
  CHECK(wrong("token_answer", json::parse(site.token_answer(right_form).body, "answer")) == "");
  CHECK(wrong("token_error_answer", json::parse(site.token_answer("grant_type=x").body, "answer")) == "");
  CHECK(wrong("full_ticket_answer", site.write("/api/Tickets", R"([{"summary":"a"}])")) == "");
  CHECK(wrong("full_tickets_answer", site.write("/api/Tickets", R"([{"summary":"a"},{"id":1001,"status_id":9}])")) == "");
  CHECK(wrong("action_answer", site.write("/api/Actions", R"([{"ticket_id":1002,"note":"n"}])")) == "");
  CHECK(wrong("all_actions_answer", site.write("/api/Actions?returnall=true", R"([{"ticket_id":1002,"note":"n"}])")) == "");
}

TEST_CASE("errors") {
  SimulatedSite site;
  for (const std::string target : {"/api/Tickets/9", "/api/Nonsense", "/api/Tickets?page_no=x&pageinate=true", "/nonsense"}) {
    CAPTURE(target);
    const auto answer = site.get(target);
    CHECK(answer.code >= 400);
    CHECK(wrong("error_answer", json::parse(answer.body, "answer")) == "");
  }
}

TEST_CASE("the schema notices what is wrong") {
  SimulatedSite site;
  site.open("x");
  json::value ticket = site.ticket(1001);
  CHECK(wrong("full_ticket_answer", ticket) == "");
  ticket.as_object()["last_update"] = "2026-06-07 12:00";
  CHECK(wrong("full_ticket_answer", ticket) != "");
  ticket = site.ticket(1001);
  ticket.as_object().erase("closure_note");
  CHECK(wrong("full_ticket_answer", ticket) != "");
}
