#include "plugin/huntress/settings.hpp"

#include <doctest/doctest.h>

#include "picket/error.hpp"
#include "sdk/common/json.hpp"

using namespace huntress;
using namespace std::chrono_literals;
namespace json = picket::json;

namespace {

const char* const complete = R"({"boardId":"security","fallbackClientId":"internal","fallbackBoardId":"triage",
  "severityPriorityMap":{"low":"P3","high":"P2","critical":"P1"}})";

std::string without(const std::string& path) {
  json::object o = json::parse_object(complete, "settings");
  const std::size_t dot = path.find('.');
  if (dot == std::string::npos)
    o.erase(path);
  else
    o[path.substr(0, dot)].as_object().erase(path.substr(dot + 1));
  return json::to_string(o);
}

}  // namespace

TEST_CASE("settings with their defaults") {
  const Settings s = read_settings(complete);
  CHECK(s.account_subdomain.empty());
  CHECK(s.backfill == std::chrono::days{7});
  CHECK(s.sweep_interval == 60min);
  CHECK_FALSE(s.routing.auto_close);
  CHECK(s.routing.reopen);
  CHECK(s.routing.board_id == "security");
  CHECK(s.routing.category_id.empty());
  CHECK(s.routing.fallback_client_id == "internal");
  CHECK(s.routing.fallback_board_id == "triage");
  CHECK(s.routing.severities == std::vector<std::string>{"low", "high", "critical"});
  CHECK(s.routing.priority_ids.at("critical") == "P1");
}

TEST_CASE("settings as they were set") {
  json::object o = json::parse_object(complete, "settings");
  o["accountSubdomain"] = "acme";
  o["backfillDays"] = 30;
  o["sweepIntervalMinutes"] = 5;
  o["categoryId"] = "cat";
  o["subcategoryId"] = nullptr;
  o["autoCloseTickets"] = true;
  o["closedStatusId"] = "done";
  o["reopenTickets"] = false;
  const Settings s = read_settings(json::to_string(o));
  CHECK(s.account_subdomain == "acme");
  CHECK(s.backfill == std::chrono::days{30});
  CHECK(s.sweep_interval == 5min);
  CHECK(s.routing.category_id == "cat");
  CHECK(s.routing.subcategory_id.empty());
  CHECK(s.routing.auto_close);
  CHECK(s.routing.closed_status_id == "done");
  CHECK_FALSE(s.routing.reopen);
}

TEST_CASE("a missing setting is named") {
  for (const char* path : {"boardId", "fallbackClientId", "fallbackBoardId", "severityPriorityMap", "severityPriorityMap.low",
                           "severityPriorityMap.high", "severityPriorityMap.critical"}) {
    CAPTURE(path);
    try {
      read_settings(without(path));
      FAIL_CHECK("was taken");
    } catch (const picket::Error& e) {
      CHECK(e.status() == picket::Status::invalid);
      CHECK(e.field().starts_with(path));
      CHECK(std::string(e.what()).find(path) != std::string::npos);
    }
  }
  for (const char* text : {"", "[]", "null", "<html>"}) CHECK_THROWS_AS(read_settings(text), picket::Error);
}
