#include "plugin/huntress/incident.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <set>

#include "sdk/common/time_text.hpp"

using namespace huntress;
using picket::lifecycle::FindingState;
namespace json = picket::json;

namespace {

Incident read(const std::string& document) { return read_incident(json::parse_object(document, "the incident")); }

Incident with_remediations(const std::string& value) { return read(R"({"id":1,"remediations":)" + value + "}"); }

std::vector<std::string> parameters(const std::string& value) {
  const Remediation r = read_remediation(json::parse_object(R"({"id":1,"parameters":)" + value + "}", "the remediation"));
  return r.parameters;
}

const char* const documented = R"({
  "id": 42, "organization_id": 7, "agent_id": 5, "severity": "high", "status": "sent", "subject": "Malware on PC-1",
  "summary": "Isolate it.\nThen call us.", "body": "generated", "platform": "windows",
  "indicator_types": ["footholds", "ransomware_canaries"], "indicator_counts": {"footholds": 2, "ransomware_canaries": 1, "monitored_files": 0},
  "remediations": {"has_more": true, "total_count": 12, "items": [
    {"id": 901, "type": "assisted", "action": "Delete file", "status": "unapproved", "parameters": ["path: c:\\x.exe"]}]},
  "sent_at": "2026-06-09T14:00:00Z", "status_updated_at": "2026-06-09T14:30:00Z", "closed_at": null, "updated_at": "2026-06-09T15:00:00Z"})";

}  // namespace

TEST_CASE("an incident as documented") {
  const Incident i = read(documented);
  CHECK(i.id == "42");
  CHECK(i.organization_id == "7");
  CHECK(i.agent_id == "5");
  CHECK(i.severity == "high");
  CHECK(i.status == "sent");
  CHECK(i.subject == "Malware on PC-1");
  CHECK(i.summary == "Isolate it.\nThen call us.");
  CHECK(i.platform == "windows");
  CHECK(i.indicator_types == std::vector<std::string>{"footholds", "ransomware_canaries"});
  CHECK(i.indicator_counts == std::map<std::string, std::int64_t>{{"footholds", 2}, {"ransomware_canaries", 1}});
  REQUIRE(i.remediations.size() == 1);
  CHECK(i.remediations[0] == Remediation{"901", "assisted", "Delete file", "unapproved", {"path: c:\\x.exe"}});
  CHECK(i.remediation_count == 12);
  CHECK(i.sent_at == picket::parse_time("2026-06-09T14:00:00Z"));
  CHECK(i.status_updated_at == picket::parse_time("2026-06-09T14:30:00Z"));
  CHECK_FALSE(i.closed_at);
  CHECK(i.updated_at == picket::parse_time("2026-06-09T15:00:00Z"));
  CHECK(i.updated_at_text == "2026-06-09T15:00:00Z");
  CHECK(i.repairs.empty());
}

TEST_CASE("an incident of nulls, and one of nothing, is an empty one and needs no repair") {
  const Incident nulls =
      read(R"({"id":42,"organization_id":null,"agent_id":null,"severity":null,"status":null,"subject":null,"summary":null,"body":null,
    "platform":null,"indicator_types":null,"indicator_counts":null,"remediations":null,"sent_at":null,"status_updated_at":null,"closed_at":null,"updated_at":null})");
  for (const Incident& i : {nulls, read("{}")}) {
    CHECK(i.organization_id.empty());
    CHECK(i.agent_id.empty());
    CHECK(i.summary.empty());
    CHECK(i.indicator_types.empty());
    CHECK(i.remediations.empty());
    CHECK(i.remediation_count == 0);
    CHECK_FALSE(i.updated_at);
    CHECK(i.repairs.empty());
  }
}

TEST_CASE("the id of a row") {
  const struct {
    const char* row;
    std::optional<std::string> id;
  } cases[] = {{R"({"id":42})", "42"},
               {R"({"id":"42"})", "42"},
               {R"({"id":42.0})", "42"},
               {R"({"id":null})", std::nullopt},
               {R"({"id":"x-1"})", "x-1"},
               {R"({"id":"x/1"})", std::nullopt},
               {R"({"id":"x 1"})", std::nullopt},
               {R"({"id":""})", std::nullopt},
               {R"({"id":4.2})", std::nullopt},
               {R"({"id":[42]})", std::nullopt},
               {R"({"id":true})", std::nullopt},
               {"{}", std::nullopt},
               {"42", std::nullopt},
               {"null", std::nullopt},
               {"[]", std::nullopt}};
  for (const auto& c : cases) {
    CAPTURE(c.row);
    CHECK(read_id(json::parse(c.row, "row")) == c.id);
  }
}

TEST_CASE("numbers as text, and text as numbers") {
  const Incident i =
      read(R"({"id":"42","organization_id":"7","agent_id":"5","severity":3,"indicator_counts":{"footholds":"2","x":"many","y":-1,"z":"0"},
    "remediations":{"total_count":"12","items":[{"id":"901","status":7}]}})");
  CHECK(i.id == "42");
  CHECK(i.organization_id == "7");
  CHECK(i.agent_id == "5");
  CHECK(i.severity == "3");
  CHECK(i.indicator_counts == std::map<std::string, std::int64_t>{{"footholds", 2}});
  CHECK(i.remediation_count == 12);
  CHECK(i.remediations.at(0).id == "901");
  CHECK(i.remediations.at(0).status == "7");
}

TEST_CASE("what cannot be taken as it is is repaired, and said") {
  const struct {
    std::string document;
    const char* repair;
  } cases[] = {
      {R"({"subject":"a\u0000b"})", "removed from subject"},
      {R"({"subject":["x"]})", "subject was neither text nor a number"},
      {R"({"severity":{"level":"high"}})", "severity was neither text"},
      {R"({"status":true})", "status was neither text"},
      {R"({"summary":{"x":1}})", "summary was neither text"},
      {R"({"summary":"a\u202eb"})", "removed from summary"},
      {R"({"updated_at":"soon"})", "updated_at is not a date and time"},
      {R"({"updated_at":1780000000})", "updated_at is not a date and time"},
      {R"({"sent_at":"2026-02-30T00:00:00Z"})", "sent_at is not a date and time"},
      {R"({"closed_at":[]})", "closed_at was neither text"},
      {R"({"severity":")" + std::string(101, 's') + "\"}", "severity was shortened to 100 characters"},
      {R"({"subject":")" + std::string(501, 's') + "\"}", "subject was shortened to 500 characters"},
      {R"({"summary":")" + std::string(20'001, 's') + "\"}", "summary was shortened to 20000 characters"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.document.substr(0, 60));
    const Incident i = read(c.document);
    REQUIRE(i.repairs.size() == 1);
    CHECK(i.repairs[0].find(c.repair) != std::string::npos);
  }
}

TEST_CASE("the generated body stands in for a summary that says nothing") {
  for (const char* summary : {"null", R"("")", R"("  \n\t\r\n ")", R"("\u0000")"}) {
    CAPTURE(summary);
    CHECK(read(std::string(R"({"body":"generated","summary":)") + summary + "}").summary == "generated");
  }
  CHECK(read(R"({"body":"generated","summary":"written"})").summary == "written");
}

TEST_CASE("every shape of a remediation's parameters") {
  const struct {
    const char* value;
    std::vector<std::string> parameters;
  } cases[] = {
      {"null", {}},
      {"[]", {}},
      {R"(["a","b"])", {"a", "b"}},
      {R"(["a",null,"",7,true])", {"a", "7", "true"}},
      {R"([{"description":"c:\\x"}])", {"c:\\x"}},
      {R"([{"name":"path","description":"c:\\x"}])", {"path: c:\\x"}},
      {R"([{"path":"c:\\x","size":7,"none":null}])", {"path: c:\\x, size: 7"}},
      {R"([["a","b"]])", {R"(["a","b"])"}},
      {R"({"name":"path","description":"c:\\x"})", {"path: c:\\x"}},
      {R"({"description":null,"pid":4})", {"pid: 4"}},
      {R"({"deep":{"er":[1]}})", {R"(deep: {"er":[1]})"}},
      {R"("c:\\x")", {"c:\\x"}},
      {"7", {"7"}},
      {"false", {"false"}},
      {"{}", {}},
      {R"("a\u0000\nb")", {"a b"}},
  };
  for (const auto& c : cases) {
    CAPTURE(c.value);
    CHECK(parameters(c.value) == c.parameters);
  }
  CHECK(read_remediation({}).parameters.empty());
  CHECK(parameters("\"" + std::string(2000, 'x') + "\"").at(0).size() <= 1003);
}

TEST_CASE("every shape of the remediations themselves") {
  const struct {
    const char* value;
    std::size_t listed;
    std::uint64_t count;
  } cases[] = {
      {"null", 0, 0},
      {"7", 0, 0},
      {R"("none")", 0, 0},
      {"[]", 0, 0},
      {R"([{"id":1}])", 1, 1},
      {R"({"items":[{"id":1}]})", 1, 1},
      {R"({"items":[{"id":1}],"total_count":12})", 1, 12},
      {R"({"items":[{"id":1}],"total_count":0})", 1, 1},
      {R"({"items":[{"id":1}],"total_count":-5})", 1, 1},
      {R"({"items":[{"id":1}],"total_count":"x"})", 1, 1},
      {R"({"items":[{"id":1}],"has_more":true})", 1, 2},
      {R"({"items":[{"id":1}],"has_more":"yes"})", 1, 1},
      {R"({"items":[{"id":1},null,7,"x",[]]})", 1, 1},
      {R"({"items":null,"total_count":3})", 0, 3},
      {R"({"items":{},"has_more":true})", 0, 0},
      {"{}", 0, 0},
  };
  for (const auto& c : cases) {
    CAPTURE(c.value);
    const Incident i = with_remediations(c.value);
    CHECK(i.remediations.size() == c.listed);
    CHECK(i.remediation_count == c.count);
  }
}

TEST_CASE("indicators of odd shapes") {
  const Incident i = read(R"({"indicator_types":["footholds",null,7,{"x":1},"new\u0000kind"],"indicator_counts":[1,2]})");
  CHECK(i.indicator_types == std::vector<std::string>{"footholds", "newkind"});
  CHECK(i.indicator_counts.empty());
  CHECK(read(R"({"indicator_types":"footholds"})").indicator_types.empty());
}

TEST_CASE("a host of odd shapes") {
  const Agent a = read_agent(json::parse_object(
      R"({"id":"5","hostname":"PC\u0000-1","os":["x"],"ipv4_address":null,"external_ip":7,"serial_number":"SN1","last_callback_at":"never"})",
      "the agent"));
  CHECK(a.id == "5");
  CHECK(a.hostname == "PC-1");
  CHECK(a.os.empty());
  CHECK(a.ipv4_address.empty());
  CHECK(a.external_ip == "7");
  CHECK(a.serial_number == "SN1");
  CHECK_FALSE(a.last_callback_at);
  CHECK(read_agent(to_json(a)) == a);
}

TEST_CASE("open, closed and ignored statuses") {
  const struct {
    const char* status;
    FindingState state;
  } cases[] = {{"sent", FindingState::open},
               {"auto_remediating", FindingState::open},
               {"closed", FindingState::closed},
               {"dismissed", FindingState::closed},
               {"partner_dismissed", FindingState::closed},
               {"deleting", FindingState::ignored},
               {"a_new_status", FindingState::open},
               {"", FindingState::open},
               {"CLOSED", FindingState::open}};
  for (const auto& c : cases) {
    CAPTURE(c.status);
    CHECK(state_of(c.status) == c.state);
  }
}

TEST_CASE("a change of any part changes the fingerprint, and the same incident has the same") {
  const Incident base = read(documented);
  const auto print = [](const Incident& i) { return fingerprint_of(i); };
  const std::function<void(Incident&)> changes[] = {
      [](Incident& i) { i.status = "closed"; },
      [](Incident& i) { i.severity = "critical"; },
      [](Incident& i) { i.subject += "!"; },
      [](Incident& i) { i.summary += "!"; },
      [](Incident& i) { i.platform = "darwin"; },
      [](Incident& i) { i.organization_id = "8"; },
      [](Incident& i) { i.agent_id.clear(); },
      [](Incident& i) { i.indicator_types.pop_back(); },
      [](Incident& i) { i.indicator_types.push_back("new"); },
      [](Incident& i) { i.indicator_counts["footholds"] = 3; },
      [](Incident& i) { i.remediation_count = 13; },
      [](Incident& i) { i.remediations.clear(); },
      [](Incident& i) { i.remediations[0].id = "902"; },
      [](Incident& i) { i.remediations[0].type = "x"; },
      [](Incident& i) { i.remediations[0].action = "x"; },
      [](Incident& i) { i.remediations[0].status = "approved"; },
      [](Incident& i) { i.remediations[0].parameters.push_back("x"); },
      [](Incident& i) { *i.updated_at += std::chrono::seconds{1}; },
      [](Incident& i) {
        i.updated_at.reset();
        i.updated_at_text = "soon";
      },
      [](Incident& i) {
        i.updated_at.reset();
        i.updated_at_text = "later";
      },
  };
  std::set<std::string> prints{print(base)};
  for (const auto& change : changes) {
    Incident changed = base;
    change(changed);
    prints.insert(print(changed));
  }
  CHECK(prints.size() == std::size(changes) + 1);
  CHECK(print(base) == print(read(documented)));
  CHECK(print(base).starts_with("2026-06-09T15:00:00.000Z/"));
  Incident undated = base;
  undated.updated_at.reset();
  CHECK(fingerprint_of(undated).starts_with("/"));
}

TEST_CASE("parts of different kinds are kept apart") {
  Incident types, counts;
  types.indicator_types = {"footholds", "2"};
  counts.indicator_counts = {{"footholds", 2}};
  CHECK(fingerprint_of(types) != fingerprint_of(counts));

  Incident one, two;
  one.remediation_count = two.remediation_count = 2;
  one.remediations = {{"1", "t", "a", "s", {"p", "2", "t", "a", "s"}}};
  two.remediations = {{"1", "t", "a", "s", {"p"}}, {"2", "t", "a", "s", {}}};
  CHECK(fingerprint_of(one) != fingerprint_of(two));
}

TEST_CASE("an incident comes back from its snapshot") {
  const Incident i = read(documented);
  const json::object snapshot = json::parse_object(json::to_string(to_snapshot(i)), "the snapshot");
  const Incident back = from_snapshot(i.id, i.severity, i.status, i.subject, snapshot);
  CHECK(fingerprint_of(back) == fingerprint_of(i));
  CHECK(back.sent_at == i.sent_at);
  CHECK(back.status_updated_at == i.status_updated_at);
  CHECK(back.repairs.empty());
}
