// Incidents in which anything may stand anywhere: whatever comes, it is read, and what people get to see is clean.
#include <doctest/doctest.h>

#include <random>

#include "plugin/huntress/content.hpp"
#include "plugin/huntress/snapshot.hpp"
#include "sdk/common/text.hpp"
#include "tests/plugin/huntress/rendered.hpp"

using namespace huntress;
using namespace huntress::test;
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

class Mutator {
 public:
  explicit Mutator(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t n) { return random_() % n; }

  void mutate(json::value& v, unsigned per_mille) {
    if (random_() % 1000 < per_mille) v = anything(0);
    if (json::object* o = v.if_object()) {
      if (!o->empty() && random_() % 1000 < per_mille) o->erase(std::next(o->begin(), static_cast<std::ptrdiff_t>(below(o->size()))));
      if (random_() % 1000 < per_mille) (*o)[text()] = anything(0);
      for (auto& member : *o) mutate(member.value(), per_mille);
    } else if (json::array* a = v.if_array()) {
      if (random_() % 1000 < per_mille) a->push_back(anything(0));
      for (json::value& item : *a) mutate(item, per_mille);
    }
  }

 private:
  json::value anything(int depth) {
    switch (below(depth > 3 ? 8 : 10)) {
      case 0: return nullptr;
      case 1: return random_() % 2 == 0;
      case 2: return static_cast<std::int64_t>(random_()) * (random_() % 2 == 0 ? 1 : -1);
      case 3: return static_cast<double>(random_()) / 7 * (random_() % 3 == 0 ? 1e290 : 1);
      case 4: return UINT64_MAX;
      case 5: return boost::json::string(std::to_string(random_() % 100));
      case 6:
      case 7: return boost::json::string(text());
      case 8: {
        json::array a;
        for (std::size_t n = below(4); n > 0; --n) a.push_back(anything(depth + 1));
        return a;
      }
      default: {
        json::object o;
        const char* const keys[] = {"id", "name", "description", "items", "total_count", "has_more", "parameters", "action", "status"};
        for (std::size_t n = below(5); n > 0; --n) o[keys[below(std::size(keys))]] = anything(depth + 1);
        return o;
      }
    }
  }

  std::string text() {
    static const std::string_view pieces[] = {"<script>",
                                              "</p>",
                                              "<img src=x>",
                                              "[a](http://e.example)",
                                              "http://e.example",
                                              "www.e.example",
                                              "a@e.example",
                                              "`",
                                              "``",
                                              "```",
                                              "\n",
                                              "\n\n",
                                              "\r",
                                              "\t",
                                              "# ",
                                              "- ",
                                              "1. ",
                                              "> ",
                                              "    ",
                                              "|",
                                              "| - |\n",
                                              "---\n",
                                              "===\n",
                                              "~~~\n",
                                              "*",
                                              "_",
                                              "\\",
                                              "&amp;",
                                              "<",
                                              ">",
                                              "[",
                                              "]",
                                              "(",
                                              ")",
                                              "!",
                                              "$",
                                              "^",
                                              "~",
                                              ":",
                                              std::string_view("\0", 1),
                                              "\x1B[31m",
                                              "\x7F",
                                              "\xC2\x85",
                                              "\xE2\x80\xAE",
                                              "\xE2\x80\xA8",
                                              "\xEF\xBB\xBF",
                                              "\xEF\xBF\xBF",
                                              "\xED\xA0\x80",
                                              "\xFF",
                                              "\xC3",
                                              "\xF3\xA0\x81\x81",
                                              "word",
                                              " ",
                                              "\xC3\xBC",
                                              "\xF0\x9F\x92\xA9",
                                              "2026-06-09T14:00:00Z",
                                              "c:\\x.exe"};
    std::string out;
    for (std::size_t n = below(12); n > 0; --n) out += pieces[below(std::size(pieces))];
    if (below(200) == 0)
      for (int n = 0; n < 12; ++n) out += out.substr(0, 4000);
    return out;
  }

  std::mt19937_64 random_;
};

std::size_t code_points(const std::string& s) {
  std::size_t n = 0;
  for (const char c : s) n += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return n;
}

// What is wrong with what people would see of the incident; empty = nothing.
std::string problem_with(const Incident& i, const Incident& before, Context context) {
  const std::string t = title(i, true);
  if (!is_clean(t) || t.find('\n') != std::string::npos) return "title is not clean";
  if (t.empty() || code_points(t) > 250) return "title is too long";
  const std::string texts[] = {body(i, context), audit_note(i), update_note(before, i), update_note(i, before)};
  for (const std::string& text : texts) {
    if (!is_clean(text)) return "not clean: " + text;
    if (const std::string tag = foreign_tag(html_of(text), context.url); !tag.empty()) return tag + " in: " + text;
  }
  return {};
}

}  // namespace

TEST_CASE("an incident with anything anywhere is read, shown clean, and survives its snapshot") {
  const json::value base = json::parse(valid, "the incident");
  const Incident before = read_incident(base.get_object());
  for (unsigned round = 0; round < 4000; ++round) {
    CAPTURE(round);
    Mutator mutator(round);
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
    if (fingerprint_of(back.incident, {}) != fingerprint_of(i, {}) && i.updated_at) FAIL("the snapshot differs: " << json::to_string(v));
  }
}
