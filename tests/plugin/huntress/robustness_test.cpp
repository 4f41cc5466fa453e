// Incidents in which anything may stand anywhere: whatever comes, it is read, and what technicians see is clean.
#include <doctest/doctest.h>

#include "plugin/huntress/content.hpp"
#include "plugin/huntress/snapshot.hpp"
#include "sdk/common/text.hpp"
#include "tests/plugin/support/json_mutator.hpp"
#include "tests/plugin/support/rendered.hpp"

using namespace huntress;
using namespace picket::test;
namespace json = picket::json;

namespace {

const char* const valid = R"({
  "id": 42, "organization_id": 7, "agent_id": 5, "account_id": 1, "severity": "high", "status": "sent", "subject": "Malware on PC-1",
  "summary": "Isolate it.\nThen call us.", "body": "generated", "platform": "windows", "actor_id": null, "footholds": "x",
  "indicator_types": ["footholds", "ransomware_canaries"], "indicator_counts": {"footholds": 2, "ransomware_canaries": 1, "monitored_files": 0},
  "remediations": {"has_more": true, "total_count": 12, "items": [
    {"id": 901, "type": "assisted", "action": "Delete file", "status": "unapproved", "parameters": ["path: c:\\x.exe"]},
    {"id": 902, "type": "manual", "action": "Call", "status": "completed", "parameters": [{"name": "number", "description": "555"}]}]},
  "sent_at": "2026-06-09T14:00:00Z", "status_updated_at": "2026-06-09T14:30:00Z", "closed_at": null, "updated_at": "2026-06-09T15:00:00Z"})";

// What is wrong with what technicians would see of the incident; empty = nothing.
std::string problem_with(const Incident& i, const Incident& before, Context context) {
  const std::string t = title(i, true);
  if (!is_clean(t) || t.find('\n') != std::string::npos) return "title is not clean";
  if (t.empty() || code_points(t) > 250) return "title is too long";
  const std::string texts[] = {body(i, context), audit_note(i), update_note(before, i), update_note(i, before)};
  for (const std::string& text : texts) {
    if (!is_clean(text)) return "not clean: " + text;
    if (const std::string tag = foreign_tag(html_of(text), {context.url}); !tag.empty()) return tag + " in: " + text;
  }
  return {};
}

}  // namespace

TEST_CASE("an incident with anything anywhere is read, shown clean, and survives its snapshot") {
  const json::value base = json::parse(valid, "the incident");
  const Incident before = read_incident(base.get_object());
  for (unsigned round = 0; round < 4000; ++round) {
    CAPTURE(round);
    JsonMutator mutator(round);
    json::value v = base;
    mutator.mutate(v, 20 + round % 200);
    read_id(v);
    if (!v.is_object()) continue;
    const Incident i = read_incident(v.get_object());

    Context context;
    context.url = portal_url("acme", "42");
    json::value host = base;
    mutator.mutate(host, 100);
    context.host.state = static_cast<Host::State>(mutator.below(4));
    if (host.is_object()) context.host.agent = read_agent(host.get_object());
    if (const std::string problem = problem_with(i, before, context); !problem.empty()) FAIL(problem);

    for (const std::string* line : {&i.severity, &i.status, &i.subject, &i.platform})
      if (!is_clean(*line) || line->find('\n') != std::string::npos) FAIL("a line is not clean: " << *line);

    Snapshot s;
    s.incident = i;
    s.host = context.host;
    picket::Alert alert;
    alert.external_id = i.id;
    alert.severity = i.severity;
    alert.status = i.status;
    alert.message = i.subject;
    alert.metadata = write_snapshot(s);
    if (!is_clean(alert.metadata)) FAIL("metadata is not clean: " << alert.metadata);
    const Snapshot back = read_snapshot(alert);
    if (fingerprint_of(back.incident) != fingerprint_of(i) && i.updated_at) FAIL("the snapshot differs: " << json::to_string(v));
  }
}
