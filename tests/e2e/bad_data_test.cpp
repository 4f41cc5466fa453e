// Incidents that are not as they should be: each becomes its ticket, repaired where that is possible, and none stops another.
#include <doctest/doctest.h>

#include <functional>

#include "sdk/common/time_text.hpp"
#include "tests/e2e/world.hpp"

using namespace picket;
using namespace picket::e2e;

namespace {

struct Odd {
  const char* what;
  std::string members;  // added to id and organization_id
  std::function<void(World&, const std::string& id)> check = {};
};

std::string repeated(const std::string& text, std::size_t times) {
  std::string out;
  out.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

void check_repaired(World& world, const std::string& id) { CHECK(contains(world.notes(id).at(0), "could not be taken as it was")); }

std::string title_of(World& world, const std::string& id) { return text_at(world.ticket(id), "title"); }

const Odd odd_incidents[] = {
    {"NUL in the subject", R"("severity":"high","subject":"be\u0000acon")",
     [](World& w, const std::string& id) {
       CHECK(title_of(w, id) == "[Huntress] high — beacon");
       check_repaired(w, id);
     }},
    {"a lone surrogate", R"("severity":"high","subject":"odd \ud800 one","summary":"\udfff")",
     [](World& w, const std::string& id) { CHECK(title_of(w, id).starts_with("[Huntress] high — odd ")); }},
    {"a date that is none", R"("severity":"high","subject":"s","sent_at":"2026-02-31T25:00:00Z")",
     [](World& w, const std::string& id) {
       CHECK(w.alert(id, "triggered_at").empty());
       check_repaired(w, id);
     }},
    {"a severity of 30 characters", R"("severity":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx","subject":"s")",
     [](World& w, const std::string& id) { CHECK(text_at(w.ticket(id), "priority") == "High"); }},
    {"a severity of 5000 characters", R"("severity":")" + repeated("y", 5000) + R"(","subject":"s")",
     [](World& w, const std::string& id) {
       CHECK(w.alert(id, "severity").size() <= 110);
       check_repaired(w, id);
     }},
    {"a subject of 100 kB", R"("severity":"high","subject":")" + repeated("word ", 20000) + "\"",
     [](World& w, const std::string& id) { CHECK(title_of(w, id).size() < 1100); }},
    {"a summary of 200 kB", R"("severity":"high","subject":"s","summary":")" + repeated("A line of the summary.\\n", 9000) + "\"",
     [](World& w, const std::string& id) {
       CHECK(text_at(w.ticket(id), "description").size() < 100000);
       check_repaired(w, id);
     }},
    {"remediations' parameters as objects, scalars, one text",
     R"("severity":"high","subject":"s","remediations":[{"id":1,"type":"manual","action":"a1","status":"approved","parameters":{"name":"path","description":"c:\\x"}},
       {"id":2,"type":"manual","action":"a2","status":"approved","parameters":[{"description":"only this"},{"pid":4},7,true,null,["nested"]]},
       {"id":3,"type":"manual","action":"a3","status":"approved","parameters":"just text"},{"id":"4","action":null},17,null])",
     [](World& w, const std::string& id) {
       const std::string body = text_at(w.ticket(id), "description");
       for (const char* part : {"a1", "path: c:\\x", "only this", "pid: 4", "just text"}) {
         CAPTURE(part);
         CHECK(contains(body, part));
       }
     }},
    {"numbers as text", R"("organization_id":"301","agent_id":"5","severity":"high","subject":12345)",
     [](World& w, const std::string& id) {
       CHECK(text_at(w.ticket(id), "client") == "Contoso, Ltd.");
       CHECK(title_of(w, id) == "[Huntress] high — 12345");
     }},
    {"null everything",
     R"("organization_id":null,"agent_id":null,"severity":null,"status":null,"subject":null,"summary":null,"body":null,"platform":null,"indicator_types":null,
       "indicator_counts":null,"remediations":null,"sent_at":null,"status_updated_at":null,"closed_at":null)",
     [](World& w, const std::string& id) { CHECK(text_at(w.ticket(id), "client") == "Internal"); }},
    {"members of wrong types",
     R"("severity":["high"],"subject":{"a":1},"summary":[1,2],"platform":{},"indicator_types":"footholds","indicator_counts":[1],"remediations":"none","sent_at":17)",
     {}},
    {"members that are missing", R"("_absent":["status","severity","subject","sent_at","updated_at","remediations"])", {}},
    {"new words", R"("severity":"medium-rare","status":"triaging","platform":"amiga","indicator_types":["tarot"],"subject":"s")",
     [](World& w, const std::string& id) { CHECK(text_at(w.ticket(id), "priority") == "High"); }},
    {"numbers too large",
     R"("severity":"high","subject":"s","agent_id":99999999999999999999999,"indicator_counts":{"footholds":1e300})",
     {}},
    {"bidirectional and control characters", "\"severity\":\"high\",\"subject\":\"a\\u202eb\\u0007c\\u200bd\\u2066e\"",
     [](World& w, const std::string& id) {
       const std::string title = title_of(w, id);
       for (const char* bad : {"\u202e", "\u0007", "\u2066"}) CHECK_FALSE(contains(title, bad));
     }},
    {"lines in the subject", R"("severity":"high","subject":"first\nsecond\r\n\tthird\u2028fourth")",
     [](World& w, const std::string& id) {
       const std::string title = title_of(w, id);
       CHECK(title.find_first_of("\n\r\t") == std::string::npos);
       CHECK_FALSE(contains(title, "\u2028"));
     }},
};

}  // namespace

TEST_CASE("odd incidents become tickets beside sound ones, at the first poll and at a later one") {
  for (const bool later : {false, true}) {
    CAPTURE(later);
    on_both_storages([&](Storage& storage) {
      World world(storage);
      if (later) world.poll();
      int id = 100;
      std::vector<std::string> ids;
      for (const Odd& odd : odd_incidents) {
        const std::string organization = contains(odd.members, "\"organization_id\"") ? "" : "\"organization_id\":301,";
        ids.push_back(std::to_string(++id));
        world.vendor().incident(R"({"id":)" + ids.back() + "," + organization + odd.members + "}");
        world.vendor().incident(R"({"id":)" + std::to_string(id + 1000) + R"(,"organization_id":301,"severity":"low","subject":"sound"})");
      }
      const json::object poll = world.poll();
      CHECK(poll.at("failed") == 0);
      CHECK(poll.at("created") == 2 * static_cast<int>(ids.size()));
      for (std::size_t i = 0; i < ids.size(); ++i) {
        CAPTURE(odd_incidents[i].what);
        const json::object ticket = world.ticket(ids[i]);
        const std::string title = text_at(ticket, "title");
        CHECK(contains(title, "[Huntress] "));
        CHECK(title.find_first_of(std::string("\n\r\t\0", 4)) == std::string::npos);
        if (odd_incidents[i].check) odd_incidents[i].check(world, ids[i]);
        CHECK(world.has_ticket(std::to_string(std::stoi(ids[i]) + 1000)));
      }
      const json::object idle = world.poll();
      CHECK(idle.at("noted") == 0);
      CHECK(idle.at("created") == 0);
      CHECK(world.poll({"--sweep"}).at("noted") == 0);
    });
  }
}

STORAGE_TEST_CASE(storage, "an updated_at that is unreadable or far in the future gets its ticket and leaves the cursor in its place") {
  World world(storage);
  world.vendor().incident(R"([{"id":1,"organization_id":301,"severity":"high","subject":"s","updated_at":"-3h"},
    {"id":2,"organization_id":301,"severity":"high","subject":"s","updated_at":"2099-01-01T00:00:00Z"},
    {"id":3,"organization_id":301,"severity":"high","subject":"s","updated_at":"when it was dark"},
    {"id":4,"organization_id":301,"severity":"high","subject":"s","updated_at":17},
    {"id":5,"organization_id":301,"severity":"high","subject":"s","updated_at":null},
    {"id":6,"organization_id":301,"severity":"high","subject":"s","updated_at":"-2h"}])");
  CHECK(world.poll().at("created") == 6);
  const auto cursor = parse_time(world.setting("incidentCursor"));
  REQUIRE(cursor);
  const Time now = std::chrono::time_point_cast<Time::duration>(std::chrono::system_clock::now());
  CHECK(*cursor < now - std::chrono::minutes{100});
  CHECK(*cursor > now - std::chrono::minutes{140});
  world.vendor().incident(R"({"id":7,"organization_id":301,"severity":"high","subject":"s"})");
  const json::object next = world.poll();
  CHECK(next.at("created") == 1);
  CHECK(next.at("noted") == 0);
  CHECK(*parse_time(world.setting("incidentCursor")) <= now + std::chrono::minutes{1});
  // A change of such a row is still seen.
  world.vendor().incident(R"({"id":2,"summary":"news","updated_at":"2099-01-01T00:00:00Z"})");
  world.vendor().incident(R"({"id":3,"summary":"news","updated_at":"when it was dark"})");
  CHECK(world.poll({"--sweep"}).at("noted") == 2);
  CHECK(world.poll({"--sweep"}).at("noted") == 0);
}

STORAGE_TEST_CASE(storage, "a row without an id is counted as failed, and the others get their tickets") {
  World world(storage);
  world.vendor().incident(R"([{"id":1,"organization_id":301,"severity":"high","subject":"s"},
    {"id":2,"organization_id":301,"severity":"high","subject":"no id","_absent":["id"]},
    {"id":3,"organization_id":301,"severity":"high","subject":"s"}])");
  const Result poll = world.try_poll();
  CHECK(poll.exit_code == 3);
  CHECK(text_at(poll.document, "status") == "completed");
  CHECK(poll.document.at("created") == 2);
  CHECK(poll.document.at("errors").as_array().size() >= 1);
  CHECK(contains(json::to_string(poll.document.at("errors")), "without a readable id"));
  CHECK(world.has_ticket("1"));
  CHECK(world.has_ticket("3"));
  CHECK(world.tickets().size() == 2);
}

STORAGE_TEST_CASE(storage, "an incident that the store refuses is recorded with its error, tried again, and becomes a ticket once it can") {
  World world(storage);
  // The priority of high incidents is gone: their tickets cannot be opened. (The other severities' can.)
  const std::string priority = world.id_of("priority", "High");
  world.db().execute("DELETE FROM priorities WHERE priority_id = ?", {priority});
  world.vendor().incident(R"([{"id":1,"organization_id":301,"severity":"low","subject":"s","updated_at":"-3h"},
    {"id":2,"organization_id":301,"severity":"high","subject":"s","updated_at":"-2h"},
    {"id":3,"organization_id":301,"severity":"low","subject":"s","updated_at":"-1h"}])");
  const Result poll = world.try_poll();
  CHECK(poll.exit_code == 3);
  CHECK(poll.document.at("created") == 2);
  CHECK(poll.document.at("failed") == 1);
  CHECK(text_at(poll.document.at("errors").as_array().at(0).as_object(), "external_id") == "2");
  CHECK(contains(world.alert("2", "metadata"), "processing_error"));
  CHECK(world.alert("2", "picket_failures") == "1");
  const json::object status = world.status();
  CHECK(status.at("failing_findings") == 1);
  CHECK(contains(text_at(status.at("failing").as_array().at(0).as_object(), "message"), "priority"));
  // Set right, the next poll opens it.
  world.settings({"severityPriorityMap.high=Critical"});
  CHECK(world.poll().at("created") == 1);
  CHECK(world.alert("2", "picket_failures") == "0");
  CHECK(text_at(world.ticket("2"), "priority") == "Critical");
  CHECK_FALSE(contains(world.alert("2", "metadata"), "processing_error"));
  CHECK(world.status().at("failing_findings") == 0);
}
