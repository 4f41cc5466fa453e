#include "plugin/stellar-cyber/settings.hpp"

#include <doctest/doctest.h>

#include "picket/error.hpp"
#include "sdk/common/json.hpp"

using namespace stellar;
namespace json = picket::json;

namespace {

const char* const complete = R"({"boardId":"security","fallbackClientId":"internal","fallbackBoardId":"triage",
  "severityPriorityMap":{"low":"P4","medium":"P3","high":"P2","critical":"P1"}})";

json::object settings() { return json::parse_object(complete, "settings"); }

Settings read(const json::object& o) { return read_settings(json::to_string(o)); }

std::string without(const std::string& path) {
  json::object o = settings();
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
  CHECK(s.api_user_id.empty());
  CHECK(s.tenant_id.empty());
  CHECK_FALSE(s.min_alert_count);
  CHECK(s.min_score == 0);
  CHECK(s.backfill == std::chrono::days{7});
  CHECK(s.page_size == 250);
  CHECK(s.case_tag == "ticket_opened");
  CHECK_FALSE(s.saas);
  CHECK_FALSE(s.sync_priority);
  CHECK_FALSE(s.tell_assignee);
  CHECK(s.severity_of_priority ==
        std::map<std::string, std::string>{{"critical", "Critical"}, {"high", "High"}, {"low", "Low"}, {"medium", "Medium"}});
  CHECK(s.routing.severities == std::vector<std::string>{"Low", "Medium", "High", "Critical"});
  CHECK(s.routing.priority_ids.at("Medium") == "P3");
  CHECK(s.routing.default_client_id.empty());
  CHECK_FALSE(s.routing.auto_close);
  CHECK(s.routing.reopen);
}

TEST_CASE("settings as they were set") {
  json::object o = settings();
  o["apiUserId"] = "u-api";
  o["tenantId"] = "t1";
  o["minAlertCount"] = 3;
  o["minScore"] = 12.5;
  o["backfillDays"] = 30;
  o["pageSize"] = 100;
  o["caseTag"] = "";
  o["saas"] = true;
  o["syncPriority"] = true;
  o["prioritySeverityMap"] = R"({"P1 - URGENT":"critical","Geht so":"MEDIUM"})";
  o["tellAssignee"] = true;
  o["categoryId"] = "cat";
  o["subcategoryId"] = nullptr;
  o["defaultClientId"] = "all";
  o["autoCloseTickets"] = true;
  o["closedStatusId"] = "done";
  o["reopenTickets"] = false;
  const Settings s = read(o);
  CHECK(s.api_user_id == "u-api");
  CHECK(s.tenant_id == "t1");
  CHECK(s.min_alert_count == 3);
  CHECK(s.min_score == 12.5);
  CHECK(s.backfill == std::chrono::days{30});
  CHECK(s.page_size == 100);
  CHECK(s.case_tag.empty());
  CHECK(s.saas);
  CHECK(s.sync_priority);
  CHECK(s.severity_of_priority == std::map<std::string, std::string>{{"geht so", "Medium"}, {"p1 - urgent", "Critical"}});
  CHECK(s.tell_assignee);
  CHECK(s.routing.category_id == "cat");
  CHECK(s.routing.subcategory_id.empty());
  CHECK(s.routing.default_client_id == "all");
  CHECK(s.routing.auto_close);
  CHECK(s.routing.closed_status_id == "done");
  CHECK_FALSE(s.routing.reopen);
}

TEST_CASE("what may be null is as if it were not there") {
  json::object o = settings();
  for (const char* key : {"minAlertCount", "categoryId", "subcategoryId", "defaultClientId", "closedStatusId"}) o[key] = nullptr;
  const Settings s = read(o);
  CHECK_FALSE(s.min_alert_count);
  CHECK((s.routing.category_id + s.routing.default_client_id + s.routing.closed_status_id).empty());
}

TEST_CASE("a missing setting is named") {
  for (const char* path : {"boardId", "fallbackClientId", "fallbackBoardId", "severityPriorityMap", "severityPriorityMap.low",
                           "severityPriorityMap.medium", "severityPriorityMap.high", "severityPriorityMap.critical"}) {
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

TEST_CASE("a priority map that cannot be used is refused with what is wrong") {
  const struct {
    const char *map, *said;
  } cases[] = {{"", "prioritySeverityMap"},
               {"[]", "prioritySeverityMap"},
               {"High", "prioritySeverityMap"},
               {R"({"Urgent":"Catastrophic"})", "\"Urgent\""},
               {R"({"Urgent":1})", "\"Urgent\""},
               {R"({"Urgent":null})", "\"Urgent\""},
               {R"({"Urgent":""})", "Critical, High, Medium or Low"}};
  for (const auto& c : cases) {
    CAPTURE(std::string(c.map));
    json::object o = settings();
    o["prioritySeverityMap"] = c.map;
    try {
      read(o);
      FAIL_CHECK("was taken");
    } catch (const picket::Error& e) {
      CHECK(e.status() == picket::Status::invalid);
      CHECK_MESSAGE(std::string(e.what()).find(c.said) != std::string::npos, e.what());
    }
  }
  json::object o = settings();
  o["prioritySeverityMap"] = "{}";
  CHECK(read(o).severity_of_priority.empty());
}
