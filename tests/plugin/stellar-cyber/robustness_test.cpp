// Cases in which anything may stand anywhere: whatever comes, it is read, what technicians see is clean, and the snapshot keeps it.
#include <doctest/doctest.h>

#include "plugin/stellar-cyber/content.hpp"
#include "sdk/common/text.hpp"
#include "tests/plugin/support/json_mutator.hpp"
#include "tests/plugin/support/rendered.hpp"

using namespace stellar;
using namespace picket::test;
namespace json = picket::json;

namespace {

const char* const valid = R"({
  "case": {"_id":"c1","ticket_id":4711,"name":"Odd logins","severity":"High","status":"In Progress","score":87.5,"cust_id":"t1",
    "tenant_name":"Contoso","assignee":"u-1","assignee_name":"Alice","tags":["b","a"],"size":3,"version":9,"modified_by":"u-2",
    "created_at":1780000000000,"modified_at":1780000123456,"summary":"one\ntwo"},
  "observables": {"ip":["10.0.0.1",{"value":"10.0.0.2"}],"file":[{"path":"c:\\x","hash":"abc"}],"port":[443,80.5]},
  "alert": {"_id":"a1","_index":"aella-ser-1","_source":{"xdr_event":{"display_name":"Login"},"event_score":71.5}},
  "comment": {"_id":"k1","case_id":"c1","comment":"Look.\n\nNow.","user":"u-1","created_at":1780000000000}})";

const json::object& object_in(const json::object& o, std::string_view key) {
  static const json::object none;
  const json::object* found = json::object_at(o, key);
  return found == nullptr ? none : *found;
}

json::value value_in(const json::object& o, std::string_view key) {
  const json::value* found = o.if_contains(key);
  return found == nullptr ? json::value(nullptr) : *found;
}

// What is wrong with what technicians would see of it; empty = nothing.
std::string problem_with(const Case& c, const Parts& parts, const std::optional<Comment>& comment, const Case& before) {
  const Links links{"https://stellar.example", true};
  const std::string t = title(c, true);
  if (!is_clean(t) || t.find('\n') != std::string::npos || code_points(t) > 250) return "the title: " + t;
  std::vector<std::string> own = {case_url(links.host_url, c.id)};
  for (const CaseAlert& a : *parts.alerts)
    if (std::string url = alert_url(links.host_url, links.saas, a); !url.empty()) own.push_back(url);
  std::vector<std::string> texts = {body(c, parts, links), change_note(before, c, {}), change_note(c, before, {}), unmapped_note(c, false)};
  if (comment) texts.push_back(comment_note(*comment));
  for (const std::string& text : texts) {
    if (!is_clean(text)) return "not clean: " + text;
    if (const std::string tag = foreign_tag(html_of(text), own); !tag.empty()) return tag + " in: " + text;
  }
  return {};
}

}  // namespace

TEST_CASE("a case with anything anywhere is read, shown clean, and survives its snapshot") {
  const json::value base = json::parse(valid, "the case");
  const Case before = read_case(base.at("case")).value();
  for (unsigned round = 0; round < 4000; ++round) {
    CAPTURE(round);
    JsonMutator mutator(round);
    json::value v = base;
    mutator.mutate(v, 20 + round % 200);
    if (!v.is_object()) continue;
    const json::object& o = v.get_object();
    std::optional<Case> c = read_case(value_in(o, "case"));
    if (!c) continue;
    Parts parts;
    parts.summary = c->summary.value_or("");
    parts.observables = read_observables(object_in(o, "observables"));
    parts.alerts = std::vector<CaseAlert>{read_alert(object_in(o, "alert"))};
    const std::optional<Comment> comment = read_comment(value_in(o, "comment"));
    if (const std::string problem = problem_with(*c, parts, comment, before); !problem.empty()) FAIL(problem);

    Snapshot s;
    s.known = *c;
    s.parts = parts;
    s.parts_pending = true;
    picket::Alert alert;
    alert.external_id = c->id;
    alert.metadata = write_snapshot(s);
    if (!is_clean(alert.metadata)) FAIL("metadata is not clean: " << alert.metadata);
    if (write_snapshot(read_snapshot(alert)) != alert.metadata) FAIL("the snapshot differs: " << alert.metadata);
    // What is stored is what was read, so that nothing is taken for a change.
    if (const std::string note = change_note(read_snapshot(alert).known, *c, {}); !note.empty()) FAIL("a change out of nothing: " << note);
  }
}
