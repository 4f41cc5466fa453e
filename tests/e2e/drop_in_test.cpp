// What the old container got wrong or said wrongly, and each key of its configuration, one cycle at a time.
#include <doctest/doctest.h>
#include <signal.h>

#include <fstream>
#include <sstream>

#include "tests/e2e/bridge.hpp"
#include "tests/host-sim/serve/old_container.hpp"
#include "tests/support/http_get.hpp"

using namespace picket;
using namespace picket::e2e;

namespace {

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }
std::string text_of(const json::object& o, const std::string& key) { return json::text_at(o, key).value_or(""); }

std::string file_text(const std::filesystem::path& path) {
  std::ostringstream out;
  out << std::ifstream(path, std::ios::binary).rdbuf();
  return out.str();
}

std::int64_t state(Bridge& bridge, const char* what) {
  return json::integer_at(bridge.halo().show("/_sim/state").as_object(), what).value_or(-1);
}

// The first tokens that a side with the default seed issues, as a twin of it tells them.
std::vector<std::string> tokens_of(const std::string& kind, std::size_t count) {
  Side twin(kind, kind == "halopsa" ? std::vector<std::string>{} : std::vector<std::string>{"--cases", "0"});
  std::vector<std::string> tokens;
  for (std::size_t i = 0; i < count; ++i) {
    const test::Answer answer =
        kind == "halopsa" ? test::http_call("POST", twin.url() + "/auth/token",
                                            "grant_type=client_credentials&client_id=halo_demo&client_secret=halo_secret&scope=all",
                                            {"Content-Type: application/x-www-form-urlencoded"})
                          : test::http_call("POST", twin.url() + "/connect/api/v1/access_token", {},
                                            {"Authorization: Basic c3RlbGxhcl9kZW1vOnN0ZWxsYXJfa2V5"});
    REQUIRE(answer.code == 200);
    tokens.push_back(text_of(json::parse_object(answer.body, "a token"), "access_token"));
    REQUIRE(tokens.back().size() > 10);
  }
  return tokens;
}

}  // namespace

TEST_CASE("cases beyond the first page are seen") {
  Bridge bridge(
      {.vendor_options = {"--cases", "120", "--days", "5", "--closed-percent", "0"}, .keys = {{"PROCESS_CASES_PAGE_SIZE", "50"}}});
  bridge.cycle();
  CHECK(bridge.tickets().size() == 120);
}

TEST_CASE("no secret and no token is in any output or log or health answer or file") {
  const std::vector<std::string> vendor_tokens = tokens_of("stellar-cyber", 3), halo_tokens = tokens_of("halopsa", 3);
  std::vector<std::string> secrets{"stellar_key", "halo_secret",    "c3RlbGxhcl9kZW1vOnN0ZWxsYXJfa2V5",
                                   "Bearer ",     "wrong-secret-1", "wrong-secret-2"};
  for (const auto* tokens : {&vendor_tokens, &halo_tokens}) secrets.insert(secrets.end(), tokens->begin(), tokens->end());
  Bridge bridge({.keys = {{"DEBUG_DB", "true"}}});
  const auto check_clean = [&](const std::string& text, const std::string& where) {
    CAPTURE(where);
    for (const std::string& secret : secrets) CHECK_MESSAGE(!contains(text, secret), secret);
  };
  const auto run = [&](std::vector<std::string> arguments) {
    Command command = bridge.command(std::move(arguments));
    command.environment["SPDLOG_LEVEL"] = "trace";
    const Output output = e2e::run(command);
    check_clean(output.out, "standard output");
    check_clean(output.err, "standard error");
    return output.exit_code;
  };
  const std::string id = bridge.add_case(R"("name":"Secret")");
  CHECK(run({"--json", "serve", "--once"}) == 0);
  // They really are the tokens that were used.
  CHECK(test::http_call("GET", bridge.vendor().url() + "/connect/api/v1/users", {}, {"Authorization: Bearer " + vendor_tokens[0]}).code ==
        200);
  CHECK(test::http_call("GET", bridge.halo().url() + "/api/Status", {}, {"Authorization: Bearer " + halo_tokens[0]}).code == 200);
  for (const char* kind : {"401", "500", "html", "wrong_types"}) {
    bridge.vendor().fault(R"({"path":"/connect","kind":")" + std::string(kind) + R"(","times":3})");
    bridge.halo().fault(R"({"path":"/api","kind":")" + std::string(kind) + R"(","times":3})");
    bridge.technician(id, R"("note":"Something to carry.")");
    CHECK(run({"serve", "--once"}) < 100);
    bridge.vendor().clear_faults();
    bridge.halo().clear_faults();
  }
  CHECK(run({"check"}) == 0);
  bridge.keys()["STELLAR_API_KEY"] = "wrong-secret-1";
  CHECK(run({"serve", "--once"}) == 1);
  bridge.keys()["HALOPSA_OIDC_CLIENT_SECRET"] = "wrong-secret-2";
  CHECK(run({"serve", "--once"}) == 1);
  CHECK(run({"--json", "check"}) == 2);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(bridge.folder()))
    if (entry.is_regular_file() && entry.path().filename() != "config.env") check_clean(file_text(entry.path()), entry.path().string());
}

TEST_CASE("check names every mistake and what exists and makes no file") {
  Bridge bridge;
  auto& keys = bridge.keys();
  for (const auto& [right, misspelt] : {std::pair{"HALOPSA_CLIENT_NAME", "HALOPSA_CLIENTNAME"}, std::pair{"STELLAR_USER", "STELLAR_USR"}}) {
    keys[misspelt] = keys[right];
    keys[right] = "";
  }
  keys["HALOPSA_TEAM_NAME"] = "Security Operation";
  keys["HALOPSA_TICKET_TYPE_NAME"] = "Incidents";
  keys["STELLAR_API_KEY"] = "not-the-key";
  const Output text = bridge.run({"check"});
  const Output document = bridge.run({"--json", "check"});
  CHECK(text.exit_code == 2);
  CHECK(document.exit_code == 2);
  const json::object told = json::parse_object(document.out, "standard output");
  const json::array& problems = told.at("problems").as_array();
  INFO(text.out);
  CHECK(problems.size() == 5);
  for (const json::value& problem : problems) CHECK_FALSE(contains(std::string(problem.as_string()), "\n"));
  for (const char* part : {"did you mean HALOPSA_CLIENT_NAME?", "did you mean STELLAR_USER?", "\"Security Operation\"",
                           "there are: Security Operations, 1st Line Support", "\"Incidents\"", "Incident, Problem, Service Request",
                           "refused the credentials", "5 things are wrong"})
    CHECK_MESSAGE(contains(text.out, part), part);
  CHECK_FALSE(contains(text.out, "not-the-key"));
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::recursive_directory_iterator(bridge.folder())) ++files;
  CHECK(files == 1);  // the test's own

  const Output serve = bridge.run({"serve"});
  CHECK(serve.exit_code == 2);
  CHECK(contains(serve.err, "HALOPSA_CLIENTNAME is no known key; did you mean HALOPSA_CLIENT_NAME?"));
  CHECK_FALSE(std::filesystem::exists(bridge.database()));
}

TEST_CASE("the old file as its page shows it and explicit addresses of HaloPSA") {
  Bridge bridge;
  const std::string id = bridge.add_case(R"("name":"By YAML")");
  bridge.keys()["HALOPSA_RESOURCE_SERVER_URL"] = bridge.halo().url() + "/api/";
  bridge.keys()["HALOPSA_AUTHORIZATION_SERVER_URL"] = bridge.halo().url() + "/auth";
  const std::string file = (bridge.folder() / "config.yaml").string();
  std::ofstream out(file);
  out << "# the pair\n---\n";
  for (const auto& [key, value] : bridge.keys()) out << key << ": \"" << value << "\"  # said\n";
  out.close();
  Command command = bridge.command_without_file({"serve", "--once", "--env-file", file});
  for (const auto& [key, value] : bridge.keys()) command.environment[key] = "";
  const Output output = e2e::run(command);
  INFO(output.out << output.err);
  CHECK(output.exit_code == 0);
  CHECK(bridge.tickets_of(id).size() == 1);
}

TEST_CASE("a certificate that nobody vouches for is refused and the key that helps is named") {
  Bridge bridge({.transport = Transport::tls});
  bridge.keys()["PICKET_CA_FILE"] = "";
  bridge.add_case(R"("name":"Untrusted")");
  const Output refused = bridge.run({"check"});
  INFO(refused.out);
  CHECK(refused.exit_code == 2);
  CHECK(contains(refused.out, "certificate"));
  CHECK(contains(refused.out, "PICKET_CA_FILE"));
  bridge.keys()["STELLAR_VERIFY_SSL"] = "false";
  bridge.keys()["HALOPSA_VERIFY_SSL"] = "false";
  const Output loud = bridge.run({"check"});
  CHECK(loud.exit_code == 0);
  CHECK(contains(loud.out, "STELLAR_VERIFY_SSL=false"));
  CHECK(contains(loud.out, "HALOPSA_VERIFY_SSL=false"));
}

TEST_CASE("notes by updates instead of actions and under another outcome") {
  for (const bool by_update : {false, true}) {
    CAPTURE(by_update);
    Bridge bridge({.keys = {{"HALOPSA_USE_UPDATE_FOR_ACTION", by_update ? "true" : ""}, {"HALOPSA_NOTE_OUTCOME", "Public Note"}}});
    const std::string id = bridge.add_case(R"("name":"Noted")");
    bridge.cycle();
    bridge.analyst(id, R"("comment":"Analyst's words.")");
    bridge.cycle();
    CHECK(count_containing(bridge.notes(id), "Analyst's words.") == 1);
    const json::object ticket = bridge.ticket(id);
    CHECK(contains(json::to_string(ticket.at("actions").as_array().back()), "Public Note"));
    const bool has_actions = bridge.halo().stats().at("by_request").as_object().contains("POST /api/Actions");
    CHECK(has_actions == !by_update);
    bridge.cycle();
    CHECK(bridge.comments(id).size() == 2);
  }
}

TEST_CASE("a note whose outcome is refused is not lost and shown and delivered once it is allowed") {
  Bridge bridge({.halo_options = {"--refused-outcome", "Internal Note"}});
  const std::string id = bridge.add_case(R"("name":"Refused")");
  bridge.cycle();
  bridge.analyst(id, R"("comment":"Analyst's words.")");
  const Bridge::Cycle refused = bridge.try_cycle();
  INFO(refused.out);
  CHECK(refused.exit_code == 3);
  CHECK(bridge.notes(id).empty());
  CHECK(bridge.tickets().size() == 1);
  const Output status = e2e::run([&] {
    Command c = bridge.command({});
    c.arguments.resize(5);
    c.arguments.insert(c.arguments.end(), {"--db", "sqlite:" + bridge.database(), "status"});
    return c;
  }());
  INFO(status.out << status.err);
  CHECK(status.exit_code == 0);
  CHECK(contains(status.out, "1 waiting"));
  CHECK(contains(status.out, "Internal Note"));
  bridge.halo().control("/_sim/rules", R"({"refused_outcomes":[]})");
  bridge.forget_waits();
  bridge.cycle();
  bridge.cycle();
  CHECK(count_containing(bridge.notes(id), "Analyst's words.") == 1);
}

TEST_CASE("ticket numbers never collide and are made at once where the site counts them") {
  for (const bool counted : {false, true}) {
    CAPTURE(counted);
    std::vector<std::string> site{"--latency-ms", "5"};
    if (counted) site.push_back("--auto-increment");
    Bridge bridge({.vendor_options = {"--cases", "20", "--days", "2", "--closed-percent", "0"},
                   .halo_options = site,
                   .keys = {{"HALOPSA_USE_BETA_AUTO_INCREMENTING_TICKET_IDS", counted ? "true" : ""}}});
    bridge.cycle();
    CHECK(bridge.tickets().size() == 20);
    CHECK(state(bridge, "collisions") == 0);
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
    Bridge bridge({.keys = choice.keys});
    for (const char* row : rows) bridge.add_case(row);
    bridge.cycle();
    const json::array tickets = bridge.tickets();
    CAPTURE(joined(choice.names));
    CHECK(tickets.size() == choice.names.size());
    for (const std::string& name : choice.names) {
      CHECK(std::count_if(tickets.begin(), tickets.end(),
                          [&](const json::value& t) { return contains(text_of(t.as_object(), "summary"), "— " + name); }) == 1);
    }
  }
}

TEST_CASE("the keys that say what is written") {
  Bridge bridge({.keys = {{"STELLAR_CASE_TAG", "in_halo"},
                          {"STELLAR_SAAS", "true"},
                          {"PICKET_MATCH_TENANTS", "false"},
                          {"HALOPSA_SYNC_PRIORITY", "true"},
                          {"HALOPSA_TO_STELLAR_PRIORITY_MAP", R"({"Critical":"High","High":"Low"})"}}});
  const std::string id = bridge.add_case(
      R"("name":"Written","severity":"Medium","tenant_name":"Contoso","cust_id":"t-contoso","alerts":[{"name":"Phishing","score":90}])");
  bridge.cycle();
  CHECK(contains(json::to_string(bridge.a_case(id).at("tags")), "in_halo"));
  CHECK_FALSE(contains(json::to_string(bridge.a_case(id).at("tags")), "ticket_opened"));
  const json::object ticket = bridge.ticket(id);
  CHECK(contains(text_of(ticket, "details_html"), "/alerts/alert/"));
  CHECK_FALSE(contains(text_of(ticket, "details_html"), "/detect/event/"));
  CHECK(json::integer_at(ticket, "client_id") == 12);
  bridge.technician(id, R"("priority":"Critical")");
  bridge.cycle();
  CHECK(text_of(bridge.a_case(id), "severity") == "High");
  bridge.technician(id, R"("priority":"Low")");  // which the map does not know
  bridge.cycle();
  CHECK(text_of(bridge.a_case(id), "severity") == "High");
}

TEST_CASE("after everything was wiped no case gets a second ticket") {
  Bridge bridge({.vendor_options = {"--cases", "5", "--days", "2", "--closed-percent", "0"}});
  bridge.cycle();
  const std::size_t before = bridge.tickets().size();
  REQUIRE(before == 5);
  bridge.keys()["WIPE_DB_ON_STARTUP"] = "true";
  const json::object cycle = bridge.cycle();
  CAPTURE(json::to_string(cycle));
  CHECK(json::integer_at(cycle.at("delivery").as_object(), "adopted") == 5);
  CHECK(bridge.tickets().size() == before);
  bridge.keys()["WIPE_DB_ON_STARTUP"] = "";
  bridge.cycle();
  CHECK(bridge.tickets().size() == before);
}

TEST_CASE("a process killed while it takes the old container's links over loses none of them") {
  constexpr int links = 300;
  Bridge bridge({.vendor_options = {"--cases", std::to_string(links), "--days", "5", "--closed-percent", "0"}});
  std::string tickets;
  {
    test::OldContainer old(bridge.database(), true);
    const json::value rows = bridge.vendor().show("/_sim/cases");
    int number = 5000;
    old.run("BEGIN");
    for (const json::value& row : rows.as_array()) {
      ++number;
      tickets += (tickets.empty() ? "" : ",") + (R"({"id":)" + std::to_string(number)) +
                 R"(,"summary":"Made by the old container","client_id":12,"tickettype_id":1,"status_id":1})";
      old.ticket(text_of(row.as_object(), "_id"), std::to_string(number), false, "test");
    }
    old.run("COMMIT");
  }
  bridge.halo().control("/_sim/tickets", "[" + tickets + "]");
  REQUIRE(bridge.tickets().size() == links);
  for (int i = 0; i < 12; ++i) {
    Process serve(bridge.command({"serve", "--once"}));
    std::this_thread::sleep_for(std::chrono::milliseconds{40 + 25 * i});
    serve.signal(SIGKILL);
    serve.wait();
  }
  bridge.settle();
  CHECK(bridge.tickets().size() == links);
  CHECK(std::filesystem::exists(bridge.database() + ".before-picket"));
  const std::string added = bridge.add_case(R"("name":"New since then")");
  bridge.cycle();
  CHECK(bridge.tickets_of(added).size() == 1);
  CHECK(bridge.tickets().size() == links + 1);
}

TEST_CASE("Huntress with the keys of HaloPSA") {
  Bridge bridge({.provider = "huntress"});
  bridge.vendor().control("/_sim/organizations", R"({"id":301,"name":"Contoso"})");
  bridge.vendor().control("/_sim/incidents", R"({"id":90017,"organization_id":301,"severity":"high","status":"sent","subject":"Beacon"})");
  CHECK(bridge.run({"check"}).exit_code == 0);
  bridge.cycle();
  const json::object ticket = bridge.ticket("90017");
  CHECK(json::integer_at(ticket, "client_id") == 13);
  bridge.vendor().control("/_sim/incidents", R"({"id":90017,"status":"closed"})");
  bridge.cycle();
  CHECK_FALSE(bridge.notes("90017").empty());
  bridge.cycle();
  CHECK(bridge.tickets().size() == 1);
}
