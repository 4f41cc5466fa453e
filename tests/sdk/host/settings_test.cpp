#include "sdk/host/settings.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "sdk/host/manifest_file.hpp"

using namespace picket;
using namespace picket::host;

namespace {

Manifest huntress() {
  const std::filesystem::path folder = PICKET_MANIFESTS;
  return load_manifest(folder / "huntress.json", folder / "manifest.schema.json");
}

json::object object(std::string_view text) { return json::parse_object(text, "test"); }

// The message and field of the refusal, or "" when the settings are right.
std::string refusal(const Manifest& manifest, std::string_view settings, bool complete = false) {
  try {
    validate_settings(manifest, object(settings), complete);
    return "";
  } catch (const Error& e) {
    CHECK(e.status() == Status::invalid);
    CHECK_FALSE(e.field().empty());
    return e.what();
  }
}

std::string refusal(std::string_view settings, bool complete = false) { return refusal(huntress(), settings, complete); }

// Huntress with two settings of kinds that it does not have.
Manifest with_numbers_and_objects() {
  Manifest m = huntress();
  json::object& properties = m.settings.at("properties").as_object();
  properties["minimumScore"] = object(R"({"type":"number","minimum":0,"maximum":99.5})");
  properties["weight"] = object(R"({"type":["number","null"],"minimum":0.5})");
  properties["priorityMap"] = object(R"({"type":"string","format":"json-object"})");
  return m;
}

constexpr std::string_view complete_settings = R"({"boardId":"b","fallbackClientId":"c","fallbackBoardId":"fb",
  "severityPriorityMap":{"critical":"1","high":"2","low":"3"}})";

}  // namespace

TEST_CASE("what is missing before polling may start") {
  const Manifest m = huntress();
  using Paths = std::vector<std::string>;
  CHECK(missing_settings(m, {}) == Paths{"severityPriorityMap.critical", "severityPriorityMap.high", "severityPriorityMap.low", "boardId",
                                         "fallbackClientId", "fallbackBoardId"});
  CHECK(missing_settings(m, object(complete_settings)).empty());
  CHECK(missing_settings(m, object(R"({"boardId":null,"fallbackClientId":"","fallbackBoardId":"x",
                                       "severityPriorityMap":{"critical":"1","high":"2"}})")) ==
        Paths{"severityPriorityMap.low", "boardId", "fallbackClientId"});
}

TEST_CASE("settings that are right") {
  CHECK(refusal("{}").empty());
  CHECK(refusal(complete_settings, true).empty());
  CHECK(refusal(R"({"boardId":null,"categoryId":null,"severityPriorityMap":{"low":null}})").empty());
  CHECK(refusal(R"({"pollIntervalMinutes":1440,"incidentCursor":"2026-06-09T14:00:00Z","autoCloseTickets":true})").empty());
  CHECK(refusal(R"({"incidentCursor":"2026-06-09T14:00:00.123Z"})").empty());
}

TEST_CASE("settings that are wrong are refused by name and expectation") {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {R"({"pollIntervalMinutes":0})", "pollIntervalMinutes: expected an integer from 1 to 1440"},
      {R"({"pollIntervalMinutes":"5"})", "pollIntervalMinutes: expected an integer from 1 to 1440"},
      {R"({"autoCloseTickets":"yes"})", "autoCloseTickets: expected true or false"},
      {R"({"incidentCursor":"yesterday"})", "incidentCursor: expected a time such as 2026-06-09T14:00:00Z"},
      {R"({"incidentCursor":["2026-06-09T14:00:00Z"]})", "incidentCursor: expected a time such as 2026-06-09T14:00:00Z"},
      {R"({"incidentCursor":7})", "incidentCursor: expected a time such as 2026-06-09T14:00:00Z"},
      {R"({"categoryId":7})", "categoryId: expected text that is not empty or null"},
      {R"({"severityPriorityMap":[]})", "severityPriorityMap: expected an object"},
      {R"({"severityPriorityMap":{"low":3}})", "severityPriorityMap.low: expected text that is not empty"},
      {R"({"boardid":"b"})", "boardid: is not known here; did you mean 'boardId'?"},
      {R"({"severityPriorityMap":{"hihg":"x"}})", "severityPriorityMap.hihg: is not known here; did you mean 'high'?"},
      {R"({"zzzzzzzzzzzzzzzzzzzzzz":1})", "zzzzzzzzzzzzzzzzzzzzzz: is not known here"},
  };
  for (const auto& [settings, message] : cases) {
    CAPTURE(settings);
    CHECK(refusal(settings) == message);
  }
  CHECK(refusal(R"({"boardId":"b"})", true) ==
        "these settings are still missing: severityPriorityMap.critical, severityPriorityMap.high, severityPriorityMap.low, "
        "fallbackClientId, fallbackBoardId");
}

TEST_CASE("numbers need not be whole") {
  const Manifest m = with_numbers_and_objects();
  for (const char* right :
       {R"({"minimumScore":0})", R"({"minimumScore":12.25})", R"({"minimumScore":99.5})", R"({"weight":0.5,"minimumScore":null})"}) {
    CAPTURE(right);
    CHECK(refusal(m, right).empty());
  }
  CHECK(refusal(m, R"({"minimumScore":99.6})") == "minimumScore: expected a number from 0 to 99.5");
  CHECK(refusal(m, R"({"minimumScore":"50"})") == "minimumScore: expected a number from 0 to 99.5");
  CHECK(refusal(m, R"({"weight":0.4})") == "weight: expected a number of at least 0.5 or null");
}

TEST_CASE("text that has to be a JSON object of certain texts") {
  Manifest m = with_numbers_and_objects();
  m.settings.at("properties").at("priorityMap").as_object()["x-picket-values"] = json::parse(R"(["High","Low"])", "values");
  CHECK(refusal(m, R"({"priorityMap":"{\"P1\": \"high\", \"P2\": \"Low\"}"})").empty());
  CHECK(refusal(m, R"({"priorityMap":"{\"P1\": \"Catastrophic\"}"})") == "priorityMap: the value of 'P1' must be one of High, Low");
}

TEST_CASE("text that has to be a JSON object of texts") {
  const Manifest m = with_numbers_and_objects();
  for (const char* right : {R"({})", R"({"priorityMap":null})", R"({"priorityMap":""})", R"({"priorityMap":"{}"})",
                            R"({"priorityMap":"{\"High\": \"Critical\", \"Low\": \"\"}"})"}) {
    CAPTURE(right);
    CHECK(refusal(m, right).empty());
  }
  const std::string expected = R"(priorityMap: expected a JSON object of texts such as {"High": "Urgent"})";
  CHECK(refusal(m, R"({"priorityMap":"High=Critical"})") == expected);
  CHECK(refusal(m, R"({"priorityMap":"[\"High\"]"})") == expected);
  CHECK(refusal(m, R"({"priorityMap":"{\"High\": \"Critical\""})") == expected);
  CHECK(refusal(m, R"({"priorityMap":"{\"High\": 4}"})") == expected + ", but 'High' is no text");
  CHECK(refusal(m, R"({"priorityMap":{"High":"Critical"}})") == "priorityMap: expected text that is a JSON object");
}

TEST_CASE("defaults fill what is absent and nothing else") {
  const json::object filled = with_defaults(huntress(), object(R"({"pollIntervalMinutes":9,"boardId":"b"})"));
  CHECK(json::integer_at(filled, "pollIntervalMinutes") == 9);
  CHECK(json::integer_at(filled, "sweepIntervalMinutes") == 60);
  CHECK(json::integer_at(filled, "backfillDays") == 7);
  CHECK(json::bool_at(filled, "autoCloseTickets") == false);
  CHECK(json::bool_at(filled, "reopenTickets") == true);
  CHECK_FALSE(filled.contains("severityPriorityMap"));
}

TEST_CASE("fields carry their annotations") {
  const auto fields = setting_fields(huntress());
  const auto field = [&](std::string_view path) {
    const auto found = std::find_if(fields.begin(), fields.end(), [&](const SettingField& f) { return f.path == path; });
    REQUIRE(found != fields.end());
    return *found;
  };
  CHECK(fields.size() == 20);
  const SettingField critical = field("severityPriorityMap.critical");
  CHECK(critical.entity == "priority");
  CHECK(critical.prefill_names == std::vector<std::string>{"Critical", "Urgent"});
  CHECK(critical.required);
  CHECK(field("accountName").read_only);
  CHECK_FALSE(field("accountName").required);
  CHECK(field("categoryId").types == std::vector<std::string>{"string", "null"});
  CHECK(field("pollIntervalMinutes").default_value == json::value(5));
  CHECK(field("pollIntervalMinutes").env == "POLL_INTERVAL_MINS");
  CHECK(field("sweepIntervalMinutes").env == "HUNTRESS_SWEEP_INTERVAL_MINS");
  CHECK(field("backfillDays").env == "HUNTRESS_BACKFILL_DAYS");
  CHECK(field("autoCloseTickets").env == "HUNTRESS_AUTO_CLOSE_TICKETS");
  CHECK(field("reopenTickets").env == "HUNTRESS_REOPEN_TICKETS");
  CHECK(field("boardId").env.empty());
}

TEST_CASE("dotted paths read and write") {
  json::object o;
  set_setting(o, "a.b.c", json::value(1));
  set_setting(o, "a.b.d", json::value("x"));
  CHECK(json::to_string(o) == R"({"a":{"b":{"c":1,"d":"x"}}})");
  REQUIRE(setting_at(o, "a.b.c") != nullptr);
  CHECK(setting_at(o, "a.x.c") == nullptr);
  CHECK(setting_at(o, "a.b.c.e") == nullptr);
}
