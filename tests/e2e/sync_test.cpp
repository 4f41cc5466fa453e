// Stellar Cyber and HaloPSA kept in step both ways, over TLS, by the built command and the loaded provider.
#include "tests/e2e/sync.hpp"

#include <doctest/doctest.h>

using namespace picket;
using namespace picket::e2e;

namespace {

constexpr const char* phish =
    R"("name":"Phish <b>now</b>","severity":"High","score":87.5,"tenant_name":"Contoso","cust_id":"t-contoso","size":2,
       "observables":{"url":[{"value":"https://evil.example/x"}],"host":[{"name":"CONTOSO-LT-014"}]},
       "alerts":[{"name":"Phishing URL","score":90},{"name":"Impossible travel","score":70}])";

// Nothing may move any more, however often the two are compared.
void check_at_rest(SyncedPair& sync) {
  sync.cycle();
  const std::string before = sync.sides();
  sync.cycle();
  sync.cycle();
  CHECK(sync.sides() == before);
}

}  // namespace

TEST_CASE("a new case becomes a ticket with everything on it and the case names its ticket") {
  SyncedPair sync({.transport = Transport::tls});
  const std::string id = sync.add_case(phish);
  const std::string other = sync.add_case(R"("name":"Second","tenant_name":"Nobody","cust_id":"t-nobody","severity":"Low")");
  const json::object cycle = sync.cycle();
  CAPTURE(json::to_string(cycle));
  const json::object ticket = sync.ticket(id);
  const std::string details = text_at(ticket, "details_html");
  CAPTURE(details);
  CHECK(contains(text_at(ticket, "summary"), "High — Phish <b>now</b>"));
  for (const char* part : {"Contoso", "87.5", "High", "evil.example", "CONTOSO-LT-014", "Phishing URL", "90", "Impossible travel",
                           "/cases/case-detail/", "&lt;b&gt;now&lt;/b&gt;"})
    CHECK_MESSAGE(contains(details, part), part);
  CHECK_FALSE(contains(details, "<b>now"));
  CHECK(json::integer_at(ticket, "client_id") == 13);  // Contoso, by its tenant's name
  CHECK(json::integer_at(sync.ticket(other), "client_id") == 12);
  CHECK(json::integer_at(ticket, "tickettype_id") == 1);
  CHECK(json::integer_at(ticket, "priority_id") == 3);
  CHECK(text_at(ticket, "team") == "Security Operations");
  CHECK(text_at(ticket, "category_1") == "IT Security Threats>Investigations");
  CHECK(json::integer_at(ticket, "impact") == 1);
  CHECK(json::integer_at(ticket, "urgency") == 1);

  const std::vector<std::string> comments = sync.comments(id);
  REQUIRE(comments.size() == 1);
  CHECK(contains(comments[0], "HaloPSA ticket " + text_at(ticket, "id")));
  CHECK(contains(comments[0], sync.halo().url() + "/tickets?id=" + text_at(ticket, "id")));
  CHECK(contains(json::to_string(sync.a_case(id).at("tags")), "ticket_opened"));
  CHECK(sync.notes(id).empty());
  check_at_rest(sync);
}

TEST_CASE("what technicians and analysts do reaches the other side once and is never echoed") {
  SyncedPair sync(
      {.transport = Transport::tls, .keys = {{"HALOPSA_SYNC_PRIORITY", "true"}, {"HALOPSA_ADD_HALO_ASSIGNEE_TO_STELLAR_COMMENT", "true"}}});
  const std::string id = sync.add_case(phish);
  sync.cycle();

  sync.technician(id, R"("note_html":"<p>We <b>called</b> the user &amp; wait.</p><script>alert(1)</script>")");
  sync.analyst(id, R"("comment":"<img src=x onerror=alert(1)> isolate it, please")");
  sync.cycle();
  std::vector<std::string> comments = sync.comments(id);
  CAPTURE(joined(comments));
  REQUIRE(comments.size() == 3);
  CHECK(contains(comments[2], "Jane Doe wrote on HaloPSA ticket"));
  CHECK(contains(comments[2], "We called the user & wait."));
  CHECK_FALSE(contains(comments[2], "alert(1)"));
  std::vector<std::string> notes = sync.notes(id);
  CAPTURE(joined(notes));
  REQUIRE(notes.size() == 2);
  CHECK(count_containing(notes, "isolate it, please") == 1);
  const json::object ticket = sync.ticket(id);
  for (const json::value& action : ticket.at("actions").as_array()) CHECK_FALSE(contains(text_at(action.as_object(), "note_html"), "<img"));
  check_at_rest(sync);

  sync.technician(id, R"("priority":"Critical")");
  sync.technician(id, R"("assign":"Sam Okafor")");
  sync.cycle();
  CHECK(text_at(sync.a_case(id), "severity") == "Critical");
  comments = sync.comments(id);
  REQUIRE(comments.size() == 4);
  CHECK(contains(comments[3], "Sam Okafor"));
  check_at_rest(sync);
  CHECK(sync.notes(id).size() == 2);

  sync.analyst(id, R"("severity":"Low","assignee":"alice")");
  sync.cycle();
  notes = sync.notes(id);
  CAPTURE(joined(notes));
  REQUIRE(notes.size() == 3);
  CHECK(contains(notes[2], "Critical → Low"));
  CHECK(contains(notes[2], "alice"));
  check_at_rest(sync);
  CHECK(sync.comments(id).size() == 4);
}

TEST_CASE("a closed ticket resolves its case with the closure note if there is one") {
  SyncedPair sync({.transport = Transport::tls});
  const std::string with = sync.add_case(R"("name":"With a note")");
  const std::string without = sync.add_case(R"("name":"Without a note")");
  sync.cycle();
  sync.technician(with, R"("close":true,"closure_note":"Reimaged the host.")");
  sync.technician(without, R"("close":true)");
  sync.cycle();
  CHECK(text_at(sync.a_case(with), "status") == "Resolved");
  CHECK(text_at(sync.a_case(without), "status") == "Resolved");
  const std::vector<std::string> comments = sync.comments(with);
  CAPTURE(joined(comments));
  REQUIRE(comments.size() == 2);
  CHECK(contains(comments[1], "Reimaged the host."));
  CHECK(sync.comments(without).size() == 1);
  check_at_rest(sync);
  CHECK(sync.notes(without).empty());
  CHECK(sync.ticket(with).at("hasbeenclosed").as_bool());

  sync.technician(with, R"("reopen":true)");
  sync.cycle();
  CHECK(text_at(sync.a_case(with), "status") == "In Progress");
  check_at_rest(sync);
  CHECK_FALSE(sync.ticket(with).at("hasbeenclosed").as_bool());
}

TEST_CASE("a resolved case is noted and closes its ticket if asked and a reopened one reopens it") {
  for (const bool close : {false, true}) {
    CAPTURE(close);
    SyncedPair sync({.transport = Transport::tls, .keys = {{"STELLAR_AUTO_CLOSE_TICKETS", close ? "true" : "false"}}});
    const std::string resolved = sync.add_case(R"("name":"Resolved")");
    const std::string cancelled = sync.add_case(R"("name":"Cancelled")");
    sync.cycle();
    sync.analyst(resolved, R"("status":"Resolved","comment":"False alarm.")");
    sync.analyst(cancelled, R"("status":"Cancelled")");
    sync.cycle();
    for (const std::string& id : {resolved, cancelled}) {
      CHECK(sync.ticket(id).at("hasbeenclosed").as_bool() == close);
      CHECK(count_containing(sync.notes(id), "Status") == 1);
      CHECK(sync.comments(id).size() == (id == resolved ? 2 : 1));
    }
    CHECK(count_containing(sync.notes(resolved), "False alarm.") == 1);
    CHECK(text_at(sync.a_case(cancelled), "status") == "Cancelled");
    check_at_rest(sync);
    sync.analyst(resolved, R"("status":"In Progress")");
    sync.cycle();
    CHECK_FALSE(sync.ticket(resolved).at("hasbeenclosed").as_bool());
    CHECK(count_containing(sync.notes(resolved), "Resolved → In Progress") == 1);
    check_at_rest(sync);
    CHECK(text_at(sync.a_case(resolved), "status") == "In Progress");
  }
}

TEST_CASE("a note that a closed ticket refuses opens a linked ticket that says why") {
  SyncedPair sync;
  const std::string id = sync.add_case(R"("name":"Closed too early")");
  sync.cycle();
  const std::string number = text_at(sync.ticket(id), "id");
  sync.technician(id, R"("close":true)");
  sync.cycle();
  sync.analyst(id, R"("comment":"The attacker is back.")");
  sync.cycle();
  const json::array tickets = sync.tickets();
  REQUIRE(tickets.size() == 2);
  const json::object follow_up = tickets[1].as_object();
  CHECK(contains(text_at(follow_up, "summary"), "#" + number));
  CHECK(contains(text_at(follow_up, "details_html"), "The attacker is back."));
  CHECK(contains(text_at(follow_up, "details_html"), "closed"));
  check_at_rest(sync);
}
