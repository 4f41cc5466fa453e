#include "plugin/huntress/content.hpp"

#include <doctest/doctest.h>

#include "sdk/common/text.hpp"
#include "sdk/common/time_text.hpp"
#include "tests/plugin/support/rendered.hpp"

using namespace huntress;
using namespace picket::test;

namespace {

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

Incident example() {
  Incident i;
  i.id = "42";
  i.severity = "high";
  i.status = "sent";
  i.subject = "Malware on PC-1";
  i.summary = "Isolate it.\nThen call us.";
  i.organization_id = "7";
  i.agent_id = "5";
  i.platform = "windows";
  i.indicator_types = {"footholds", "ransomware_canaries"};
  i.indicator_counts = {{"footholds", 2}};
  i.remediations = {{"901", "assisted", "Delete file", "unapproved", {"path: c:\\x.exe", "pid: 4"}}, {"902", "", "", "", {}}};
  i.remediation_count = 2;
  i.sent_at = picket::parse_time("2026-06-09T14:00:00Z");
  i.updated_at = picket::parse_time("2026-06-09T15:00:00Z");
  i.updated_at_text = "2026-06-09T15:00:00Z";
  return i;
}

Context known_host() {
  Context c;
  c.host.state = Host::State::known;
  c.host.agent = {"5", "PC-1", "Windows 11", "10.0.0.5", "198.51.100.7", "SN1", picket::parse_time("2026-06-09T13:00:00Z")};
  c.organization_name = "Contoso";
  c.url = "https://acme.huntress.io/incident_reports/42";
  return c;
}

// Everything that a vendor may write, in every text of an incident.
const char* const hostile[] = {"<script>alert(1)</script>",
                               "</li></ul><img src=x onerror=alert(1)>",
                               "[click](http://evil.example)",
                               "![pic](http://evil.example/x.png)",
                               "see http://evil.example/a_b or www.evil.example",
                               "mail someone@evil.example",
                               "# heading",
                               "heading\n===\nheading\n---",
                               "- item\n1. item\n> quote",
                               "```\ncode",
                               "~~~\ncode\n~~~",
                               "| a | b |\n| - | - |\n| 1 | 2 |",
                               "`unclosed",
                               "** bold ** __x__ ~~y~~",
                               "text[^1]\n\n[^1]: note",
                               "[ref]: http://evil.example",
                               "<!-- comment",
                               "&lt;b&gt;",
                               "- [x] done",
                               "ends with \\"};

Incident hostile_incident(const std::string& text) {
  Incident i = example();
  const std::string line = picket::text::clean_line(text, 500).text;
  i.severity = i.status = i.subject = i.platform = line;
  i.summary = text;
  i.indicator_types = {line};
  i.indicator_counts = {{line, 3}};
  i.remediations = {{"901", line, line, line, {line, line}}, {"902", line, line, line, {}}};
  i.remediation_count = 15;
  i.repairs = {line};
  i.updated_at_text = text;
  return i;
}

}  // namespace

TEST_CASE("titles") {
  Incident i = example();
  CHECK(title(i, false) == "[Huntress] high — Malware on PC-1");
  CHECK(title(i, true) == "[Unmapped Org] [Huntress] high — Malware on PC-1");
  i.subject.clear();
  CHECK(title(i, false) == "[Huntress] high — Incident 42");
  i.severity.clear();
  CHECK(title(i, false) == "[Huntress] unknown severity — Incident 42");
  i.subject = "<b>plain</b> *text* [x](y)";
  CHECK(title(i, false) == "[Huntress] unknown severity — <b>plain</b> *text* [x](y)");
}

TEST_CASE("a title is one line of at most 250 characters") {
  Incident i = example();
  i.subject = "a\nb\r\n c\x01";
  CHECK(title(i, false) == "[Huntress] high — a b c");
  i.subject.clear();
  for (int n = 0; n < 500; ++n) i.subject += "ü";
  for (const bool unmapped : {false, true}) {
    const std::string t = title(i, unmapped);
    CHECK(code_points(t) == 250);
    CHECK(t.ends_with("ü…"));
  }
}

TEST_CASE("a body holds everything, in its order") {
  const std::string b = body(example(), known_host());
  std::size_t last = 0;
  for (const char* part : {"## Incident",
                           "**Severity:** high",
                           "**Status:** sent",
                           "**Platform:** windows",
                           "**Indicators:** footholds (2), ransomware\\_canaries",
                           "**Sent:** 2026-06-09 14:00 UTC",
                           "**Updated:** 2026-06-09 15:00 UTC",
                           "### Summary by the SOC analyst",
                           "Isolate it.\\\nThen call us.",
                           "## Affected host",
                           "**Hostname:** `PC-1`",
                           "**Operating system:** Windows 11",
                           "**Internal IP:** `10.0.0.5`",
                           "**External IP:** `198.51.100.7`",
                           "**Serial number:** `SN1`",
                           "**Last callback:** 2026-06-09 13:00 UTC",
                           "## Remediations",
                           "1. Delete file — unapproved (assisted)\n   - `path: c:\\x.exe`\n   - `pid: 4`",
                           "2. (no action given)",
                           "## Links",
                           "[Huntress incident 42](https://acme.huntress.io/incident_reports/42)"}) {
    CAPTURE(std::string(part));
    const std::size_t at = b.find(part, last);
    REQUIRE(at != std::string::npos);
    last = at;
  }
  CHECK_FALSE(has(b, "not known here"));
  CHECK_FALSE(has(b, "filled in"));
}

TEST_CASE("a body without a host shows the organization") {
  Context c;
  c.organization_name = "Contoso & Sons";
  const std::string b = body(example(), c);
  CHECK(has(b, "## Affected organization"));
  CHECK(has(b, "**Organization:** Contoso \\& Sons"));
  CHECK(has(b, "No host is involved"));
  CHECK_FALSE(has(b, "Hostname"));
  c.organization_name.clear();
  CHECK(has(body(example(), c), "**Organization:** —"));
}

TEST_CASE("a body whose host is pending or gone says so") {
  Context c = known_host();
  c.host.state = Host::State::pending;
  CHECK(has(body(example(), c), "could not be read from Huntress yet; they are filled in"));
  c.host.state = Host::State::gone;
  CHECK(has(body(example(), c), "no details of this host (agent 5)"));
  CHECK_FALSE(has(body(example(), c), "PC-1`"));
}

TEST_CASE("what is not there is a dash, not a hole") {
  Incident i;
  i.id = "42";
  Context c = known_host();
  c.host.agent = {};
  const std::string b = body(i, c);
  for (const char* field : {"Severity", "Status", "Platform", "Indicators", "Sent", "Updated", "Hostname", "Operating system",
                            "Internal IP", "External IP", "Serial number", "Last callback"}) {
    CAPTURE(std::string(field));
    CHECK(has(b, "**" + std::string(field) + ":** —"));
  }
  CHECK(has(b, "Huntress gave no summary."));
  CHECK(has(b, "Huntress lists none."));
}

TEST_CASE("a severity that routing does not know is marked") {
  Context c = known_host();
  c.severity_is_known = false;
  CHECK(has(body(example(), c), "**Severity:** high (a severity that is not known here"));
}

TEST_CASE("remediations beyond those listed are announced") {
  Incident i = example();
  i.remediation_count = 12;
  CHECK(has(body(i, known_host()), "2 of 12 are listed; the rest is filled in"));
  Context given_up = known_host();
  given_up.more_remediations_come = false;
  CHECK(has(body(i, given_up), "2 of 12 are listed; look for the rest in Huntress"));
  i.remediations.clear();
  CHECK(has(body(i, known_host()), "0 of 12 are listed"));
}

TEST_CASE("the portal's page") {
  const struct {
    const char* subdomain;
    const char* url;
  } cases[] = {{"acme", "https://acme.huntress.io/incident_reports/42"},
               {"Acme-MSP2", "https://Acme-MSP2.huntress.io/incident_reports/42"},
               {"", ""},
               {"acme.evil.example/", ""},
               {"acme.sub", ""},
               {"acme@evil", ""},
               {"acme evil", ""},
               {"acme)", ""},
               {"acme\n", ""},
               {"m\xC3\xBCller", ""}};
  for (const auto& c : cases) {
    CAPTURE(std::string(c.subdomain));
    CHECK(portal_url(c.subdomain, "42") == c.url);
  }
  Context without_url = known_host();
  without_url.url.clear();
  CHECK(has(body(example(), without_url), "Huntress incident 42 (the account's subdomain is not known"));
}

TEST_CASE("the audit note holds the raw identifiers and what was repaired") {
  Incident i = example();
  const std::string note = audit_note(i);
  for (const char* part : {"**Incident id:** `42`", "**Organization id:** `7`", "**Agent id:** `5`", "**Status:** `sent`",
                           "**Severity:** `high`", "**Updated at:** `2026-06-09T15:00:00Z`"})
    CHECK(has(note, part));
  CHECK_FALSE(has(note, "could not be taken"));
  i.agent_id.clear();
  i.repairs = {"updated_at is not a date and time and was left out"};
  i.updated_at_text = "soon\nor `later`";
  CHECK(has(audit_note(i), "**Agent id:** —"));
  CHECK(has(audit_note(i), "could not be taken as it was:\n\n- updated\\_at is not a date"));
  CHECK(has(audit_note(i), "**Updated at:** `` soon or `later` ``"));
}

TEST_CASE("why a ticket is on the fallback client") {
  CHECK(has(unmapped_note(UnmappedReason::no_organization, "", ""), "names no Huntress organization"));
  const std::string not_mapped = unmapped_note(UnmappedReason::not_mapped, "7", "Contoso");
  CHECK(has(not_mapped, "Huntress organization `7` (Contoso) is not mapped to a client"));
  CHECK(has(not_mapped, "Map the organization to a client; its next incidents then go to that client."));
  CHECK_FALSE(has(not_mapped, "picket "));  // what a person reads names no command
  const std::string unusable = unmapped_note(UnmappedReason::client_unusable, "7", "");
  CHECK(has(unusable, "organization `7` is mapped to is inactive or no longer exists"));
  CHECK(has(unusable, "Map the organization to a client"));
}

TEST_CASE("an update note names each kind of change, and only that") {
  const struct {
    const char* what;
    void (*change)(Incident&);
    const char* said;
  } cases[] = {
      {"status", [](Incident& i) { i.status = "auto_remediating"; }, "- **Status:** sent → auto\\_remediating\n"},
      {"severity", [](Incident& i) { i.severity = "critical"; }, "- **Severity:** high → critical\n"},
      {"subject", [](Incident& i) { i.subject = "Worse"; }, "- **Subject:** Malware on PC-1 → Worse\n"},
      {"subject removed", [](Incident& i) { i.subject.clear(); }, "- **Subject:** Malware on PC-1 → —\n"},
      {"platform", [](Incident& i) { i.platform = "darwin"; }, "- **Platform:** windows → darwin\n"},
      {"indicators", [](Incident& i) { i.indicator_counts["footholds"] = 3; },
       "- **Indicators:** footholds (2), ransomware\\_canaries → footholds (3), ransomware\\_canaries\n"},
      {"organization", [](Incident& i) { i.organization_id = "8"; }, "- **Organization id:** 7 → 8\n"},
      {"agent", [](Incident& i) { i.agent_id.clear(); }, "- **Agent id:** 5 → —\n"},
      {"remediation", [](Incident& i) { i.remediations[0].status = "approved"; },
       "- **Remediation “Delete file”:** unapproved → approved\n"},
      {"new remediation",
       [](Incident& i) {
         i.remediations.push_back({"903", "", "Reset password", "unapproved", {}});
         i.remediation_count = 3;
       },
       "- **New remediation:** Reset password — unapproved\n- **Number of remediations:** 2 → 3\n"},
      {"summary", [](Incident& i) { i.summary = "Other\nwords"; }, "\nThe summary now reads:\n\nOther\\\nwords\n"},
      {"summary removed", [](Incident& i) { i.summary.clear(); }, "\nThe summary now reads:\n\n(empty)\n"},
      {"nothing shown", [](Incident& i) { i.closed_at = i.updated_at; }, ""},
  };
  for (const auto& c : cases) {
    CAPTURE(std::string(c.what));
    Incident now = example();
    now.updated_at = picket::parse_time("2026-06-09T16:00:00Z");
    c.change(now);
    const std::string said = c.said;
    CHECK(update_note(example(), now) == (said.empty() ? said : "Huntress updated this incident on 2026-06-09 16:00 UTC.\n\n" + said));
  }
  Incident undated = example();
  undated.updated_at.reset();
  undated.status = "closed";
  CHECK(update_note(example(), undated).starts_with("Huntress updated this incident.\n\n"));
}

TEST_CASE("a ticket for what could not be processed") {
  CHECK(minimal_title("42") == "[Huntress] Incident 42 could not be processed");
  const std::string b = minimal_body("42", 3, "the board is <gone>", "https://acme.huntress.io/incident_reports/42");
  CHECK(has(b, "incident `42`"));
  CHECK(has(b, "after 3 attempts"));
  CHECK(has(b, "**Error:** the board is \\<gone\\>"));
  CHECK(has(b, "[Huntress incident 42](https://acme.huntress.io/incident_reports/42)"));
  CHECK_FALSE(has(minimal_body("42", 3, "x", ""), "]("));
}

TEST_CASE("our own markup comes out as such") {
  const std::string html = html_of(body(example(), known_host()));
  for (const char* part : {"<h2>Incident</h2>", "<h3>Summary by the SOC analyst</h3>", "<p>Isolate it.<br />", "<h2>Affected host</h2>",
                           "<code>PC-1</code>", "<h2>Remediations</h2>", "<ol>", "<code>path: c:\\x.exe</code>", "<h2>Links</h2>",
                           "<a href=\"https://acme.huntress.io/incident_reports/42\">Huntress incident 42</a>"}) {
    CAPTURE(std::string(part));
    CHECK(has(html, part));
  }
}

TEST_CASE("vendor text stays text, wherever it stands") {
  for (const char* text : hostile) {
    CAPTURE(std::string(text));
    const Incident i = hostile_incident(text);
    Context c = known_host();
    const std::string line = picket::text::clean_line(text, 300).text;
    c.host.agent = {"5", line, line, line, line, line, {}};
    c.organization_name = line;
    for (const Host::State state : {Host::State::none, Host::State::known, Host::State::pending, Host::State::gone}) {
      c.host.state = state;
      CHECK(foreign_tag(html_of(body(i, c)), {c.url}) == "");
    }
    CHECK(foreign_tag(html_of(audit_note(i))) == "");
    CHECK(foreign_tag(html_of(update_note(example(), i))) == "");
    CHECK(foreign_tag(html_of(update_note(i, example()))) == "");
    CHECK(foreign_tag(html_of(unmapped_note(UnmappedReason::not_mapped, "7", line))) == "");
    CHECK(foreign_tag(html_of(minimal_body("42", 3, text, c.url)), {c.url}) == "");
    // No heading but ours.
    const std::string html = html_of(body(i, c));
    CHECK(html.find("<h2>", html.find("<h2>Links")) == html.find("<h2>Links"));
    CHECK(html.find("<h3>") == html.rfind("<h3>"));
  }
}
