// What the old container got wrong or said wrongly, and each key of its configuration, one cycle at a time.
#include <doctest/doctest.h>
#include <signal.h>

#include <fstream>

#include "tests/e2e/sync.hpp"
#include "tests/host-sim/migration/old_container.hpp"
#include "tests/support/http_get.hpp"

using namespace picket;
using namespace picket::e2e;

namespace {

std::int64_t state(SyncedPair& sync, const char* what) {
  return json::integer_at(sync.halo().show("/_sim/state").as_object(), what).value_or(-1);
}

// The first tokens that a side with the default seed issues: a second one with that seed issues the same.
std::vector<std::string> tokens_of(const std::string& kind, std::size_t count) {
  Side second(kind, kind == "halopsa" ? std::vector<std::string>{} : std::vector<std::string>{"--cases", "0"});
  std::vector<std::string> tokens;
  for (std::size_t i = 0; i < count; ++i) {
    const test::Answer answer =
        kind == "halopsa" ? test::http_call("POST", second.url() + "/auth/token",
                                            "grant_type=client_credentials&client_id=halo_demo&client_secret=halo_secret&scope=all",
                                            {"Content-Type: application/x-www-form-urlencoded"})
                          : test::http_call("POST", second.url() + "/connect/api/v1/access_token", {},
                                            {"Authorization: Basic c3RlbGxhcl9kZW1vOnN0ZWxsYXJfa2V5"});
    REQUIRE(answer.code == 200);
    tokens.push_back(text_at(json::parse_object(answer.body, "a token"), "access_token"));
    REQUIRE(tokens.back().size() > 10);
  }
  return tokens;
}

}  // namespace

TEST_CASE("cases beyond the first page are seen") {
  SyncedPair sync({.vendor_options = words("--cases 120 --days 5 --closed-percent 0"), .keys = {{"PROCESS_CASES_PAGE_SIZE", "50"}}});
  sync.cycle();
  CHECK(sync.tickets().size() == 120);
}

TEST_CASE("no secret and no token is in any output or log or health answer or file") {
  const std::vector<std::string> vendor_tokens = tokens_of("stellar-cyber", 3), halo_tokens = tokens_of("halopsa", 3);
  std::vector<std::string> secrets{"stellar_key", "halo_secret",    "c3RlbGxhcl9kZW1vOnN0ZWxsYXJfa2V5",
                                   "Bearer ",     "wrong-secret-1", "wrong-secret-2"};
  for (const auto* tokens : {&vendor_tokens, &halo_tokens}) secrets.insert(secrets.end(), tokens->begin(), tokens->end());
  SyncedPair sync({.keys = {{"DEBUG_DB", "true"}}});
  const auto check_clean = [&](const std::string& text, const std::string& where) {
    CAPTURE(where);
    for (const std::string& secret : secrets) CHECK_MESSAGE(!contains(text, secret), secret);
  };
  const auto run = [&](std::vector<std::string> arguments) {
    Command command = sync.command(std::move(arguments));
    command.environment["SPDLOG_LEVEL"] = "trace";
    const Output output = e2e::run(command);
    check_clean(output.out, "standard output");
    check_clean(output.err, "standard error");
    return output.exit_code;
  };
  const std::string id = sync.add_case(R"("name":"Secret")");
  CHECK(run({"--json", "serve", "--once"}) == 0);
  // They really are the tokens that were used.
  CHECK(test::http_call("GET", sync.vendor().url() + "/connect/api/v1/users", {}, {"Authorization: Bearer " + vendor_tokens[0]}).code ==
        200);
  CHECK(test::http_call("GET", sync.halo().url() + "/api/Status", {}, {"Authorization: Bearer " + halo_tokens[0]}).code == 200);
  for (const char* kind : {"401", "500", "html", "wrong_types"}) {
    sync.vendor().fault(R"({"path":"/connect","kind":")" + std::string(kind) + R"(","times":3})");
    sync.halo().fault(R"({"path":"/api","kind":")" + std::string(kind) + R"(","times":3})");
    sync.technician(id, R"("note":"Something to carry.")");
    CHECK(run({"serve", "--once"}) < 100);
    sync.vendor().clear_faults();
    sync.halo().clear_faults();
  }
  CHECK(run({"check"}) == 0);
  sync.keys()["STELLAR_API_KEY"] = "wrong-secret-1";
  CHECK(run({"serve", "--once"}) == 1);
  sync.keys()["HALOPSA_OIDC_CLIENT_SECRET"] = "wrong-secret-2";
  CHECK(run({"serve", "--once"}) == 1);
  CHECK(run({"--json", "check"}) == 2);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(sync.folder()))
    if (entry.is_regular_file() && entry.path().filename() != "config.env") check_clean(file_text(entry.path()), entry.path().string());
}

TEST_CASE("check names every mistake and what exists and makes no file") {
  SyncedPair sync;
  auto& keys = sync.keys();
  for (const auto& [right, misspelt] : {std::pair{"HALOPSA_CLIENT_NAME", "HALOPSA_CLIENTNAME"}, std::pair{"STELLAR_USER", "STELLAR_USR"}}) {
    keys[misspelt] = keys[right];
    keys[right] = "";
  }
  keys["HALOPSA_TEAM_NAME"] = "Security Operation";
  keys["HALOPSA_TICKET_TYPE_NAME"] = "Incidents";
  keys["STELLAR_API_KEY"] = "not-the-key";
  const Output text = sync.run({"check"});
  const Output document = sync.run({"--json", "check"});
  CHECK(text.exit_code == 2);
  CHECK(document.exit_code == 2);
  const json::object answer = json::parse_object(document.out, "standard output");
  const json::array& problems = answer.at("problems").as_array();
  INFO(text.out);
  CHECK(problems.size() == 5);
  for (const json::value& problem : problems) CHECK_FALSE(contains(std::string(problem.as_string()), "\n"));
  for (const char* part : {"did you mean HALOPSA_CLIENT_NAME?", "did you mean STELLAR_USER?", "\"Security Operation\"",
                           "there are: Security Operations, 1st Line Support", "\"Incidents\"", "Incident, Problem, Service Request",
                           "refused the credentials", "5 things are wrong"})
    CHECK_MESSAGE(contains(text.out, part), part);
  CHECK_FALSE(contains(text.out, "not-the-key"));
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::recursive_directory_iterator(sync.folder())) ++files;
  CHECK(files == 1);  // the test's own

  const Output serve = sync.run({"serve"});
  CHECK(serve.exit_code == 2);
  CHECK(contains(serve.err, "HALOPSA_CLIENTNAME is no known key; did you mean HALOPSA_CLIENT_NAME?"));
  CHECK_FALSE(std::filesystem::exists(sync.database()));
}

TEST_CASE("the old file as its page shows it and explicit addresses of HaloPSA") {
  SyncedPair sync;
  const std::string id = sync.add_case(R"("name":"By YAML")");
  sync.keys()["HALOPSA_RESOURCE_SERVER_URL"] = sync.halo().url() + "/api/";
  sync.keys()["HALOPSA_AUTHORIZATION_SERVER_URL"] = sync.halo().url() + "/auth";
  const std::string file = (sync.folder() / "config.yaml").string();
  std::ofstream out(file);
  out << "# the pair\n---\n";
  for (const auto& [key, value] : sync.keys()) out << key << ": \"" << value << "\"  # said\n";
  out.close();
  Command command = sync.command_without_file({"serve", "--once", "--env-file", file});
  for (const auto& [key, value] : sync.keys()) command.environment[key] = "";
  const Output output = e2e::run(command);
  INFO(output.out << output.err);
  CHECK(output.exit_code == 0);
  CHECK(sync.tickets_of(id).size() == 1);
}

TEST_CASE("a certificate that nobody vouches for is refused and the key that helps is named") {
  SyncedPair sync({.transport = Transport::tls});
  sync.keys()["PICKET_CA_FILE"] = "";
  sync.add_case(R"("name":"Untrusted")");
  const Output refused = sync.run({"check"});
  INFO(refused.out);
  CHECK(refused.exit_code == 2);
  CHECK(contains(refused.out, "certificate"));
  CHECK(contains(refused.out, "PICKET_CA_FILE"));
  sync.keys()["STELLAR_VERIFY_SSL"] = "false";
  sync.keys()["HALOPSA_VERIFY_SSL"] = "false";
  const Output loud = sync.run({"check"});
  CHECK(loud.exit_code == 0);
  CHECK(contains(loud.out, "STELLAR_VERIFY_SSL=false"));
  CHECK(contains(loud.out, "HALOPSA_VERIFY_SSL=false"));
}

TEST_CASE("notes by updates instead of actions and under another outcome") {
  for (const bool by_update : {false, true}) {
    CAPTURE(by_update);
    SyncedPair sync({.keys = {{"HALOPSA_USE_UPDATE_FOR_ACTION", by_update ? "true" : ""}, {"HALOPSA_NOTE_OUTCOME", "Public Note"}}});
    const std::string id = sync.add_case(R"("name":"Noted")");
    sync.cycle();
    sync.analyst(id, R"("comment":"Analyst's words.")");
    sync.cycle();
    CHECK(count_containing(sync.notes(id), "Analyst's words.") == 1);
    const json::object ticket = sync.ticket(id);
    CHECK(contains(json::to_string(ticket.at("actions").as_array().back()), "Public Note"));
    const bool has_actions = sync.halo().stats().at("by_request").as_object().contains("POST /api/Actions");
    CHECK(has_actions == !by_update);
    sync.cycle();
    CHECK(sync.comments(id).size() == 2);
  }
}

TEST_CASE("a note whose outcome is refused is not lost and shown and delivered once it is allowed") {
  SyncedPair sync({.halo_options = {"--refused-outcome", "Internal Note"}});
  const std::string id = sync.add_case(R"("name":"Refused")");
  sync.cycle();
  sync.analyst(id, R"("comment":"Analyst's words.")");
  const SyncedPair::Cycle refused = sync.try_cycle();
  INFO(refused.out);
  CHECK(refused.exit_code == 3);
  CHECK(sync.notes(id).empty());
  CHECK(sync.tickets().size() == 1);
  const Output status = e2e::run([&] {
    Command c = sync.command({});
    c.arguments.resize(5);
    c.arguments.insert(c.arguments.end(), {"--db", "sqlite:" + sync.database(), "status"});
    return c;
  }());
  INFO(status.out << status.err);
  CHECK(status.exit_code == 0);
  CHECK(contains(status.out, "1 waiting"));
  CHECK(contains(status.out, "Internal Note"));
  sync.halo().control("/_sim/rules", R"({"refused_outcomes":[]})");
  sync.forget_waits();
  sync.cycle();
  sync.cycle();
  CHECK(count_containing(sync.notes(id), "Analyst's words.") == 1);
}

TEST_CASE("ticket numbers never collide and are made at once where the site counts them") {
  for (const bool counted : {false, true}) {
    CAPTURE(counted);
    std::vector<std::string> site{"--latency-ms", "5"};
    if (counted) site.push_back("--auto-increment");
    SyncedPair sync({.vendor_options = words("--cases 20 --days 2 --closed-percent 0"),
                     .halo_options = site,
                     .keys = {{"HALOPSA_USE_BETA_AUTO_INCREMENTING_TICKET_IDS", counted ? "true" : ""}}});
    sync.cycle();
    CHECK(sync.tickets().size() == 20);
    CHECK(state(sync, "collisions") == 0);
  }
}

TEST_CASE("the keys that choose cases") {
  const char* const rows[] = {R"("name":"Small","score":40,"size":1,"tenant_name":"Fabrikam","cust_id":"t-1")",
                              R"("name":"Many alerts","score":40,"size":4,"tenant_name":"Fabrikam","cust_id":"t-1")",
                              R"("name":"High score","score":90,"size":1,"tenant_name":"Contoso","cust_id":"t-2")",
                              R"("name":"Both","score":90,"size":4,"tenant_name":"Contoso","cust_id":"t-2")"};
  const struct {
    std::map<std::string, std::string> keys;
    std::vector<std::string> names;
  } choices[] = {
      {{}, {"Small", "Many alerts", "High score", "Both"}},
      {{{"STELLAR_MIN_SCORE", "60"}}, {"High score", "Both"}},
      {{{"STELLAR_MIN_ALERT_COUNT", "2"}}, {"Many alerts", "Both"}},
      {{{"STELLAR_MIN_SCORE", "60"}, {"STELLAR_MIN_ALERT_COUNT", "2"}}, {"Both"}},
      {{{"STELLAR_TENANT_ID", "t-1"}}, {"Small", "Many alerts"}},
  };
  for (const auto& choice : choices) {
    SyncedPair sync({.keys = choice.keys});
    for (const char* row : rows) sync.add_case(row);
    sync.cycle();
    const json::array tickets = sync.tickets();
    CAPTURE(joined(choice.names));
    CHECK(tickets.size() == choice.names.size());
    for (const std::string& name : choice.names) {
      CHECK(std::count_if(tickets.begin(), tickets.end(),
                          [&](const json::value& t) { return contains(text_at(t.as_object(), "summary"), "— " + name); }) == 1);
    }
  }
}

TEST_CASE("the keys that say what is written") {
  SyncedPair sync({.keys = {{"STELLAR_CASE_TAG", "in_halo"},
                            {"STELLAR_SAAS", "true"},
                            {"PICKET_MATCH_TENANTS", "false"},
                            {"HALOPSA_SYNC_PRIORITY", "true"},
                            {"HALOPSA_TO_STELLAR_PRIORITY_MAP", R"({"Critical":"High","High":"Low"})"}}});
  const std::string id = sync.add_case(
      R"("name":"Written","severity":"Medium","tenant_name":"Contoso","cust_id":"t-contoso","alerts":[{"name":"Phishing","score":90}])");
  sync.cycle();
  CHECK(contains(json::to_string(sync.a_case(id).at("tags")), "in_halo"));
  CHECK_FALSE(contains(json::to_string(sync.a_case(id).at("tags")), "ticket_opened"));
  const json::object ticket = sync.ticket(id);
  CHECK(contains(text_at(ticket, "details_html"), "/alerts/alert/"));
  CHECK_FALSE(contains(text_at(ticket, "details_html"), "/detect/event/"));
  CHECK(json::integer_at(ticket, "client_id") == 12);
  sync.technician(id, R"("priority":"Critical")");
  sync.cycle();
  CHECK(text_at(sync.a_case(id), "severity") == "High");
  sync.technician(id, R"("priority":"Low")");  // which the map does not know
  sync.cycle();
  CHECK(text_at(sync.a_case(id), "severity") == "High");
}

TEST_CASE("after everything was wiped no case gets a second ticket") {
  SyncedPair sync({.vendor_options = words("--cases 5 --days 2 --closed-percent 0")});
  sync.cycle();
  const std::size_t before = sync.tickets().size();
  REQUIRE(before == 5);
  sync.keys()["WIPE_DB_ON_STARTUP"] = "true";
  const json::object cycle = sync.cycle();
  CAPTURE(json::to_string(cycle));
  CHECK(json::integer_at(cycle.at("delivery").as_object(), "adopted") == 5);
  CHECK(sync.tickets().size() == before);
  sync.keys()["WIPE_DB_ON_STARTUP"] = "";
  sync.cycle();
  CHECK(sync.tickets().size() == before);
}

TEST_CASE("a process killed while it takes the old container's links over loses none of them") {
  constexpr int links = 300;
  SyncedPair sync({.vendor_options = {"--cases", std::to_string(links), "--days", "5", "--closed-percent", "0"}});
  std::string tickets;
  {
    test::OldContainer old(sync.database(), true);
    const json::value rows = sync.vendor().show("/_sim/cases");
    int number = 5000;
    old.run("BEGIN");
    for (const json::value& row : rows.as_array()) {
      ++number;
      tickets += (tickets.empty() ? "" : ",") + (R"({"id":)" + std::to_string(number)) +
                 R"(,"summary":"Made by the old container","client_id":12,"tickettype_id":1,"status_id":1})";
      old.ticket(text_at(row.as_object(), "_id"), std::to_string(number), false, "test");
    }
    old.run("COMMIT");
  }
  sync.halo().control("/_sim/tickets", "[" + tickets + "]");
  REQUIRE(sync.tickets().size() == links);
  for (int i = 0; i < 12; ++i) {
    Process serve(sync.command({"serve", "--once"}));
    std::this_thread::sleep_for(std::chrono::milliseconds{40 + 25 * i});
    serve.signal(SIGKILL);
    serve.wait();
  }
  sync.settle();
  CHECK(sync.tickets().size() == links);
  CHECK(std::filesystem::exists(sync.database() + ".before-picket"));
  const std::string added = sync.add_case(R"("name":"New since then")");
  sync.cycle();
  CHECK(sync.tickets_of(added).size() == 1);
  CHECK(sync.tickets().size() == links + 1);
}

TEST_CASE("Huntress with the keys of HaloPSA") {
  SyncedPair sync({.provider = "huntress"});
  sync.vendor().control("/_sim/organizations", R"({"id":301,"name":"Contoso"})");
  sync.vendor().control("/_sim/incidents", R"({"id":90017,"organization_id":301,"severity":"high","status":"sent","subject":"Beacon"})");
  CHECK(sync.run({"check"}).exit_code == 0);
  sync.cycle();
  const json::object ticket = sync.ticket("90017");
  CHECK(json::integer_at(ticket, "client_id") == 13);
  sync.vendor().control("/_sim/incidents", R"({"id":90017,"status":"closed"})");
  sync.cycle();
  CHECK_FALSE(sync.notes("90017").empty());
  sync.cycle();
  CHECK(sync.tickets().size() == 1);
}
