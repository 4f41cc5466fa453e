// Whose an entry is and what it says: the site's own entries, mails, corrections, other applications, and merged tickets.
#include <doctest/doctest.h>

#include "tests/host-sim/sim/halopsa_site.hpp"
#include "tests/host-sim/sim/schema_check.hpp"

using namespace picket;
using namespace picket::test;
using namespace std::chrono_literals;

namespace {

json::object newest(SimulatedSite& site, std::int64_t id = 1001) { return site.actions(id).at(0).as_object(); }

std::size_t without_system(SimulatedSite& site) {
  const auto body = site.read("/api/Actions?ticket_id=1001&excludesys=true").as_object();
  CHECK(json::integer_at(body, "record_count") == static_cast<std::int64_t>(body.at("actions").as_array().size()));
  return body.at("actions").as_array().size();
}

std::string wrong(const std::string& definition, const json::value& answer) {
  return violations_of_definition(PICKET_HALOPSA_ANSWERS_SCHEMA, definition, answer);
}

}  // namespace

TEST_CASE("an action says whose it is") {
  struct Case {
    std::string act;  // empty: a note of the API
    std::string who;
    bool is_system;
    std::string application;
    std::int64_t who_type;
    std::string outcome;
  };
  const Case cases[] = {
      {.act = "", .who = "Mira Sato", .is_system = false, .application = "halo_demo", .who_type = 1, .outcome = "Internal Note"},
      {.act = R"("note":"x")", .who = "Jane Doe", .is_system = false, .application = "", .who_type = 1, .outcome = "Internal Note"},
      {.act = R"("note":"x","who":"Avery Cole")",
       .who = "Avery Cole",
       .is_system = false,
       .application = "",
       .who_type = 0,
       .outcome = "Internal Note"},
      {.act = R"("note":"x","system":true)", .who = "System", .is_system = true, .application = "", .who_type = 0, .outcome = "System"},
      {.act = R"("note":"x","system":true,"who":"Jane Doe")",
       .who = "Jane Doe",
       .is_system = true,
       .application = "",
       .who_type = 0,
       .outcome = "System"},
      {.act = R"("note":"x","application":"Remote Monitor","who":"RMM")",
       .who = "RMM",
       .is_system = false,
       .application = "Remote Monitor",
       .who_type = 1,
       .outcome = "Internal Note"},
      {.act = R"("email_html":"<p>x</p>")",
       .who = "Jane Doe",
       .is_system = false,
       .application = "",
       .who_type = 1,
       .outcome = "Email User"}};
  for (const Case& c : cases) {
    CAPTURE(c.act);
    SimulatedSite site;
    site.open("x");
    if (c.act.empty())
      site.write("/api/Actions", R"([{"ticket_id":1001,"note":"x","who":"Mira Sato","outcome":"Internal Note"}])");
    else
      person(site, c.act);
    const json::object action = newest(site);
    CHECK(text_of(action, "who") == c.who);
    CHECK((json::integer_at(action, "action_systemid") != 0) == c.is_system);
    CHECK(text_of(action, "actionby_application_id") == c.application);
    CHECK(json::integer_at(action, "who_type") == c.who_type);
    CHECK(text_of(action, "outcome") == c.outcome);
    CHECK(without_system(site) == (c.is_system ? 1 : 2));
    CHECK(wrong("actions_answer", site.read("/api/Actions?ticket_id=1001&note_html=true")) == "");
  }
}

TEST_CASE("a mail's words are in its body") {
  SimulatedSite site;
  site.open("x");
  person(site, R"("email_html":"<p>Dear &amp; all,</p><p>done</p>")");
  const json::object mail = newest(site);
  CHECK(text_of(mail, "note").empty());
  CHECK(text_of(mail, "emailbody") == "Dear & all,\ndone");
  CHECK(text_of(mail, "emailbody_html") == "<p>Dear &amp; all,</p><p>done</p>");
  const auto plain = site.read("/api/Actions?ticket_id=1001").as_object().at("actions").as_array().at(0).as_object();
  CHECK(plain.contains("emailbody"));
  CHECK_FALSE(plain.contains("emailbody_html"));
}

TEST_CASE("images in notes") {
  SimulatedSite site;
  site.open("x");
  person(site, R"("note_html":"<img src=\"data:image/png;base64,iVBORw0KGgo=\">")");
  CHECK(text_of(newest(site), "note").empty());
  CHECK(text_of(newest(site), "note_html").starts_with("<img src="));
  const std::string image = "<p>first</p><img src=\\\"data:image/png;base64," + std::string(1'200'000, 'A') + "\\\"><p>second</p>";
  person(site, R"("note_html":")" + image + "\"");
  CHECK(text_of(newest(site), "note") == "first\nsecond");
  CHECK(text_of(newest(site), "note_html").size() > 1'200'000);
}

TEST_CASE("a corrected note") {
  SimulatedSite site;
  site.open("x");
  person(site, R"("note":"wrong")");
  const json::object before = newest(site);
  const std::string last_update = text_of(site.ticket(1001), "last_update");
  site.wait(5s);
  person(site, R"("edit_action":2,"note":"right")");
  const json::object after = newest(site);
  CHECK(site.actions(1001).size() == 2);
  CHECK(json::integer_at(after, "id") == 2);
  CHECK(text_of(after, "note") == "right");
  CHECK(text_of(after, "note_html") == "right");
  CHECK(text_of(after, "datetime") == text_of(before, "datetime"));
  CHECK(text_of(before, "last_updated") == text_of(before, "datetime"));
  CHECK(text_of(after, "last_updated") == "2026-06-07T12:00:05Z");
  CHECK(text_of(site.ticket(1001), "last_update") > last_update);
}

TEST_CASE("a technician edits the description") {
  SimulatedSite site;
  site.open("x");
  person(site, R"("details_html":"<p>needle</p>")");
  CHECK(text_of(site.ticket(1001), "details") == "needle");
  CHECK(ids_of(site.read("/api/Tickets?search=needle")).size() == 1);
}

TEST_CASE("a merged ticket is closed and says into which") {
  for (const bool is_hidden : {false, true}) {
    CAPTURE(is_hidden);
    SimulatedSite site(is_hidden ? with(R"("merged-hidden")") : SiteSetup{});
    site.open("one");
    site.open("two");
    person(site, R"("who":"Sam Okafor","merge_into":1002)");
    const auto ticket = site.ticket(1001);
    CHECK(json::bool_at(ticket, "hasbeenclosed") == true);
    CHECK(json::integer_at(ticket, "status_id") == 9);
    CHECK(json::integer_at(ticket, "merged_into_id") == 1002);
    CHECK(wrong("full_ticket_answer", ticket) == "");
    CHECK_FALSE(site.ticket(1002).contains("merged_into_id"));
    const auto listed = site.read("/api/Tickets?order=id").as_object().at("tickets").as_array();
    CHECK(listed.size() == (is_hidden ? 1 : 2));
    if (!is_hidden) CHECK(json::integer_at(listed.at(0).as_object(), "merged_into_id") == 1002);
    for (const std::int64_t id : {1001, 1002}) {
      CHECK(text_of(newest(site, id), "who") == "Sam Okafor");
      CHECK(json::integer_at(newest(site, id), "action_systemid") != 0);
    }
    CHECK(json::integer_at(newest(site, 1002), "merged_from_ticketid") == 1001);
    CHECK(wrong("actions_answer", site.read("/api/Actions?ticket_id=1002")) == "");
    CHECK(site.post("/api/Actions", R"([{"ticket_id":1001,"note":"late"}])").code == 400);
  }
}

TEST_CASE("a ticket that a person deletes") {
  SimulatedSite site;
  site.open("x");
  person(site, R"("delete":true)");
  CHECK(json::bool_at(site.ticket(1001), "deleted") == true);
  CHECK(wrong("full_ticket_answer", site.ticket(1001)) == "");
  CHECK(ids_of(site.read("/api/Tickets")).empty());
  CHECK(site.post("/api/Tickets", R"([{"id":1001,"status_id":2}])").code == 400);
  CHECK(site.post("/api/Actions", R"([{"ticket_id":1001,"note":"n"}])").code == 400);
  person(site, R"("delete":false)");
  CHECK_FALSE(site.ticket(1001).contains("deleted"));
  CHECK(ids_of(site.read("/api/Tickets")).size() == 1);
}

TEST_CASE("a site may ignore excludesys") {
  SimulatedSite site(with(R"("excludesys-ignored")"));
  site.open("x");
  person(site, R"("note":"x","system":true)");
  CHECK(without_system(site) == 2);
}

TEST_CASE("acts that cannot be done") {
  struct Case {
    std::string act;
    std::string named;
  };
  const Case cases[] = {{R"("merge_into":77)", "77"},
                        {R"("merge_into":1001)", "another ticket"},
                        {R"("merge_into":"x")", "merge_into"},
                        {R"("edit_action":1,"close":true)", "beside note"},
                        {R"("edit_action":77,"note":"x")", "an action of the ticket 1001"},
                        {R"("system":true)", "something to do"},
                        {R"("application":"x")", "something to do"},
                        {R"("system":"x","note":"x")", "system"},
                        {R"("merge_int":1002)", "did you mean merge_into?"}};
  SimulatedSite site;
  site.open("x");
  const auto before = site.ticket(1001);
  for (const Case& c : cases) {
    CAPTURE(c.act);
    const auto answer = site.post("/_sim/people", R"({"ticket":1001,)" + c.act + "}");
    CHECK(answer.code == 400);
    CHECK(message_of(answer).find(c.named) != std::string::npos);
  }
  CHECK(site.ticket(1001) == before);
}

TEST_CASE("the site and its agent record what the API changes") {
  struct Case {
    std::string quirks;
    std::string update;
    std::vector<std::string> added;  // who, the newest first
    std::string words;               // in the newest
  };
  const Case cases[] = {
      {R"("system-entries")", R"("status_id":9)", {"System"}, "The response target will be missed."},
      {R"("system-entries")", R"("status_id":1)", {}, ""},
      {R"("system-entries")", R"("summary":"y")", {}, ""},
      {R"("system-entries","silent-status")", R"("status_id":9)", {}, ""},
      {R"("records-changes")", R"("status_id":9)", {"Picket API"}, "status_id from New to Closed"},
      {R"("records-changes")",
       R"("priority_id":1,"summary":"y")",
       {"Picket API"},
       "priority_id from Low to Critical, summary from \"x\" to \"y\""},
      {R"("records-changes")", R"("details":"d")", {"Picket API"}, "details"},
      {R"("records-changes")", R"("summary":"x")", {}, ""},
      {R"("records-changes","system-entries")", R"("status_id":9)", {"Picket API", "System"}, "status_id from New to Closed"}};
  for (const Case& c : cases) {
    CAPTURE(c.quirks);
    CAPTURE(c.update);
    SimulatedSite site(with(c.quirks));
    site.open("x");
    site.write("/api/Tickets", R"([{"id":1001,)" + c.update + "}]");
    const auto actions = site.actions(1001);
    REQUIRE(actions.size() == c.added.size() + 1);
    for (std::size_t i = 0; i < c.added.size(); ++i) {
      const json::object& action = actions.at(i).as_object();
      CHECK(text_of(action, "who") == c.added[i]);
      CHECK((json::integer_at(action, "action_systemid") != 0) == (c.added[i] == "System"));
      CHECK(text_of(action, "actionby_application_id") == (c.added[i] == "System" ? "" : "halo_demo"));
    }
    if (!c.words.empty()) CHECK(text_of(actions.at(0).as_object(), "note").find(c.words) != std::string::npos);
    CHECK(wrong("actions_answer", site.read("/api/Actions?ticket_id=1001")) == "");
  }
}

TEST_CASE("how applications and their authors are named") {
  SimulatedSite site(with(R"("who-ignored","application-named","web-application")"));
  site.open("x");
  site.write("/api/Actions", R"([{"ticket_id":1001,"note":"x","who":"Mira Sato"}])");
  CHECK(text_of(newest(site), "who") == "Picket API");
  CHECK(text_of(newest(site), "actionby_application_id") == "Picket");
  site.control("/_sim/quirks", R"({"set":["application-named=Security bridge"]})");
  site.write("/api/Tickets", R"([{"id":1001,"note":"x","who":"Mira Sato"}])");
  CHECK(text_of(newest(site), "actionby_application_id") == "Security bridge");
  person(site, R"("note":"x")");
  CHECK(text_of(newest(site), "actionby_application_id") == "nethelpdesk-agent-web-application");
  person(site, R"("note":"x","application":"Remote Monitor")");
  CHECK(text_of(newest(site), "actionby_application_id") == "Remote Monitor");
  person(site, R"("note":"x","system":true)");
  CHECK(text_of(newest(site), "actionby_application_id").empty());
}
