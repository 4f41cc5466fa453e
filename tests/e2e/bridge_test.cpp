// Stellar Cyber and HaloPSA kept in step both ways, over TLS, by the built command and the loaded provider.
#include "tests/e2e/bridge.hpp"

#include <doctest/doctest.h>

using namespace picket;
using namespace picket::e2e;

namespace {

constexpr const char* phish =
    R"("name":"Phish <b>now</b>","severity":"High","score":87.5,"tenant_name":"Contoso","cust_id":"t-contoso","size":2,
       "observables":{"url":[{"value":"https://evil.example/x"}],"host":[{"name":"CONTOSO-LT-014"}]},
       "alerts":[{"name":"Phishing URL","score":90},{"name":"Impossible travel","score":70}])";

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string text_of(const json::object& o, const std::string& key) { return json::text_at(o, key).value_or(""); }

// Nothing may move any more, however often the two are compared.
void check_at_rest(Bridge& bridge) {
  bridge.cycle();
  const std::string before = bridge.sides();
  bridge.cycle();
  bridge.cycle();
  CHECK(bridge.sides() == before);
}

}  // namespace

TEST_CASE("a new case becomes a ticket with everything on it and the case is told") {
  Bridge bridge({.transport = Transport::tls});
  const std::string id = bridge.add_case(phish);
  const std::string other = bridge.add_case(R"("name":"Second","tenant_name":"Nobody","cust_id":"t-nobody","severity":"Low")");
  const json::object cycle = bridge.cycle();
  CAPTURE(json::to_string(cycle));
  const json::object ticket = bridge.ticket(id);
  const std::string details = text_of(ticket, "details_html");
  CAPTURE(details);
  CHECK(contains(text_of(ticket, "summary"), "High — Phish <b>now</b>"));
  for (const char* part : {"Contoso", "87.5", "High", "evil.example", "CONTOSO-LT-014", "Phishing URL", "90", "Impossible travel",
                           "/cases/case-detail/", "&lt;b&gt;now&lt;/b&gt;"})
    CHECK_MESSAGE(contains(details, part), part);
  CHECK_FALSE(contains(details, "<b>now"));
  CHECK(json::integer_at(ticket, "client_id") == 13);  // Contoso, by its tenant's name
  CHECK(json::integer_at(bridge.ticket(other), "client_id") == 12);
  CHECK(json::integer_at(ticket, "tickettype_id") == 1);
  CHECK(json::integer_at(ticket, "priority_id") == 3);
  CHECK(text_of(ticket, "team") == "Security Operations");
  CHECK(text_of(ticket, "category_1") == "IT Security Threats>Investigations");
  CHECK(json::integer_at(ticket, "impact") == 1);
  CHECK(json::integer_at(ticket, "urgency") == 1);

  const std::vector<std::string> comments = bridge.comments(id);
  REQUIRE(comments.size() == 1);
  CHECK(contains(comments[0], "HaloPSA ticket " + text_of(ticket, "id")));
  CHECK(contains(comments[0], bridge.halo().url() + "/tickets?id=" + text_of(ticket, "id")));
  CHECK(contains(json::to_string(bridge.a_case(id).at("tags")), "ticket_opened"));
  CHECK(bridge.notes(id).empty());
  check_at_rest(bridge);
}

TEST_CASE("what people do on either side reaches the other side once and is never echoed") {
  Bridge bridge(
      {.transport = Transport::tls, .keys = {{"HALOPSA_SYNC_PRIORITY", "true"}, {"HALOPSA_ADD_HALO_ASSIGNEE_TO_STELLAR_COMMENT", "true"}}});
  const std::string id = bridge.add_case(phish);
  bridge.cycle();

  bridge.technician(id, R"("note_html":"<p>We <b>called</b> the user &amp; wait.</p><script>alert(1)</script>")");
  bridge.analyst(id, R"("comment":"<img src=x onerror=alert(1)> isolate it, please")");
  bridge.cycle();
  std::vector<std::string> comments = bridge.comments(id);
  CAPTURE(joined(comments));
  REQUIRE(comments.size() == 3);
  CHECK(contains(comments[2], "Jane Doe wrote on HaloPSA ticket"));
  CHECK(contains(comments[2], "We called the user & wait."));
  CHECK_FALSE(contains(comments[2], "alert(1)"));
  std::vector<std::string> notes = bridge.notes(id);
  CAPTURE(joined(notes));
  REQUIRE(notes.size() == 2);
  CHECK(count_containing(notes, "isolate it, please") == 1);
  const json::object ticket = bridge.ticket(id);
  for (const json::value& action : ticket.at("actions").as_array()) CHECK_FALSE(contains(text_of(action.as_object(), "note_html"), "<img"));
  check_at_rest(bridge);

  bridge.technician(id, R"("priority":"Critical")");
  bridge.technician(id, R"("assign":"Sam Okafor")");
  bridge.cycle();
  CHECK(text_of(bridge.a_case(id), "severity") == "Critical");
  comments = bridge.comments(id);
  REQUIRE(comments.size() == 4);
  CHECK(contains(comments[3], "Sam Okafor"));
  check_at_rest(bridge);
  CHECK(bridge.notes(id).size() == 2);

  bridge.analyst(id, R"("severity":"Low","assignee":"alice")");
  bridge.cycle();
  notes = bridge.notes(id);
  CAPTURE(joined(notes));
  REQUIRE(notes.size() == 3);
  CHECK(contains(notes[2], "Critical → Low"));
  CHECK(contains(notes[2], "alice"));
  check_at_rest(bridge);
  CHECK(bridge.comments(id).size() == 4);
}

TEST_CASE("a closed ticket resolves its case with the closure note if there is one") {
  Bridge bridge({.transport = Transport::tls});
  const std::string with = bridge.add_case(R"("name":"With a note")");
  const std::string without = bridge.add_case(R"("name":"Without a note")");
  bridge.cycle();
  bridge.technician(with, R"("close":true,"closure_note":"Reimaged the host.")");
  bridge.technician(without, R"("close":true)");
  bridge.cycle();
  CHECK(text_of(bridge.a_case(with), "status") == "Resolved");
  CHECK(text_of(bridge.a_case(without), "status") == "Resolved");
  const std::vector<std::string> comments = bridge.comments(with);
  CAPTURE(joined(comments));
  REQUIRE(comments.size() == 2);
  CHECK(contains(comments[1], "Reimaged the host."));
  CHECK(bridge.comments(without).size() == 1);
  check_at_rest(bridge);
  CHECK(bridge.notes(without).empty());
  CHECK(bridge.ticket(with).at("hasbeenclosed").as_bool());

  bridge.technician(with, R"("reopen":true)");
  bridge.cycle();
  CHECK(text_of(bridge.a_case(with), "status") == "In Progress");
  check_at_rest(bridge);
  CHECK_FALSE(bridge.ticket(with).at("hasbeenclosed").as_bool());
}

TEST_CASE("a resolved case is noted and closes its ticket if asked and a reopened one reopens it") {
  for (const bool close : {false, true}) {
    CAPTURE(close);
    Bridge bridge({.transport = Transport::tls, .keys = {{"STELLAR_AUTO_CLOSE_TICKETS", close ? "true" : "false"}}});
    const std::string resolved = bridge.add_case(R"("name":"Resolved")");
    const std::string cancelled = bridge.add_case(R"("name":"Cancelled")");
    bridge.cycle();
    bridge.analyst(resolved, R"("status":"Resolved","comment":"False alarm.")");
    bridge.analyst(cancelled, R"("status":"Cancelled")");
    bridge.cycle();
    for (const std::string& id : {resolved, cancelled}) {
      CHECK(bridge.ticket(id).at("hasbeenclosed").as_bool() == close);
      CHECK(count_containing(bridge.notes(id), "Status") == 1);
      CHECK(bridge.comments(id).size() == (id == resolved ? 2 : 1));
    }
    CHECK(count_containing(bridge.notes(resolved), "False alarm.") == 1);
    CHECK(text_of(bridge.a_case(cancelled), "status") == "Cancelled");
    check_at_rest(bridge);
    bridge.analyst(resolved, R"("status":"In Progress")");
    bridge.cycle();
    CHECK_FALSE(bridge.ticket(resolved).at("hasbeenclosed").as_bool());
    CHECK(count_containing(bridge.notes(resolved), "Resolved → In Progress") == 1);
    check_at_rest(bridge);
    CHECK(text_of(bridge.a_case(resolved), "status") == "In Progress");
  }
}

TEST_CASE("a note that a closed ticket refuses opens a linked ticket that says why") {
  Bridge bridge;
  const std::string id = bridge.add_case(R"("name":"Closed too early")");
  bridge.cycle();
  const std::string number = text_of(bridge.ticket(id), "id");
  bridge.technician(id, R"("close":true)");
  bridge.cycle();
  bridge.analyst(id, R"("comment":"The attacker is back.")");
  bridge.cycle();
  const json::array tickets = bridge.tickets();
  REQUIRE(tickets.size() == 2);
  const json::object follow_up = tickets[1].as_object();
  CHECK(contains(text_of(follow_up, "summary"), "#" + number));
  CHECK(contains(text_of(follow_up, "details_html"), "The attacker is back."));
  CHECK(contains(text_of(follow_up, "details_html"), "closed"));
  check_at_rest(bridge);
}
