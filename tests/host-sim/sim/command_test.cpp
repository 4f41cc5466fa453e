// The command itself, for the two vendors: options, what it prints, how it ends, TLS.
#include <doctest/doctest.h>
#include <signal.h>

#include <filesystem>

#include "sdk/common/json.hpp"
#include "tests/e2e/process.hpp"
#include "tests/host-sim/sim/simulated_account.hpp"
#include "tests/host-sim/sim/stellar_cyber_account.hpp"
#include "tests/support/http_get.hpp"
#include "tests/support/tls_certificate.hpp"

using namespace picket;
using namespace picket::test;

namespace {

e2e::Command command(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), PICKET_VENDORS_COMMAND);
  return {arguments, {}, {}};
}

std::string refusal(const std::vector<std::string>& arguments) {
  const auto output = e2e::run(command(arguments));
  CHECK(output.exit_code == 2);
  CHECK(output.out.empty());
  return output.err;
}

std::string basic(const std::string& user, const std::string& key) { return "Authorization: " + basic_credentials(user, key); }

std::size_t rows_at(const std::string& url) { return json::parse(http_call("GET", url).body, "answer").as_array().size(); }

constexpr const char* token_path = "/connect/api/v1/access_token";

std::string bearer(const std::string& url, const std::string& user, const std::string& key) {
  const auto token = http_call("POST", url + token_path, "", {basic(user, key)});
  REQUIRE(token.code == 200);
  return "Authorization: Bearer " + text(json::parse_object(token.body, "token"), "access_token");
}

}  // namespace

TEST_CASE("the command serves, writes its URL and ends with 0 on SIGTERM and SIGINT") {
  for (const int number : {SIGTERM, SIGINT}) {
    const TemporaryFile port_file("");
    e2e::Process process(command({"huntress", "--port", "0", "--port-file", port_file.path(), "--incidents", "3", "--seed", "4",
                                  "--api-key", "k", "--api-secret", "s"}));
    const std::string url = process.url();
    CHECK(file_text(port_file.path()) == url + "\n");
    CHECK_FALSE(std::filesystem::exists(port_file.path() + ".tmp"));
    const auto answer = http_call("GET", url + "/v1/incident_reports", "", {basic("k", "s")});
    CHECK(answer.code == 200);
    CHECK(json::parse_object(answer.body, "answer").at("incident_reports").as_array().size() == 3);
    CHECK(http_call("GET", url + "/v1/account", "", {basic("hk_demo", "hs_demo")}).code == 401);
    process.signal(number);
    CHECK(process.wait().exit_code == 0);
  }
}

TEST_CASE("stellar cyber: the command serves with the options given and ends with 0 on SIGTERM") {
  e2e::Process process(command({"stellar-cyber", "--cases", "300", "--tenants", "2", "--alerts", "4", "--user", "sam@example.com",
                                "--api-key", "k", "--user-id", "u-9", "--token-seconds", "60", "--limit-max", "100", "--silent-comments"}));
  const std::string url = process.url();
  CHECK(http_call("POST", url + token_path, "", {basic("stellar_demo", "stellar_key")}).code == 401);
  const std::string token = bearer(url, "sam@example.com", "k");
  const auto list = http_call("GET", url + "/connect/api/v1/cases?limit=250&min_size_auto=4", "", {token});
  REQUIRE(list.code == 200);
  const auto body = json::parse_object(list.body, "cases");
  CHECK(integer(body.at("data").as_object(), "total") == 300);
  const auto& rows = body.at("data").as_object().at("cases").as_array();
  REQUIRE(rows.size() == 100);
  const std::string path = "/connect/api/v1/cases/" + text(rows[0].as_object(), "_id");
  CHECK(http_call("POST", url + path + "/comments", R"({"comment":"x"})", {token}).code == 200);
  CHECK(http_call("PUT", url + path, R"({"severity":"Low"})", {token}).code == 200);
  const auto changed = json::parse_object(http_call("GET", url + path, "", {token}).body, "case").at("data").as_object();
  CHECK(integer(changed, "version") == 2);
  CHECK(text(changed, "modified_by") == "u-9");
  process.signal(SIGTERM);
  CHECK(process.wait().exit_code == 0);
}

TEST_CASE("two servers of the same seed and base time answer the same bytes") {
  const struct {
    std::vector<std::string> arguments;
    std::string list;
    std::size_t least_size;
  } vendors[] = {{words("huntress --organizations 3 --agents 5 --incidents 40"), "/_sim/incidents", 40 * 2000},
                 {words("stellar-cyber --cases 40"), "/_sim/cases", 40 * 300}};
  for (auto [arguments, list, least_size] : vendors) {
    CAPTURE(list);
    arguments.insert(arguments.end(), {"--seed", "11", "--base-time", "2026-01-02T03:04:05Z"});
    e2e::Process one(command(arguments));
    e2e::Process two(command(arguments));
    const auto bytes = http_call("GET", one.url() + list).body;
    CHECK(bytes.size() > least_size);
    CHECK(http_call("GET", two.url() + list).body == bytes);
  }
}

TEST_CASE("the demonstration scenarios load and without data options there is something to see") {
  const struct {
    std::string vendor, scenario, list_of_scenario;
    std::size_t rows;
    std::string list;
  } vendors[] = {{"huntress", PICKET_DEMO_SCENARIO, "/_sim/organizations", 5, "/_sim/incidents"},
                 {"stellar-cyber", PICKET_STELLAR_DEMO_SCENARIO, "/_sim/cases", 6, "/_sim/cases"}};
  for (const auto& v : vendors) {
    CAPTURE(v.vendor);
    e2e::Process demo(command({v.vendor, "--scenario", v.scenario}));
    e2e::Process plain(command({v.vendor}));
    CHECK(rows_at(demo.url() + v.list_of_scenario) == v.rows);
    CHECK(rows_at(plain.url() + v.list) == 25);
  }
}

TEST_CASE("wrong options end with 2 and say which") {
  const std::pair<const char*, const char*> cases[] = {
      {"", "subcommand"},
      {"stellar", "stellar"},
      {"huntress --nonsense", "--nonsense"},
      {"huntress --port 65536", "--port"},
      {"huntress --rate-limit -1", "--rate-limit"},
      {"huntress --rate-window-seconds 0", "--rate-window-seconds"},
      {"huntress --latency-ms soon", "--latency-ms"},
      {"huntress --page-token cursor", "--page-token"},
      {"huntress --closed-percent 101", "--closed-percent"},
      {"huntress --incidents -3", "--incidents"},
      {"huntress --base-time yesterday", "--base-time"},
      {"huntress --tls-cert cert.pem", "--tls-key"},
      {"huntress --scenario /nonexistent.json", "/nonexistent.json"},
      {"huntress --log /nonexistent-folder/log", "/nonexistent-folder/log"},
      {"huntress --port-file /nonexistent-folder/port", "/nonexistent-folder/port"},
      {"stellar-cyber --cases -1", "--cases"},
      {"stellar-cyber --tenants 0", "--tenants"},
      {"stellar-cyber --token-seconds 0", "--token-seconds"},
      {"stellar-cyber --limit-max 0", "--limit-max"},
      {"stellar-cyber --closed-percent 101", "--closed-percent"},
      {"stellar-cyber --base-time yesterday", "--base-time"},
      {"stellar-cyber --organizations 3", "--organizations"},
      {"stellar-cyber --scenario /nonexistent.json", "/nonexistent.json"},
  };
  for (const auto& [arguments, part] : cases) {
    CAPTURE(arguments);
    CHECK(contains(refusal(words(arguments)), part));
  }
  for (const auto& [vendor, list] : {std::pair{"huntress", "incidents"}, std::pair{"stellar-cyber", "cases"}}) {
    const TemporaryFile bad(std::string("{\"") + list + "\":{}}");
    CHECK(refusal({vendor, "--scenario", bad.path()}) ==
          "picket-vendors: scenario " + bad.path() + ": " + list + ": expected a list of objects\n");
  }
}

TEST_CASE("--help ends with 0, a taken port with 1") {
  const auto help = e2e::run(command({"huntress", "--help"}));
  CHECK(help.exit_code == 0);
  CHECK(contains(help.out, "--page-token"));
  e2e::Process first(command({"huntress"}));
  const std::string url = first.url();
  const auto second = e2e::run(command({"huntress", "--port", url.substr(url.rfind(':') + 1)}));
  CHECK(second.exit_code == 1);
  CHECK(contains(second.err, "Cannot listen on 127.0.0.1:"));
}

TEST_CASE("stellar cyber: TLS with a certificate of one's own") {
  const auto certificate = make_self_signed_certificate({"127.0.0.1"});
  const TemporaryFile cert(certificate.certificate_pem);
  const TemporaryFile key(certificate.key_pem);
  e2e::Process process(command({"stellar-cyber", "--tls-cert", cert.path(), "--tls-key", key.path()}));
  const std::string url = process.url();
  REQUIRE(url.starts_with("https://127.0.0.1:"));
  const std::string token = bearer(url, "stellar_demo", "stellar_key");
  const auto list = http_call("GET", url + "/connect/api/v1/cases", "", {token});
  CHECK(list.code == 200);
  CHECK(integer(json::parse_object(list.body, "cases").at("data").as_object(), "total") == 25);
  CHECK_THROWS_AS(http_call("GET", "http" + url.substr(5) + "/connect/api/v1/cases", "", {token}), NoAnswer);
}
