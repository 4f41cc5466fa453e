// What a vendor writes can form no markup in a ticket: descriptions and notes are rendered by cmark-gfm with every extension.
#include <doctest/doctest.h>

#include <regex>

#include "tests/e2e/world.hpp"
#include "tests/support/gfm.hpp"

using namespace picket;
using namespace picket::e2e;

namespace {

const char* const nasty[] = {
    "<script>alert(1)</script>",
    "[click](http://evil.example)",
    "![pic](http://evil.example/x.png)",
    "<http://evil.example>",
    "http://evil.example/a_b_c www.evil.example someone@evil.example",
    "# heading",
    "heading\n===",
    "- item\n* item\n1. item",
    "> quote",
    "    indented code",
    "```\ncode\n```",
    "`code` **bold** ~~gone~~ _it_",
    "| a | b |\n| - | - |\n| 1 | 2 |",
    "text[^1]\n\n[^1]: note",
    "[ref]\n\n[ref]: http://evil.example",
    "- [x] done",
    "***",
    "&lt;b&gt; &#60;i>",
    "<!-- comment --> <?php ?> <![CDATA[x]]>",
};

// The document's tags but paragraphs, line ends and code spans, which text may produce.
std::string skeleton(const std::string& markdown) {
  const std::string html = std::regex_replace(test::rendered(markdown, test::RenderAs::html), std::regex("</?(p|code)>|<br />"), "");
  const std::regex any_tag("<[^>]*>");
  std::string out;
  for (auto tag = std::sregex_iterator(html.begin(), html.end(), any_tag); tag != std::sregex_iterator(); ++tag) out += tag->str();
  return out;
}

// The incident whose every text is the given one; its shape (number of lists and items) does not depend on it.
std::string row(int id, const std::string& text) {
  json::object remediation{{"id", 1}, {"type", text}, {"action", text}, {"status", text}, {"parameters", {text}}};
  json::object o{{"id", id},        {"organization_id", 303}, {"severity", text}, {"subject", text},
                 {"summary", text}, {"platform", text},       {"agent_id", 5},    {"indicator_types", {text}}};
  json::array list;
  list.push_back(std::move(remediation));
  o["remediations"] = std::move(list);
  return json::to_string(o);
}

std::string host(const std::string& text) {
  return json::to_string(json::object{{"id", 5},
                                      {"organization_id", 303},
                                      {"hostname", text},
                                      {"os", text},
                                      {"serial_number", text},
                                      {"ipv4_address", text},
                                      {"external_ip", text}});
}

// The skeleton with ids of incidents left out: they are in links.
std::string without_ids(std::string text) { return std::regex_replace(text, std::regex("incident_reports/[0-9]+"), "incident_reports/N"); }

}  // namespace

STORAGE_TEST_CASE(storage, "no text of the vendor's changes the structure of a description or note, and titles are one clean line") {
  World world(storage);
  const auto open = [&](int id, const std::string& text) {
    world.vendor().agent(host(text));
    world.vendor().organization(json::to_string(json::object{{"id", 303}, {"name", text}}));
    REQUIRE(world.picket({"orgs", "sync", "huntress", "--tenant", tenant_name}).exit_code == 0);
    world.vendor().incident(row(id, text));
    CHECK(world.poll().at("created") == 1);
  };
  open(1, "plain");
  const json::object plain = world.ticket("1");
  const std::string expected = without_ids(skeleton(text_at(plain, "description")));
  const std::vector<std::string> plain_notes = world.notes("1");
  int id = 1;
  for (const char* text : nasty) {
    CAPTURE(text);
    open(++id, text);
    const json::object ticket = world.ticket(std::to_string(id));
    CHECK(without_ids(skeleton(text_at(ticket, "description"))) == expected);
    const std::vector<std::string> notes = world.notes(std::to_string(id));
    REQUIRE(notes.size() == plain_notes.size());
    for (std::size_t i = 0; i < notes.size(); ++i) CHECK(skeleton(notes[i]) == skeleton(plain_notes[i]));
    const std::string title = text_at(ticket, "title");
    CHECK(title.find_first_of("\n\r\t") == std::string::npos);
    CHECK(title.starts_with("[Unmapped Org] [Huntress] "));
  }
  // Notes of updates: from plain to nasty and back give the same structure each time.
  for (int i = 0; i < 4; ++i) {
    world.vendor().incident(row(1, nasty[static_cast<std::size_t>(i)]));
    CHECK(world.poll().at("noted") == 1);
    world.vendor().incident(row(1, "plain"));
    CHECK(world.poll().at("noted") == 1);
  }
  std::vector<std::string> notes = world.notes("1");
  for (std::size_t i = plain_notes.size() + 1; i < notes.size(); ++i) CHECK(skeleton(notes[i]) == skeleton(notes[plain_notes.size()]));
}
