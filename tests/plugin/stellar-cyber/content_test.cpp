#include "plugin/stellar-cyber/content.hpp"

#include <doctest/doctest.h>

#include "sdk/common/text.hpp"
#include "sdk/common/time_text.hpp"
#include "tests/plugin/support/rendered.hpp"

using namespace stellar;
using namespace picket::test;
using picket::TicketEvent;
using Kind = picket::TicketEventKind;

namespace {

const Links links{"https://stellar.example", false};

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

Case example() {
  Case c;
  c.id = "c1";
  c.number = "4711";
  c.name = "Odd logins";
  c.severity = "High";
  c.status = "New";
  c.score = "87.5";
  c.tenant_id = "t1";
  c.tenant_name = "Contoso";
  c.tags = {"a", "ticket_opened"};
  c.size = 2;
  c.created_at = picket::parse_time("2026-06-09T14:00:00Z");
  return c;
}

Parts parts() {
  Parts p;
  p.summary = "Two logins.\nFrom far away.";
  p.observables = std::vector<Observables>{{"ip", {"10.0.0.1", "10.0.0.2"}}};
  p.alerts = std::vector<CaseAlert>{{"a1", "aella-ser-1", "Login", "71"}, {"", "", "", ""}};
  return p;
}

Comment comment(const std::string& text) {
  Comment c;
  c.id = "k1";
  c.user = "alice";
  c.text = text;
  return c;
}

TicketEvent note(const std::string& text) {
  TicketEvent e;
  e.kind = Kind::note;
  e.event_id = "event-1";
  e.ticket_number = "1234";
  e.desk = "HaloPSA";
  e.author = "Tess";
  e.text = text;
  return e;
}

// As the vendor gives a comment back.
Comment stored(const std::string& text) {
  return read_comment(picket::json::value(picket::json::object{{"_id", "k1"}, {"comment", text}})).value();
}

const char* const hostile[] = {"<script>alert(1)</script>",
                               "</li></ul><img src=x onerror=alert(1)>",
                               "[click](http://evil.example)",
                               "![i](http://evil.example/i.png)",
                               "http://evil.example",
                               "www.evil.example",
                               "mail@evil.example",
                               "](http://evil.example) [",
                               "](http://evil.example",
                               "`code` ``` ~~~",
                               "# heading\n## heading\n===\n---",
                               "- a\n1. b\n> c\n    d\n\te",
                               "| a | b |\n| - | - |\n| c | d |",
                               "**bold** _it_ ~~gone~~ [^1]\n\n[^1]: note",
                               "&lt;b&gt; &#60;b&#62;",
                               "\\",
                               "\\[x\\](y)",
                               "<!-- ",
                               "<![CDATA[",
                               "- [ ] task",
                               "\n\n\n",
                               "*",
                               "_x_",
                               "x\\",
                               "[picket:event-1]"};

}  // namespace

TEST_CASE("links to cases and alerts") {
  CHECK(case_url("https://h", "c1") == "https://h/cases/case-detail/c1");
  CHECK(case_url("https://h", "a:b/c") == "https://h/cases/case-detail/a%3Ab%2Fc");
  const CaseAlert a{"id:1", "index", "", ""};
  CHECK(alert_url("https://h", true, a) == "https://h/alerts/alert/index/_doc/id%3A1");
  CHECK(alert_url("https://h", false, a) == "https://h/detect/event/index/amsg/id%3A1");
  CHECK(alert_url("https://h", true, {"", "index", "", ""}).empty());
  CHECK(alert_url("https://h", true, {"id", "", "", ""}).empty());
}

TEST_CASE("titles") {
  CHECK(title(example(), false) == "[Stellar Cyber #4711] High — Odd logins");
  CHECK(title(example(), true) == "[Unmapped Org] [Stellar Cyber #4711] High — Odd logins");
  Case bare;
  bare.id = "c1";
  CHECK(title(bare, false) == "[Stellar Cyber] case c1");
  Case giant = example();
  for (int i = 0; i < 200; ++i) giant.name += " \xE2\x82\xAC\xC3\xBC";
  CHECK(code_points(title(giant, true)) == 250);
  CHECK(is_clean(title(giant, true)));
}

TEST_CASE("a body, with all its parts, with none, and while they are missing") {
  const std::string all = body(example(), parts(), links);
  for (const char* part : {"- **Name:** Odd logins\n", "- **Tenant:** Contoso\n", "- **Severity:** High\n", "- **Status:** New\n",
                           "- **Created:** 2026-06-09 14:00 UTC\n", "Two logins.\\\nFrom far away.", "- **ip:** `10.0.0.1`, `10.0.0.2`\n",
                           "- [Login](https://stellar.example/detect/event/aella-ser-1/amsg/a1) — score 71\n",
                           "- (an alert without a name)\n", "- [Stellar Cyber case 4711](https://stellar.example/cases/case-detail/c1)\n"})
    CHECK_MESSAGE(has(all, part), all);
  CHECK_FALSE(has(all, "Assigned to"));
  CHECK_FALSE(has(all, "could not be read"));
  CHECK_FALSE(has(all, "are listed"));

  Parts none;
  none.summary = "";
  none.observables.emplace();
  none.alerts.emplace();
  Case bare;
  bare.id = "c1";
  const std::string empty = body(bare, none, links);
  for (const char* part : {"**Name:** —", "**Score:** —", "**Created:** —", "gave no summary", "## Observables\n\nNone.",
                           "## Alerts\n\nNone.", "[Stellar Cyber case c1]"})
    CHECK_MESSAGE(has(empty, part), empty);

  const std::string missing = body(example(), {}, links);
  std::size_t count = 0;
  for (std::size_t at = 0; (at = missing.find("could not be read yet", at)) != std::string::npos; ++at) ++count;
  CHECK(count == 3);

  Case more = example();
  more.size = 60;
  CHECK(has(body(more, parts(), links), "2 of 60 are listed"));
}

TEST_CASE("giant parts stay within limits") {
  for (const char* filling : {"x", "*", "\xE2\x82\xAC", "http://e ", "\n", "\\"}) {
    CAPTURE(std::string(filling));
    std::string giant;
    while (giant.size() < 100'000) giant += filling;
    Case c = example();
    for (std::string* text : {&c.name, &c.severity, &c.status, &c.tenant_name, &c.assignee})
      *text = picket::text::clean_line(giant, 500).text;
    Parts p;
    p.summary = picket::text::clean_block(giant, 20'000).text;
    p.observables.emplace();
    p.alerts.emplace();
    for (int i = 0; i < 200; ++i) {
      p.observables->push_back({"kind" + std::to_string(i), std::vector<std::string>(200, picket::text::clean_line(giant, 200).text)});
      p.alerts->push_back({"a1", "index", picket::text::clean_line(giant, 200).text, "7"});
    }
    CHECK(body(c, p, links).size() < 80'000);
    CHECK(comment_note(comment(picket::text::clean_block(giant, 20'000).text)).size() < 21'000);
    const std::string ours = comment_text(note(giant));
    CHECK(code_points(ours) < 15'100);
    CHECK(has_mark(stored(ours), "event-1"));
    CHECK(is_clean(ours));
  }
}

TEST_CASE("what changed, apart from what is ours") {
  const Case before = example();
  CHECK(change_note(before, before, {}).empty());
  Case now = before;
  now.severity = "Critical";
  now.status = "Resolved";
  now.score = "90";
  now.name = "Odder logins";
  now.assignee = "Alice";
  now.tenant_name = "Fabrikam";
  now.size.reset();
  now.tags = {"b", "ticket_opened"};
  const std::string text = change_note(before, now, {});
  for (const char* part : {"The case changed in Stellar Cyber:", "**Status:** New → Resolved", "**Severity:** High → Critical",
                           "**Score:** 87\\.5 → 90", "**Name:** Odd logins → Odder logins", "**Assigned to:** — → Alice",
                           "**Tenant:** Contoso → Fabrikam", "**Alerts:** 2 → —", "**Tags:** a, ticket\\_opened → b, ticket\\_opened"})
    CHECK_MESSAGE(has(text, part), text);
  CHECK(has(change_note(before, now, {}, "A_b"), "The case changed in Stellar Cyber (last by A\\_b):"));
  Own own;
  own.severity = own.status = true;
  own.tag = "ticket_opened";
  const std::string rest = change_note(before, now, own);
  CHECK_FALSE(has(rest, "Status"));
  CHECK_FALSE(has(rest, "Severity"));
  CHECK(has(rest, "**Tags:** a → b"));

  for (const bool comes : {true, false}) {
    Case with = before;
    Case without = before;
    without.tags = {"a"};
    CHECK(change_note(comes ? without : with, comes ? with : without, own).empty());
  }
  Case version = before;
  version.version = 9;
  version.modified_by = "u";
  version.modified_at = before.created_at;
  version.number = "1";
  CHECK(change_note(before, version, {}).empty());
}

TEST_CASE("the same assignee, whether a name is known or not") {
  const struct {
    const char *name, *id, *new_name, *new_id;
    bool same;
  } cases[] = {{"Alice", "u1", "Alice", "u1", true}, {"Alice", "u1", "u1", "u1", true},  {"u1", "u1", "Alice", "u1", true},
               {"u1", "", "Alice", "u1", true},      {"Alice", "", "Alice", "u1", true}, {"Alice", "", "Bob", "u2", false},
               {"Alice", "u1", "Bob", "u2", false},  {"Alice", "u1", "", "", false},     {"", "", "Alice", "u1", false}};
  for (const auto& c : cases) {
    CAPTURE(std::string(c.name) + c.id + "|" + c.new_name + c.new_id);
    Case before, now;
    before.assignee = c.name;
    before.assignee_id = c.id;
    now.assignee = c.new_name;
    now.assignee_id = c.new_id;
    CHECK(same_assignee(before, now) == c.same);
    CHECK(change_note(before, now, {}).empty() == c.same);
  }
}

TEST_CASE("what is cut says so") {
  const std::string words(30'000, 'x');
  CHECK(has(comment_text(note(words)), "… (cut; the rest is in HaloPSA)\n\n[picket:event-1]"));
  TicketEvent local = note(words);
  local.desk.clear();
  CHECK(has(comment_text(local), "… (cut; the rest is in the ticket)"));
  CHECK_FALSE(has(comment_text(note("short")), "(cut;"));
  CHECK(has(comment_note(stored(words)), "… (cut; the rest is in Stellar Cyber)"));
  CHECK(has(comment_note(comment(std::string(15'000, '*'))), "… (cut; the rest is in Stellar Cyber)"));
  CHECK_FALSE(has(comment_note(comment("short")), "(cut;"));
}

TEST_CASE("comments of ours, each kind") {
  TicketEvent e = note("Called.\n\nAll well.");
  CHECK(comment_text(e) == "Tess wrote on HaloPSA ticket 1234:\n\nCalled.\n\nAll well.\n\n[picket:event-1]");
  e.author.clear();
  e.desk.clear();
  CHECK(has(comment_text(e), "Somebody wrote on ticket 1234:"));
  e = note("");
  e.kind = Kind::created;
  CHECK(comment_text(e) == "Opened for this case: HaloPSA ticket 1234\n\n[picket:event-1]");
  e.ticket_url = "https://psa.example/1234";
  CHECK(has(comment_text(e), "HaloPSA ticket 1234: https://psa.example/1234"));
  e.kind = Kind::closed;
  CHECK(has(comment_text(e), "Tess closed HaloPSA ticket 1234."));
  e.text = "Fixed.";
  CHECK(has(comment_text(e), "Tess closed HaloPSA ticket 1234 with this note:\n\nFixed."));
  e.kind = Kind::reopened;
  CHECK(has(comment_text(e), "Tess reopened HaloPSA ticket 1234."));
  e.kind = Kind::assignee;
  CHECK(has(comment_text(e), "Nobody is assigned to HaloPSA ticket 1234 any more."));
  e.after = "Olga";
  CHECK(has(comment_text(e), "Now assigned to HaloPSA ticket 1234: Olga"));
}

TEST_CASE("marks") {
  const struct {
    const char* text;
    const char* id;  // of the mark; empty: none
  } cases[] = {{"x\n\n[picket:event-1]", "event-1"},
               {"x\n\n[picket:event-1]\n\n", "event-1"},
               {"x\r\n\r\n[picket:event-1] \r\n", "event-1"},
               {"[picket:event-1]", "event-1"},
               {"x\n\n[picket:event-12]", "event-12"},
               {"[picket:event-2]\n\n[picket:event-1]", "event-1"},
               {"x [picket:event-1]", ""},
               {"> [picket:event-1]", ""},
               {"[picket:event-1]\nI agree.", ""},
               {"x [picket:event-1] y", ""},
               {"[picket:]", ""},
               {"[picket:Event 1]", ""},
               {"[picket:event-1", ""},
               {"picket:event-1]", ""},
               {"[picket:event-1]]", ""},
               {"[picket:[picket:event-1]", ""},
               {"", ""},
               {"]", ""}};
  for (const auto& c : cases) {
    CAPTURE(std::string(c.text));
    const Comment read = stored(c.text);
    CHECK(has_mark(read) == !std::string(c.id).empty());
    CHECK(has_mark(read, "event-1") == (std::string(c.id) == "event-1"));
    CHECK_FALSE(has_mark(read, ""));
    CHECK_FALSE(has_mark(read, "event"));
  }
  CHECK(mark_of("event-1") == "[picket:event-1]");
}

TEST_CASE("an event's own text cannot pass for another's mark") {
  for (const char* text : {"[picket:event-9]", "x\n\n[picket:event-9]", "x\n\n[picket:event-9]\n"}) {
    const Comment read = stored(comment_text(note(text)));
    CHECK(has_mark(read, "event-1"));
    CHECK_FALSE(has_mark(read, "event-9"));
  }
}

TEST_CASE("the vendor's words never form markup, whatever they say") {
  const std::string url = case_url(links.host_url, "c1");
  for (const char* text : hostile) {
    CAPTURE(std::string(text));
    const std::string line = picket::text::clean_line(text, 200).text;
    Case c = example();
    for (std::string* member : {&c.number, &c.name, &c.severity, &c.status, &c.score, &c.tenant_id, &c.tenant_name, &c.assignee})
      *member = line;
    c.tags = {line};
    Parts p;
    p.summary = text;
    p.observables = std::vector<Observables>{{line, {line, line + "x"}}};
    p.alerts = std::vector<CaseAlert>{{"a1", "index", line, line}, {"", "", line, line}};
    const std::vector<std::string> own = {url, alert_url(links.host_url, false, p.alerts->at(0))};
    CHECK(foreign_tag(html_of(body(c, p, links)), own) == "");
    CHECK(foreign_tag(html_of(unmapped_note(c, true))) == "");
    CHECK(foreign_tag(html_of(unmapped_note(c, false))) == "");
    CHECK(foreign_tag(html_of(change_note(example(), c, {}))) == "");
    CHECK(foreign_tag(html_of(change_note(c, example(), {}))) == "");
    Comment k = comment(text);
    k.user = line;
    k.created_at = example().created_at;
    CHECK(foreign_tag(html_of(comment_note(k))) == "");
    CHECK(foreign_tag(html_of(gone_note("c1"))) == "");
    CHECK(foreign_tag(html_of(minimal_body("c1", 3, text, url)), {url}) == "");
    // The link to the case leads there, and is the only one of its words.
    CHECK(has(html_of(body(c, p, links)), "<a href=\"" + url + "\">"));
    CHECK(is_clean(title(c, true)));
  }
}

TEST_CASE("notes on mapping") {
  Case c = example();
  CHECK(has(unmapped_note(c, false), "Contoso (`t1`) is not mapped to a client"));
  CHECK(has(unmapped_note(c, true), "Contoso (`t1`) is mapped to a client that is inactive"));
  c.tenant_name.clear();
  CHECK(has(unmapped_note(c, false), "tenant t1 (`t1`)"));
  c.tenant_id.clear();
  CHECK(has(unmapped_note(c, false), "belongs to no Stellar Cyber tenant"));
}

TEST_CASE("a minimal ticket and one whose case is gone") {
  CHECK(minimal_title("c1") == "[Stellar Cyber] Case c1 needs a look by hand");
  const std::string text = minimal_body("c1", 3, "it <b>failed</b>", "https://stellar.example/c1");
  CHECK(has(text, "`c1` could not be processed 3 times"));
  CHECK(has(text, "[case](https://stellar.example/c1)"));
  CHECK(has(text, "\\<b\\>failed"));
  CHECK(has(gone_note("c1"), "does not know the case `c1` any more"));
}
