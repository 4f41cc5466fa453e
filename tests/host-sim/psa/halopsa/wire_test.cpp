#include "host-sim/psa/halopsa/wire.hpp"

#include <doctest/doctest.h>

#include <random>
#include <vector>

using namespace picket;
using namespace picket::psa;
using namespace picket::psa::halopsa;

namespace {

json::object object(std::string_view text) { return json::parse_object(text, "the test"); }

}  // namespace

TEST_CASE("Both forms of lists") {
  struct Case {
    std::string document;
    std::optional<std::size_t> rows, total;
  };
  const std::vector<Case> cases = {
      {R"([{"id":1},{"id":2}])", 2, std::nullopt},
      {R"([])", 0, std::nullopt},
      {R"({"record_count":250,"tickets":[{"id":1}]})", 1, 250},
      {R"({"record_count":"250","tickets":[{"id":1}],"columns":[1,2]})", 1, 250},
      {R"({"record_count":-1,"tickets":[]})", 0, std::nullopt},
      {R"({"page_no":1,"Tickets":[{"id":1}]})", 1, std::nullopt},
      {R"({"a":[],"b":[]})", std::nullopt, std::nullopt},
      {R"({"tickets":{"id":1}})", std::nullopt, std::nullopt},
      {R"("tickets")", std::nullopt, std::nullopt},
      {R"(null)", std::nullopt, std::nullopt},
  };
  for (const Case& c : cases) {
    CAPTURE(c.document);
    const auto page = read_page(json::parse(c.document, "the test"), "tickets");
    REQUIRE(page.has_value() == c.rows.has_value());
    if (!page) continue;
    CHECK(page->rows.size() == *c.rows);
    CHECK(page->total == c.total);
  }
}

TEST_CASE("A ticket as HaloPSA writes it") {
  const auto t = read_ticket(object(R"({"id":2041,"summary":"x","last_update":"2026-06-09T14:00:00.487","hasbeenclosed":true,"status_id":9,
      "priority":{"priorityid":1,"name":"Critical"},"agent_name":"Jane Doe","closure_note":"<p>Done &amp; dusted</p>","unknown":[{}]})"),
                             "https://n.halopsa.com");
  REQUIRE(t);
  CHECK(t->id == "2041");
  CHECK(t->number == "2041");
  CHECK(t->url == "https://n.halopsa.com/tickets?id=2041");
  CHECK(t->updated_at == "2026-06-09T14:00:00.487");
  CHECK(t->updated_at_is_exact);
  CHECK(t->closed);
  CHECK(t->status_id == "9");
  CHECK(t->priority_name == "Critical");
  CHECK(t->has_assignee);
  CHECK(t->assignee == "Jane Doe");
  CHECK(t->closure_note == "Done & dusted");
}

TEST_CASE("Tickets with members missing or of other types") {
  struct Case {
    std::string row, summary;  // id|exact|closed|status|priority|has assignee|assignee
  };
  const std::vector<Case> cases = {
      {R"({"id":5})", "5|0|0|||0|"},
      {R"({"id":"5","status_id":"2","hasbeenclosed":"true"})", "5|0|1|2||0|"},
      {R"({"id":5.0,"hasbeenclosed":1,"priority":"High"})", "5|0|1||High|0|"},
      {R"({"id":5,"hasbeenclosed":0,"priority_name":"Low"})", "5|0|0||Low|0|"},
      {R"({"id":5,"hasbeenclosed":null,"priority":7,"status_id":{}})", "5|0|0|||0|"},
      {R"({"id":5,"agent_name":"Unassigned"})", "5|0|0|||1|"},
      {R"({"id":5,"agent_name":"UNASSIGNED "})", "5|0|0|||1|"},
      {R"({"id":5,"agent_name":""})", "5|0|0|||1|"},
      {R"({"id":5,"agent_name":null})", "5|0|0|||1|"},
      {R"({"id":5,"agent":{"id":3,"name":"Jane"}})", "5|0|0|||1|Jane"},
      {R"({"id":5,"last_update":"2026-06-09T14:00:00"})", "5|0|0|||0|"},
      {R"({"id":5,"last_update":"2026-06-09T14:00:00.0000000Z"})", "5|0|0|||0|"},
      {R"({"id":5,"last_update":"2026-06-09T14:00:00.0100000Z"})", "5|1|0|||0|"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.row);
    const auto t = read_ticket(object(c.row), "https://n");
    REQUIRE(t);
    CHECK(t->id + "|" + std::to_string(t->updated_at_is_exact) + "|" + std::to_string(t->closed) + "|" + t->status_id + "|" +
              t->priority_name + "|" + std::to_string(t->has_assignee) + "|" + t->assignee ==
          c.summary);
  }
  for (const char* row : {R"({})", R"({"id":null})", R"({"id":0})", R"({"id":[]})", R"({"id":true})", R"({"id":""})"}) {
    CAPTURE(row);
    CHECK_FALSE(read_ticket(object(row), "https://n"));
  }
}

TEST_CASE("Directory rows") {
  CHECK(read_entity(object(R"({"id":3,"name":" Northwind\tTraders "})"))->name == "Northwind Traders");
  CHECK(read_entity(object(R"({"id":"3","name":"N","inactive":true})"))->inactive);
  CHECK_FALSE(read_entity(object(R"({"id":3})")));
  CHECK_FALSE(read_entity(object(R"({"name":"N"})")));

  CHECK(read_category(object(R"({"id":3,"value":"A>B","category_name":"B"})"))->id == "A>B");
  CHECK(read_category(object(R"({"id":3,"category_name":"B"})"))->name == "B");
  CHECK_FALSE(read_category(object(R"({"id":3})")));

  const auto priority = read_priority(object(R"({"id":77,"priorityid":1,"slaid":4,"name":"Critical"})"));
  REQUIRE(priority);
  CHECK(priority->entity.id == "1");
  CHECK(priority->sla_id == "4");
  CHECK(read_priority(object(R"({"id":77,"name":"Critical"})"))->entity.id == "77");

  for (const auto& [row, sla] : std::vector<std::pair<std::string, std::string>>{{R"({"default_sla":4})", "4"},
                                                                                 {R"({"sla_id":"4"})", "4"},
                                                                                 {R"({"slaid":4,"default_sla":0})", "4"},
                                                                                 {R"({"default_sla":-1})", ""},
                                                                                 {R"({})", ""}})
    CHECK(read_sla_id(object(row)) == sla);
}

TEST_CASE("Notes") {
  struct Case {
    std::string row;
    std::optional<std::string> text;
  };
  const std::vector<Case> cases = {
      {R"({"id":1,"note_html":"<p>one<br>two</p>","note":"other"})", "one\ntwo"},
      {R"({"id":1,"note_html":"","note":"just & text"})", "just & text"},
      {R"({"id":1,"note_html":null,"note":"a<br>b"})", "a\nb"},
      {R"({"id":1,"note":"use <host>"})", "use <host>"},
      {R"({"id":1,"note_html":"<p>&nbsp;</p>"})", std::nullopt},
      {R"({"id":1})", std::nullopt},
      {R"({"id":1,"who_agentid":3})", ""},
      {R"({"id":1,"note":"","emailbody":"Dear all","emailbody_html":"<p>Dear <b>all</b>,</p><p>done</p>"})", "Dear all,\ndone"},
      {R"({"id":1,"note":"","emailbody":"Dear all"})", "Dear all"},
      {R"({"id":1,"note":"short","emailbody":"Dear all"})", "short"},
      {R"({"note":"no id"})", std::nullopt},
  };
  for (const Case& c : cases) {
    CAPTURE(c.row);
    const auto note = read_note(object(c.row), "ours");
    CHECK((note ? std::optional(note->text) : std::nullopt) == c.text);
  }
  const auto note = read_note(object(R"({"id":12,"who":"Jane\u202e Doe","datetime":"2026-06-09T14:00:00.5Z","note":"x"})"), "ours");
  REQUIRE(note);
  CHECK(note->id == "12");
  CHECK(note->author == "Jane Doe");
  CHECK(note->at.has_value());
}

TEST_CASE("Whose an entry is") {
  struct Case {
    std::string members;
    Writer writer;
    std::string author, program;
  };
  const std::vector<Case> cases = {
      {R"("who":"Kim")", Writer::unknown, "Kim", ""},
      {R"("who":"Kim","action_systemid":0,"actionby_application_id":"")", Writer::unknown, "Kim", ""},
      {R"("who":"Kim","actionby_application_id":null,"action_systemid":null)", Writer::unknown, "Kim", ""},
      {R"("who":"System","action_systemid":7)", Writer::site, "", ""},
      {R"("who":"Kim","who_agentid":3,"action_systemid":"7")", Writer::site, "Kim", ""},
      {R"("who":"Kim","action_systemid":-1,"actionby_application_id":"OURS")", Writer::site, "", ""},
      {R"("who":"robot","actionby_application_id":"Ours")", Writer::picket, "robot", ""},
      {R"("who":"Kim","actionby_application_id":"nethelpdesk-agent-web-application")", Writer::person, "Kim", ""},
      {R"("who":"Kim","actionby_application_id":"Remote Monitor")", Writer::program, "Kim via Remote Monitor", "Remote Monitor"},
      {R"("who":"Remote Monitor","actionby_application_id":"Remote Monitor")", Writer::program, "Remote Monitor", "Remote Monitor"},
      {R"("actionby_application_id":"Remote Monitor")", Writer::program, "Remote Monitor", "Remote Monitor"},
      {R"("who":"Kim","actionby_application_id":"3F0c9a52-0000-4000-8000-00000000000a")", Writer::program, "Kim via another application",
       "3F0c9a52-0000-4000-8000-00000000000a"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.members);
    const auto note = read_note(object(R"({"id":1,"note":"x",)" + c.members + "}"), "ours");
    REQUIRE(note);
    CHECK(note->writer == c.writer);
    CHECK(note->author == c.author);
    CHECK(note->program == c.program);
  }
  CHECK(read_note(object(R"({"id":1,"note_html":"<img src='x'>"})"), "ours")->has_image);
  CHECK(read_note(object(R"({"id":1,"emailbody_html":"<img src='x'>"})"), "ours")->has_image);
  CHECK_FALSE(read_note(object(R"({"id":1,"emailbody_html":"Dear all <img src='signature'>"})"), "ours")->has_image);
}

TEST_CASE("What is sent") {
  Config config;
  config.note_outcome = "Internal Note";
  TicketDefaults defaults;
  NewRemoteTicket ticket{.token = "00aa",
                         .title = "Ransomware\non <HOST>",
                         .body_markdown = "**bad** <b>",
                         .client_id = "12",
                         .board_id = "21",
                         .priority_id = "1",
                         .category_id = "A>B"};
  CHECK(creation(ticket, defaults, config) ==
        R"([{"summary":"Ransomware on <HOST>","details_html":"<p><strong>bad</strong> &lt;b&gt;</p>\n<p>Reference: picket-00aa</p>",)"
        R"("client_id":12,"tickettype_id":21,"priority_id":1,"category_1":"A>B","donotapplytemplateintheapi":true}])");

  config.assign_username = "robot";
  defaults = {.entities = {.client_id = "1", .board_id = "2", .priority_id = "3", .category_id = "D", .closed_status_id = {}},
              .team = "Security",
              .impact_id = "4",
              .urgency_id = "5"};
  ticket.client_id = ticket.board_id = ticket.priority_id = ticket.category_id = "";
  ticket.title = std::string(400, 'x');
  ticket.body_markdown = "b";
  const json::object sent = json::parse(creation(ticket, defaults, config), "the test").as_array().front().as_object();
  CHECK(json::integer_at(sent, "client_id") == 1);
  CHECK(json::integer_at(sent, "tickettype_id") == 2);
  CHECK(json::integer_at(sent, "priority_id") == 3);
  CHECK(json::text_at(sent, "category_1") == "D");
  CHECK(json::text_at(sent, "team") == "Security");
  CHECK(json::integer_at(sent, "impact") == 4);
  CHECK(json::integer_at(sent, "urgency") == 5);
  CHECK(json::text_at(sent, "users_name") == "robot");
  CHECK(json::text_at(sent, "summary")->size() <= 252);
  CHECK_FALSE(sent.contains("details"));

  const NewRemoteNote note{.token = "00bb", .ticket_id = "2041", .markdown = "closed *there*"};
  CHECK(note_action(note, config) ==
        R"([{"note_html":"<p>closed <em>there</em></p>\n<p><small>Reference: picket-00bb</small></p>","outcome":"Internal Note",)"
        R"("who":"robot","hiddenfromuser":true,"ticket_id":2041}])");
  CHECK(note_as_update(note, config).ends_with(R"("hiddenfromuser":true,"id":2041}])"));

  CHECK(update({.ticket_id = "7", .status_id = "9"}) == R"([{"id":7,"status_id":9}])");
  CHECK(update({.ticket_id = "7", .body_markdown = "b", .token = "00aa", .priority_id = "2"}) ==
        R"([{"id":7,"priority_id":2,"details_html":"<p>b</p>\n<p>Reference: picket-00aa</p>"}])");
}

TEST_CASE("Documents with anything in them are read without harm") {
  const std::vector<std::string> values = {
      "null", "true",   "-1", "1e300",         "18446744073709551615",       "\"\"",        "\"\\u0000\\ud800x<p>\"",
      "[]",   "[[{}]]", "{}", "{\"name\":[]}", "\"2026-06-09T14:00:00.5Z\"", "\"<script>\""};
  const std::vector<std::string> members = {"id",        "name",          "priority",     "agent_name",  "agent",
                                            "status_id", "hasbeenclosed", "summary",      "details",     "last_update",
                                            "slaid",     "priorityid",    "closure_note", "note_html",   "note",
                                            "datetime",  "who",           "inactive",     "default_sla", "record_count"};
  std::mt19937 random(11);
  for (int round = 0; round < 5000; ++round) {
    std::string text = "{";
    for (const std::string& member : members)
      if (random() % 2 == 0) text += (text.size() > 1 ? "," : "") + ("\"" + member + "\":" + values[random() % values.size()]);
    text += "}";
    const json::object row = object(text);
    CHECK_NOTHROW(read_ticket(row, "https://n"));
    CHECK_NOTHROW(read_note(row, "ours"));
    CHECK_NOTHROW(read_entity(row));
    CHECK_NOTHROW(read_category(row));
    CHECK_NOTHROW(read_priority(row));
    CHECK_NOTHROW(read_sla_id(row));
    CHECK_NOTHROW(mentions(row, "x"));
    CHECK_NOTHROW(read_page(json::value(row), "tickets"));
  }
}
