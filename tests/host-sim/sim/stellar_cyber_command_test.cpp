// The command itself, and the installation behind TLS.
#include <doctest/doctest.h>
#include <signal.h>

#include "sdk/common/base64.hpp"
#include "tests/e2e/process.hpp"
#include "tests/host-sim/sim/stellar_cyber_account.hpp"
#include "tests/support/http_get.hpp"
#include "tests/support/tls_certificate.hpp"

using namespace picket;
using namespace picket::test;

namespace {

e2e::Command command(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {PICKET_VENDORS_COMMAND, "stellar-cyber"});
  return {arguments, {}, {}};
}

std::string url_of(e2e::Process& process) {
  const std::string prefix = "listening on ";
  const std::string line = process.first_line();
  REQUIRE(line.starts_with(prefix));
  return line.substr(prefix.size());
}

std::string refusal(const std::vector<std::string>& arguments) {
  const auto output = e2e::run(command(arguments));
  CHECK(output.exit_code == 2);
  CHECK(output.out.empty());
  return output.err;
}

std::string basic(const std::string& user, const std::string& key) {
  return "Authorization: Basic " + picket::base64_encode(user + ":" + key);
}

}  // namespace

TEST_CASE("stellar cyber: the command serves with the options given and ends with 0 on SIGTERM") {
  e2e::Process process(command({"--cases", "300", "--tenants", "2", "--alerts", "4", "--user", "sam@example.com", "--api-key", "k",
                                "--user-id", "u-9", "--token-seconds", "60", "--limit-max", "100", "--silent-comments"}));
  const std::string url = url_of(process);
  CHECK(http_call("POST", url + "/connect/api/v1/access_token", "", {basic("stellar_demo", "stellar_key")}).code == 401);
  const auto token = http_call("POST", url + "/connect/api/v1/access_token", "", {basic("sam@example.com", "k")});
  REQUIRE(token.code == 200);
  const std::string bearer = "Authorization: Bearer " + text(json::parse_object(token.body, "token"), "access_token");
  const auto list = http_call("GET", url + "/connect/api/v1/cases?limit=250&min_size_auto=4", "", {bearer});
  REQUIRE(list.code == 200);
  const auto body = json::parse_object(list.body, "cases");
  CHECK(integer(body.at("data").as_object(), "total") == 300);
  const auto& rows = body.at("data").as_object().at("cases").as_array();
  REQUIRE(rows.size() == 100);
  const std::string path = "/connect/api/v1/cases/" + text(rows[0].as_object(), "_id");
  CHECK(http_call("POST", url + path + "/comments", R"({"comment":"x"})", {bearer}).code == 200);
  CHECK(http_call("PUT", url + path, R"({"severity":"Low"})", {bearer}).code == 200);
  const auto changed = json::parse_object(http_call("GET", url + path, "", {bearer}).body, "case").at("data").as_object();
  CHECK(integer(changed, "version") == 2);
  CHECK(text(changed, "modified_by") == "u-9");
  process.signal(SIGTERM);
  CHECK(process.wait().exit_code == 0);
}

TEST_CASE("stellar cyber: two servers of the same seed and base time answer the same bytes") {
  const auto arguments = command({"--cases", "40", "--seed", "11", "--base-time", "2026-01-02T03:04:05Z"});
  e2e::Process one(arguments);
  e2e::Process two(arguments);
  const auto bytes = http_call("GET", url_of(one) + "/_sim/cases").body;
  CHECK(bytes.size() > 40 * 300);
  CHECK(http_call("GET", url_of(two) + "/_sim/cases").body == bytes);
}

TEST_CASE("stellar cyber: the demonstration scenario loads and without data options there is something to see") {
  e2e::Process demo(command({"--scenario", PICKET_STELLAR_DEMO_SCENARIO}));
  e2e::Process plain(command({}));
  CHECK(json::parse(http_call("GET", url_of(demo) + "/_sim/cases").body, "cases").as_array().size() == 6);
  CHECK(json::parse(http_call("GET", url_of(plain) + "/_sim/cases").body, "cases").as_array().size() == 25);
}

TEST_CASE("stellar cyber: wrong options end with 2 and say which") {
  CHECK(refusal({"--cases", "-1"}).find("--cases") != std::string::npos);
  CHECK(refusal({"--tenants", "0"}).find("--tenants") != std::string::npos);
  CHECK(refusal({"--token-seconds", "0"}).find("--token-seconds") != std::string::npos);
  CHECK(refusal({"--limit-max", "0"}).find("--limit-max") != std::string::npos);
  CHECK(refusal({"--closed-percent", "101"}).find("--closed-percent") != std::string::npos);
  CHECK(refusal({"--base-time", "yesterday"}).find("--base-time") != std::string::npos);
  CHECK(refusal({"--organizations", "3"}).find("--organizations") != std::string::npos);
  CHECK(refusal({"--scenario", "/nonexistent.json"}).find("/nonexistent.json") != std::string::npos);
  const TemporaryFile bad(R"({"cases":{}})");
  CHECK(refusal({"--scenario", bad.path()}) == "picket-vendors: scenario " + bad.path() + ": cases: expected a list of objects\n");
}

TEST_CASE("stellar cyber: TLS with a certificate of one's own") {
  const auto certificate = make_self_signed_certificate({"127.0.0.1"});
  const TemporaryFile cert(certificate.certificate_pem);
  const TemporaryFile key(certificate.key_pem);
  e2e::Process process(command({"--tls-cert", cert.path(), "--tls-key", key.path()}));
  const std::string url = url_of(process);
  REQUIRE(url.starts_with("https://127.0.0.1:"));
  const auto token = http_call("POST", url + "/connect/api/v1/access_token", "", {basic("stellar_demo", "stellar_key")});
  REQUIRE(token.code == 200);
  const std::string bearer = "Authorization: Bearer " + text(json::parse_object(token.body, "token"), "access_token");
  const auto list = http_call("GET", url + "/connect/api/v1/cases", "", {bearer});
  CHECK(list.code == 200);
  CHECK(integer(json::parse_object(list.body, "cases").at("data").as_object(), "total") == 25);
  CHECK_THROWS_AS(http_call("GET", "http" + url.substr(5) + "/connect/api/v1/cases", "", {bearer}), NoAnswer);
}
