#include <doctest/doctest.h>

#include "host-sim/config/psa_kinds.hpp"
#include "tests/host-sim/psa/halopsa/site.hpp"

using namespace picket;
using namespace picket::test;

namespace {

std::string names_of(const std::vector<psa::RemoteEntity>& entities) {
  std::string out;
  for (const auto& e : entities) out += (out.empty() ? "" : ", ") + e.id + "=" + e.name + (e.inactive ? " (inactive)" : "");
  return out;
}

}  // namespace

TEST_CASE("The directory and the defaults of the configuration") {
  Site site;
  const auto psa = site.psa({{"HALOPSA_PRIORITY_NAME", "high"},
                             {"HALOPSA_TEAM_NAME", "Security"},
                             {"HALOPSA_CATEGORY_NAME", "IT Security Threats>Investigations"},
                             {"HALOPSA_IMPACT_NAME", "Company Wide"},
                             {"HALOPSA_URGENCY_ID", "2"}});
  const psa::RemoteDirectory d = psa->directory(site.call());
  CHECK(names_of(d.boards) == "21=Incident, 22=Alert");
  CHECK(names_of(d.clients) == "12=Stellar Cyber, 13=Northwind");
  CHECK(names_of(d.priorities) == "1=Critical, 2=High");
  CHECK(names_of(d.statuses) == "1=New, 2=In Progress, 9=Closed");
  CHECK(names_of(d.categories) == "IT Security Threats>Investigations=IT Security Threats>Investigations");
  CHECK(d.defaults.board_id == "21");
  CHECK(d.defaults.client_id == "12");
  CHECK(d.defaults.priority_id == "2");
  CHECK(d.defaults.category_id == "IT Security Threats>Investigations");
  CHECK(d.defaults.closed_status_id == "9");
  CHECK(d.statuses[0].is_default);
  CHECK_FALSE(d.statuses[0].is_closed);
  CHECK(d.statuses[2].is_closed);
  CHECK_FALSE(d.statuses[1].is_closed);
  CHECK(site.log.lines.empty());
}

TEST_CASE("What nothing asks for is not read") {
  Site site;
  site.psa()->directory(site.call());
  CHECK(site.count("GET /api/Team") == 0);
  CHECK(site.count("GET /api/Lookup") == 0);
  CHECK(site.count("GET /api/") == 5);
}

TEST_CASE("Lists in their other form") {
  Site site;
  site.on("GET /api/TicketType", 200, R"({"record_count":1,"tickettypes":[{"id":"21","name":"Incident","extra":{}}]})");
  site.on("GET /api/Client", 200, R"([{"id":"12","name":"Stellar Cyber"}])");
  site.on("GET /api/Priority", 200, R"({"record_count":1,"priority":[{"id":"3","name":"Low"},7,null,{"id":4}]})");
  site.on("GET /api/Status", 200, R"({"statuses":[{"id":4,"name":"Open"},{"id":9,"name":"closed"}]})");
  const psa::RemoteDirectory d = site.psa()->directory(site.call());
  CHECK(names_of(d.boards) == "21=Incident");
  CHECK(names_of(d.clients) == "12=Stellar Cyber");
  CHECK(names_of(d.priorities) == "3=Low");
  CHECK(d.statuses[0].is_default);
  CHECK(d.defaults.closed_status_id == "9");
}

TEST_CASE("Clients are read to the last page") {
  Site site;
  site.on("GET /api/Client", [](const LoopbackRequest& r) {
    const int page = r.target.find("page_no=1") != std::string::npos ? 0 : r.target.find("page_no=2") != std::string::npos ? 1 : 2;
    std::string rows;
    for (int i = page * 100; i < std::min(page * 100 + 100, 230); ++i)
      rows += (rows.empty() ? "" : ",") + ("{\"id\":" + std::to_string(i + 1) + ",\"name\":\"Client " + std::to_string(i + 1) + "\"}");
    return loopback_reply(200, "{\"record_count\":230,\"clients\":[" + rows + "]}");
  });
  const psa::RemoteDirectory d = site.psa({{"HALOPSA_CLIENT_NAME", "Client 230"}})->directory(site.call());
  CHECK(d.clients.size() == 230);
  CHECK(d.defaults.client_id == "230");
  CHECK(site.count("GET /api/Client") == 3);
  CHECK(site.asked("GET /api/Client")[0].target.find("pageinate=true&page_size=100&page_no=1") != std::string::npos);
}

TEST_CASE("All wrong names are reported at once with those that exist") {
  Site site;
  const auto psa = site.psa({{"HALOPSA_TICKET_TYPE_NAME", "Incidents"},
                             {"HALOPSA_CLIENT_ID", "77"},
                             {"HALOPSA_PRIORITY_NAME", "Urgent"},
                             {"HALOPSA_TEAM_NAME", "Securty"},
                             {"HALOPSA_CATEGORY_NAME", "Threats"},
                             {"HALOPSA_IMPACT_NAME", "Everybody"},
                             {"HALOPSA_URGENCY_NAME", "Hihg"},
                             {"HALOPSA_CLOSED_STATUS_NAME", "Resolved"},
                             {"HALOPSA_OPEN_STATUS_NAME", "Reopened"}});
  try {
    psa->directory(site.call());
    FAIL("no error");
  } catch (const Error& e) {
    CHECK(e.status() == Status::invalid);
    CHECK(e.field() == "HALOPSA_TICKET_TYPE_NAME");
    const std::string words = e.what();
    CHECK(std::count(words.begin(), words.end(), '\n') == 8);
    for (const char* part :
         {"HALOPSA_TICKET_TYPE_NAME: there is no ticket type \"Incidents\" in HaloPSA; there are: Incident, Alert",
          "HALOPSA_CLIENT_ID: there is no client with the id 77 in HaloPSA; there are: Stellar Cyber (12), Northwind (13)",
          "HALOPSA_PRIORITY_NAME: there is no priority \"Urgent\" in HaloPSA; there are: ",
          "HALOPSA_TEAM_NAME: there is no team \"Securty\" in HaloPSA; there are: Security, Service PSA",
          "HALOPSA_CATEGORY_NAME: there is no category \"Threats\" in HaloPSA; there are: IT Security",
          "HALOPSA_IMPACT_NAME: there is no impact \"Everybody\" in HaloPSA; there are: ",
          "HALOPSA_URGENCY_NAME: there is no urgency \"Hihg\" in HaloPSA; there are: High, Low",
          "HALOPSA_CLOSED_STATUS_NAME: there is no status \"Resolved\" in HaloPSA; there are: ",
          "HALOPSA_OPEN_STATUS_NAME: there is no status \"Reopened\" in HaloPSA; there are: "}) {
      CAPTURE(part);
      CHECK(words.find(part) != std::string::npos);
    }
  }
}

TEST_CASE("Priorities of another SLA cannot be chosen") {
  Site site;
  CHECK_THROWS_WITH_AS(site.psa({{"HALOPSA_PRIORITY_NAME", "P1"}})->directory(site.call()),
                       "HALOPSA_PRIORITY_NAME: there is no priority \"P1\" in HaloPSA; there are: High, Critical", Error);
  const auto d = site.psa({{"HALOPSA_TICKET_TYPE_NAME", "Alert"}, {"HALOPSA_PRIORITY_ID", "2"}})->directory(site.call());
  CHECK(names_of(d.priorities) == "1=Critical, 2=High");
  CHECK(d.defaults.priority_id == "2");
  CHECK(site.psa({{"HALOPSA_TICKET_TYPE_NAME", "Alert"}, {"HALOPSA_PRIORITY_NAME", "P1"}})->directory(site.call()).defaults.priority_id ==
        "1");
  CHECK(site.psa({{"HALOPSA_TICKET_TYPE_NAME", "Alert"}, {"HALOPSA_PRIORITY_ID", "1"}})->directory(site.call()).defaults.priority_id ==
        "1");
}

TEST_CASE("A site without a list of categories") {
  Site site;
  site.on("GET /api/Category", 404, "");
  const auto d = site.psa({{"HALOPSA_CATEGORY_NAME", "A>B"}})->directory(site.call());
  CHECK(names_of(d.categories) == "A>B=A>B");
  CHECK(d.defaults.category_id == "A>B");
  REQUIRE(site.log.lines.size() == 1);
  CHECK(site.log.lines[0].starts_with("HALOPSA_CATEGORY_NAME cannot be checked"));
}

TEST_CASE("Open and closed status may not be the same") {
  Site site;
  CHECK_THROWS_AS(site.psa({{"HALOPSA_OPEN_STATUS_ID", "9"}})->directory(site.call()), Error);
  site.on("GET /api/Status", 200, R"([{"id":9,"name":"Closed"}])");
  CHECK_THROWS_AS(site.psa()->directory(site.call()), Error);
  site.on("GET /api/Status", 200, R"([{"id":9,"name":"Closed"},{"id":3,"name":"Old","inactive":true},{"id":4,"name":"Work"}])");
  const auto d = site.psa()->directory(site.call());
  CHECK(d.statuses[2].is_default);
}

TEST_CASE("A list that cannot be read is an error that names it") {
  struct Case {
    int code;
    std::string body;
    Status status;
  };
  for (const Case& c : std::vector<Case>{{500, "", Status::unavailable},
                                         {403, "", Status::auth},
                                         {404, "", Status::not_found},
                                         {200, "<html>", Status::unavailable},
                                         {200, "[{\"id\":", Status::unavailable},
                                         {200, "{\"error\":\"x\"}", Status::unavailable}}) {
    CAPTURE(c.code);
    CAPTURE(c.body);
    Site site;
    site.on("GET /api/Status", c.code, c.body);
    try {
      site.psa()->directory(site.call());
      FAIL("no error");
    } catch (const Error& e) {
      CHECK(e.status() == c.status);
      CHECK(std::string(e.what()).starts_with("HaloPSA's statuses could not be read: "));
    }
  }
}

TEST_CASE("Unsafe settings are reported when the PSA is made") {
  Site site;
  site.psa({{"HALOPSA_VERIFY_SSL", "false"}});
  REQUIRE(site.log.lines.size() == 1);
  CHECK(site.log.lines[0].starts_with("HALOPSA_VERIFY_SSL=false"));
  auto e = site.environment();
  e.values["HALOPSA_CA_FILE"] = "/does/not/exist.pem";
  const auto problems = config::find_psa_kind("halopsa")->problems(e);
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].text.starts_with("HALOPSA_CA_FILE cannot be read"));
}

TEST_CASE("Kinds of PSAs") {
  CHECK(config::psa_kinds().size() >= 1);
  CHECK(config::find_psa_kind("halopsa")->title == "HaloPSA");
  CHECK(config::find_psa_kind("nowhere") == nullptr);
}
