// Lists: paging, search, filters, what changed since; and the lists that a site is set up with.
#include <doctest/doctest.h>

#include "host-sim/sim/server/query.hpp"
#include "sdk/common/url_escape.hpp"
#include "tests/host-sim/sim/halopsa_site.hpp"

using namespace picket;
using namespace picket::test;
using namespace std::chrono_literals;
using Ids = std::vector<std::int64_t>;

namespace {

void open_many(SimulatedSite& site, int count) {
  std::string body = "[";
  for (int i = 0; i < count; ++i) body += (i == 0 ? "" : ",") + std::string(R"({"summary":"n)") + std::to_string(i) + "\"}";
  site.write("/api/Tickets", body + "]");
}

std::vector<std::string> names_at(SimulatedSite& site, const std::string& target, const std::string& member = "name") {
  std::vector<std::string> names;
  const json::value rows = site.read(target);
  for (const auto& row : rows.as_array()) names.push_back(text_of(row.as_object(), member));
  return names;
}

}  // namespace

TEST_CASE("pages of tickets") {
  SimulatedSite site;
  open_many(site, 230);
  Ids all;
  for (int page = 1; page <= 4; ++page) {
    const auto answer = site.read("/api/Tickets?pageinate=true&page_size=100&order=id&page_no=" + std::to_string(page));
    CHECK(json::integer_at(answer.as_object(), "record_count") == 230);
    const Ids ids = ids_of(answer);
    CHECK(ids.size() == (page < 3 ? 100 : page == 3 ? 30 : 0));
    all.insert(all.end(), ids.begin(), ids.end());
  }
  CHECK(all.size() == 230);
  CHECK(all.front() == 1001);
  CHECK(all.back() == 1230);
}

TEST_CASE("a page has 100 rows at most and without pageinate there is but the first one of 50") {
  SimulatedSite site;
  open_many(site, 130);
  const auto size = [&](const std::string& query) { return ids_of(site.read("/api/Tickets" + query)).size(); };
  CHECK(size("?pageinate=true&page_size=5000") == 100);
  CHECK(size("?pageinate=true") == 50);
  CHECK(size("") == 50);
  CHECK(size("?page_size=100&page_no=2") == 50);
  CHECK(ids_of(site.read("/api/Tickets?page_no=2")).front() == 1130);
  CHECK(size("?pageinate=true&page_no=9223372036854775807") == 0);
  for (const std::string query : {"page_size=0", "page_size=x", "page_no=0", "page_no=-1"})
    CHECK(site.get("/api/Tickets?pageinate=true&" + query).code == 400);
}

TEST_CASE("order") {
  SimulatedSite site;
  for (const char* summary : {"b", "c", "a"}) {
    site.open(summary);
    site.wait(1s);
  }
  site.write("/api/Tickets", R"([{"id":1001,"urgency":1}])");
  const auto ids = [&](const std::string& query) { return ids_of(site.read("/api/Tickets?" + query)); };
  CHECK(ids("") == Ids{1003, 1002, 1001});
  CHECK(ids("order=id") == Ids{1001, 1002, 1003});
  CHECK(ids("order=id&orderdesc=true") == Ids{1003, 1002, 1001});
  CHECK(ids("order=summary") == Ids{1003, 1001, 1002});
  CHECK(ids("order=last_update") == Ids{1002, 1003, 1001});
  CHECK(ids("order=dateoccurred&orderdesc=true") == Ids{1003, 1002, 1001});
  CHECK(site.get("/api/Tickets?order=nonsense").code == 400);
}

TEST_CASE("search looks into summary and body whatever the case") {
  SimulatedSite site;
  site.write("/api/Tickets",
             R"([{"summary":"Alpha picket-abc"},{"summary":"Beta","details_html":"<p>ref <b>PICKET-xyz</b></p>"},{"summary":"x"}])");
  const auto found = [&](const std::string& word) { return ids_of(site.read("/api/Tickets?search=" + picket::url_escaped(word))); };
  CHECK(found("picket-ABC") == Ids{1001});
  CHECK(found("ref picket-XYZ") == Ids{1002});
  CHECK(found("picket-") == Ids{1002, 1001});
  CHECK(found("<b>").empty());
  site.write("/api/Tickets", R"([{"id":1003,"details":"now picket-new"}])");
  CHECK(found("picket-new") == Ids{1003});
}

TEST_CASE("filters") {
  SimulatedSite site;
  site.write(
      "/api/Tickets",
      R"([{"summary":"a","client_id":13},{"summary":"b","client_id":14,"agent_id":3},{"summary":"c","client_id":14,"status_id":9}])");
  const auto ids = [&](const std::string& query) { return ids_of(site.read("/api/Tickets?order=id&" + query)); };
  CHECK(ids("client_id=14") == Ids{1002, 1003});
  CHECK(ids("agent_id=3") == Ids{1002});
  CHECK(ids("status_id=9") == Ids{1003});
  CHECK(ids("open_only=true") == Ids{1001, 1002});
  CHECK(ids("closed_only=true&client_id=14") == Ids{1003});
  CHECK(ids("tickettype_id=3").empty());
  CHECK(site.get("/api/Tickets?client_id=Contoso").code == 400);
}

TEST_CASE("what changed since a moment") {
  SimulatedSite site;
  const auto since = [&](const std::string& time) {
    return ids_of(site.read("/api/Tickets?order=id&lastupdatefromdate=" + picket::url_escaped(time)));
  };
  site.open("a");
  site.wait(10s);
  site.open("b");
  CHECK(since("2026-06-07T12:00:00Z") == Ids{1001, 1002});
  CHECK(since("2026-06-07T12:00:10") == Ids{1002});
  CHECK(since("2026-06-07T14:00:10+02:00") == Ids{1002});
  CHECK(since("2026-06-07T12:00:10.5Z").empty());
  site.wait(10s + 250ms);
  site.write("/api/Actions", R"([{"ticket_id":1001,"note":"x"}])");
  CHECK(since("2026-06-07T12:00:20.25Z") == Ids{1001});
  const std::string moment = text_of(site.ticket(1001), "last_update");
  CHECK(moment == "2026-06-07T12:00:20.25Z");
  CHECK(since(moment) == Ids{1001});
  CHECK(site.get("/api/Tickets?lastupdatefromdate=yesterday").code == 400);
}

TEST_CASE("what a site is set up with") {
  SimulatedSite site;
  CHECK(names_at(site, "/api/TicketType") == std::vector<std::string>{"Incident", "Service Request", "Problem"});
  CHECK(names_at(site, "/api/Priority?slaid=2") == std::vector<std::string>{"Urgent Request", "Planned Request", "Medium"});
  CHECK(names_at(site, "/api/Priority").size() == 7);
  CHECK(names_at(site, "/api/Team").size() == 3);
  CHECK(names_at(site, "/api/Status").front() == "New");
  CHECK(names_at(site, "/api/Lookup?lookupid=12").front() == "Company Wide");
  CHECK(names_at(site, "/api/Lookup?lookupid=27").front() == "High");
  CHECK(names_at(site, "/api/Lookup?lookupid=5").empty());
  CHECK(site.get("/api/Lookup").code == 400);
  CHECK(names_at(site, "/api/Category", "value").at(1) == "IT Security Threats>Investigations");
  CHECK(names_at(site, "/api/Agent").front() == "Unassigned");
  CHECK(names_at(site, "/api/Outcome").at(1) == "Internal Note");
  CHECK(text_of(site.read("/api/Client/13").as_object(), "name") == "Contoso");
  CHECK(site.get("/api/Client/99").code == 404);
  CHECK(site.get("/api/Nonsense").code == 404);
  CHECK(ids_of(site.read("/api/Users?client_id=13"), "users") == Ids{22});
}

TEST_CASE("clients come by the page and are searched by name and inactive ones only when asked for") {
  SimulatedSite site;
  const auto page = site.read("/api/Client?pageinate=true&page_size=2&page_no=2");
  CHECK(json::integer_at(page.as_object(), "record_count") == 5);
  CHECK(ids_of(page, "clients") == Ids{13, 14});
  CHECK(ids_of(site.read("/api/Client?search=CONTO"), "clients") == Ids{13});
  CHECK(ids_of(site.read("/api/Client?search=wingtip"), "clients").empty());
  CHECK(ids_of(site.read("/api/Client?search=wingtip&includeinactive=true"), "clients") == Ids{16});
}

TEST_CASE("lists may all be wrapped") {
  SiteSetup setup;
  setup.site.wrapped_lists = true;
  SimulatedSite site(setup);
  const auto teams = site.read("/api/Team");
  CHECK(json::integer_at(teams.as_object(), "record_count") == 3);
  CHECK(ids_of(teams, "teams").size() == 3);
  CHECK(ids_of(site.read("/api/Lookup?lookupid=12"), "lookup").size() == 3);
}

TEST_CASE("many clients") {
  sim::halopsa::Directory directory;
  directory.generate_clients(2000);
  CHECK(directory.rows(sim::halopsa::List::client).size() == 2000);
  CHECK(directory.find(sim::halopsa::List::client, 13));
  std::set<std::string> names;
  for (const auto& row : directory.rows(sim::halopsa::List::client)) names.insert(text_of(row.as_object(), "name"));
  CHECK(names.size() == 2000);
}
