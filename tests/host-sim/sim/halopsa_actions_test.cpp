// Notes: how they are added, read and refused.
#include <doctest/doctest.h>

#include "host-sim/sim/halopsa/html_text.hpp"
#include "host-sim/sim/halopsa/times.hpp"
#include "tests/host-sim/sim/halopsa_site.hpp"

using namespace picket;
using namespace picket::test;
using namespace std::chrono_literals;

TEST_CASE("a note is answered and read again") {
  SimulatedSite site;
  site.open("x");
  site.wait(1500ms);
  const auto answer = site.write(
      "/api/Actions",
      R"([{"ticket_id":1001,"note_html":"<p>1 &lt; 2<br>next</p>","who":"Jane Doe","outcome":"internal note","hiddenfromuser":true}])");
  const json::object& note = answer.as_object();
  CHECK(json::integer_at(note, "ticket_id") == 1001);
  CHECK(text_of(note, "note") == "1 < 2\nnext");
  CHECK(text_of(note, "outcome") == "Internal Note");
  CHECK(json::integer_at(note, "outcome_id") == 7);
  CHECK(json::integer_at(note, "who_agentid") == 3);
  CHECK(json::bool_at(note, "hiddenfromuser") == true);
  CHECK(text_of(note, "datetime") == "2026-06-07T12:00:01.5Z");
  CHECK(site.actions(1001).at(0).as_object() == note);
  CHECK(text_of(site.ticket(1001), "last_update") == "2026-06-07T12:00:01.5Z");
}

TEST_CASE("returnall answers all of them") {
  SimulatedSite site;
  site.open("x");
  const std::string two = R"([{"ticket_id":1001,"note":"one"},{"ticket_id":1001,"note":"two","outcome_id":12}])";
  CHECK(text_of(site.write("/api/Actions", two).as_object(), "note") == "one");
  const auto all = site.write("/api/Actions?returnall=true", two).as_array();
  REQUIRE(all.size() == 2);
  CHECK(text_of(all[1].as_object(), "outcome") == "Public Note");
  CHECK(site.actions(1001).size() == 5);
}

TEST_CASE("HTML only when asked for and pages when asked for and the newest first") {
  SimulatedSite site;
  site.open("x");
  for (int i = 1; i <= 120; ++i) site.write("/api/Actions", R"([{"ticket_id":1001,"note":"n)" + std::to_string(i) + "\"}]");
  const auto all = site.read("/api/Actions?ticket_id=1001").as_object();
  CHECK(json::integer_at(all, "record_count") == 121);
  CHECK(all.at("actions").as_array().size() == 121);
  CHECK_FALSE(all.at("actions").as_array().at(0).as_object().contains("note_html"));
  CHECK(text_of(all.at("actions").as_array().at(0).as_object(), "note") == "n120");
  const auto page = site.read("/api/Actions?ticket_id=1001&pageinate=true&page_size=50&page_no=3").as_object();
  CHECK(page.at("actions").as_array().size() == 21);
  CHECK(json::integer_at(page, "record_count") == 121);
  CHECK(site.read("/api/Actions?ticket_id=99").as_object().at("actions").as_array().empty());
  CHECK(site.get("/api/Actions").code == 400);
}

TEST_CASE("what the site refuses of notes") {
  struct Case {
    std::string body;
    unsigned code;
    std::string named;
  };
  const Case cases[] = {{R"([{"ticket_id":1001,"note":"x","outcome":"Nonsense"}])", 400, "Nonsense"},
                        {R"([{"ticket_id":1001,"note":"x","outcome_id":99}])", 400, "99"},
                        {R"([{"ticket_id":1001,"note":""}])", 400, "note"},
                        {R"([{"ticket_id":1001}])", 400, "note"},
                        {R"([{"ticket_id":1002,"note":"x"}])", 404, "1002"},
                        {R"([{"note":"x"}])", 404, "ticket"},
                        {R"({"ticket_id":1001,"note":"x"})", 400, "array"},
                        {R"([{"ticket_id":1001,"note":"good"},{"ticket_id":1001,"note":"x","outcome":"Nonsense"}])", 400, "Nonsense"}};
  SimulatedSite site;
  site.open("x");
  for (const Case& c : cases) {
    CAPTURE(c.body);
    const auto answer = site.post("/api/Actions", c.body);
    CHECK(answer.code == c.code);
    CHECK(message_of(answer).find(c.named) != std::string::npos);
  }
  CHECK(site.actions(1001).size() == 1);
}

TEST_CASE("a closed ticket refuses notes unless the site allows them") {
  SimulatedSite site;
  site.open("x");
  site.control("/_sim/people", R"({"ticket":1001,"close":true})");
  const auto refused = site.post("/api/Actions", R"([{"ticket_id":1001,"note":"late"}])");
  CHECK(refused.code == 400);
  CHECK(message_of(refused).find("closed") != std::string::npos);
  site.control("/_sim/people", R"({"ticket":1001,"reopen":true})");
  site.write("/api/Actions", R"([{"ticket_id":1001,"note":"late"}])");
  site.control("/_sim/people", R"({"ticket":1001,"close":true})");
  site.control("/_sim/rules", R"({"refuse_notes_on_closed":false})");
  site.write("/api/Actions", R"([{"ticket_id":1001,"note":"later"}])");
}

TEST_CASE("an action may be beyond the client's rights") {
  SiteSetup setup;
  setup.site.rules.refused_outcomes = {"internal note"};
  SimulatedSite site(setup);
  site.open("x");
  CHECK(site.post("/api/Actions", R"([{"ticket_id":1001,"note":"x","outcome":"Internal Note"}])").code == 403);
  CHECK(site.post("/api/Actions", R"([{"ticket_id":1001,"note":"x","outcome_id":7}])").code == 403);
  site.write("/api/Actions", R"([{"ticket_id":1001,"note":"x","outcome":"Public Note"}])");
  site.control("/_sim/rules", R"({"refused_outcomes":[]})");
  site.write("/api/Actions", R"([{"ticket_id":1001,"note":"x","outcome":"Internal Note"}])");
  CHECK(site.post("/_sim/rules", R"({"nonsense":true})").code == 400);
}

TEST_CASE("faults before and after the effect of a note") {
  SimulatedSite site;
  site.open("x");
  site.control("/_sim/faults",
               R"({"faults":[{"path":"/api/Actions","kind":"reset"},{"path":"/api/Actions","kind":"reset","when":"after"}]})");
  const std::string note = R"([{"ticket_id":1001,"note":"x"}])";
  CHECK(site.call("POST", "/api/Actions", note).ending == sim::Ending::reset);
  CHECK(site.call("POST", "/api/Actions", note).ending == sim::Ending::reset);
  CHECK(site.actions(1001).size() == 2);
}

TEST_CASE("text of HTML and HTML of text") {
  using sim::halopsa::html_of_text;
  using sim::halopsa::text_of_html;
  struct Case {
    std::string html;
    std::string text;
  };
  const Case cases[] = {{"", ""},
                        {"plain", "plain"},
                        {"<p>a</p><p>b</p>", "a\nb"},
                        {"a<br/>b<BR >c", "a\nb\nc"},
                        {"<ul><li>a</li><li>b</li></ul>", "a\nb"},
                        {"&lt;b&gt; &amp;amp; &quot;&#39;&#x20AC;&nbsp;&bogus; &", "<b> &amp; \"'\u20ac &bogus; &"},
                        {"a <b>b</b>c < d", "a bc < d"},
                        {"&#xD800;&#0;", "&#xD800;&#0;"}};
  for (const Case& c : cases) {
    CAPTURE(c.html);
    CHECK(text_of_html(c.html) == c.text);
  }
  CHECK(html_of_text("<a> & \"b\"\r\nc") == "&lt;a&gt; &amp; &quot;b&quot;<br>c");
  CHECK(text_of_html(html_of_text("<a> & \"b\"\nc")) == "<a> & \"b\"\nc");
}

TEST_CASE("times have fractions without zeros at their end") {
  using sim::halopsa::time_text;
  CHECK(time_text(site_start()) == "2026-06-07T12:00:00Z");
  CHECK(time_text(site_start() + 1us) == "2026-06-07T12:00:00.000001Z");
  CHECK(time_text(site_start() + 250ms) == "2026-06-07T12:00:00.25Z");
  CHECK(time_text(site_start() + 10s) == "2026-06-07T12:00:10Z");
}
