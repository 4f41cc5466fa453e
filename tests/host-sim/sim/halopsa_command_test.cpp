// The command: its options, the site's rate limit, TLS.
#include <doctest/doctest.h>
#include <signal.h>

#include "tests/e2e/process.hpp"
#include "tests/host-sim/sim/halopsa_site.hpp"
#include "tests/support/http_get.hpp"
#include "tests/support/tls_certificate.hpp"

using namespace picket;
using namespace picket::test;

namespace {

e2e::Command command(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {PICKET_VENDORS_COMMAND, "halopsa"});
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

std::string bearer(const std::string& url, const std::string& form = right_form) {
  const auto answer = http_call("POST", url + "/auth/token", form, {"Content-Type: application/x-www-form-urlencoded"});
  REQUIRE(answer.code == 200);
  return "Authorization: Bearer " + text_of(json::parse_object(answer.body, "answer"), "access_token");
}

}  // namespace

TEST_CASE("the command serves a site over TLS") {
  const auto certificate = make_self_signed_certificate({"127.0.0.1"});
  const TemporaryFile cert(certificate.certificate_pem);
  const TemporaryFile key(certificate.key_pem);
  e2e::Process site(command({"--tls-cert", cert.path(), "--tls-key", key.path(), "--clients", "150"}));
  const std::string url = url_of(site);
  CHECK(url.starts_with("https://127.0.0.1:"));
  const std::string token = bearer(url);
  const auto made = http_call("POST", url + "/api/Tickets", R"([{"summary":"x"}])", {token});
  CHECK(made.code == 201);
  CHECK(made.headers.contains("date"));
  const auto clients =
      json::parse_object(http_call("GET", url + "/api/Client?pageinate=true&page_size=100&page_no=2", "", {token}).body, "answer");
  CHECK(json::integer_at(clients, "record_count") == 149);  // one of the 150 is inactive
  const auto discovery = json::parse_object(http_call("GET", url + "/auth/.well-known/openid-configuration").body, "answer");
  CHECK(text_of(discovery, "token_endpoint") == url + "/auth/token");
}

TEST_CASE("the command's options reach the site") {
  const TemporaryFile scenario(R"({"clients":[{"id":77,"name":"Adatum"}]})");
  e2e::Process site(command({"--client-id", "i", "--client-secret", "s", "--token-seconds", "5", "--accept-notes-on-closed",
                             "--auto-increment", "--refused-outcome", "Public Note", "--wrapped-lists", "--scenario", scenario.path()}));
  const std::string url = url_of(site);
  const std::string token = bearer(url, "grant_type=client_credentials&client_id=i&client_secret=s&scope=all");
  CHECK(http_call("POST", url + "/auth/token", right_form, {"Content-Type: application/x-www-form-urlencoded"}).code == 401);
  const auto state = json::parse_object(http_call("GET", url + "/_sim/state").body, "answer");
  CHECK(json::bool_at(state, "refuse_notes_on_closed") == false);
  CHECK(json::bool_at(state, "auto_increment") == true);
  CHECK(state.at("refused_outcomes").as_array().size() == 1);
  CHECK(json::parse(http_call("GET", url + "/api/Team", "", {token}).body, "answer").is_object());
  CHECK(http_call("GET", url + "/api/Client/77", "", {token}).code == 200);
  http_call("POST", url + "/_sim/advance", R"({"seconds":5})");
  CHECK(http_call("GET", url + "/api/Team", "", {token}).code == 401);
}

TEST_CASE("five hundred requests in three minutes and how long to wait") {
  for (const bool says_when : {true, false}) {
    e2e::Process site(command(says_when ? std::vector<std::string>{} : std::vector<std::string>{"--no-retry-after"}));
    const std::string url = url_of(site);
    int accepted = 0;
    for (int i = 0; i < 500; ++i) accepted += http_call("GET", url + "/auth/.well-known/openid-configuration").code == 200;
    CHECK(accepted == 500);
    const auto refused = http_call("GET", url + "/api/Team");
    CHECK(refused.code == 429);
    CHECK(refused.headers.contains("retry-after") == says_when);
    http_call("POST", url + "/_sim/advance", R"({"seconds":180})");
    CHECK(http_call("GET", url + "/auth/.well-known/openid-configuration").code == 200);
  }
}

TEST_CASE("the limit can be set and switched off") {
  e2e::Process small(command({"--rate-limit", "2", "--rate-window", "60"}));
  const std::string url = url_of(small);
  for (const int code : {404, 404, 429}) CHECK(http_call("GET", url + "/x").code == code);
  e2e::Process none(command({"--rate-limit", "0"}));
  const std::string other = url_of(none);
  for (int i = 0; i < 520; ++i) CHECK(http_call("GET", other + "/x").code == 404);
}

TEST_CASE("wrong options of the site") {
  CHECK(refusal({"--token-seconds", "0"}).find("--token-seconds") != std::string::npos);
  CHECK(refusal({"--clients", "-1"}).find("--clients") != std::string::npos);
  CHECK(refusal({"--nonsense"}).find("--nonsense") != std::string::npos);
  CHECK(refusal({"--scenario", "/nonexistent.json"}).find("/nonexistent.json") != std::string::npos);
}

TEST_CASE("the demonstration scenario of the site loads") {
  e2e::Process site(command({"--scenario", PICKET_HALOPSA_DEMO_SCENARIO}));
  const std::string url = url_of(site);
  const auto tickets = json::parse(http_call("GET", url + "/_sim/tickets").body, "answer").as_array();
  REQUIRE(tickets.size() == 1);
  CHECK(text_of(tickets[0].as_object(), "agent_name") == "Sam Okafor");
  const std::string token = bearer(url);
  const std::string body =
      R"([{"summary":"Command and control traffic from CONTOSO-LT-014"},{"summary":"Password guessing against svc-backup"}])";
  CHECK(http_call("POST", url + "/api/Tickets", body, {token}).code == 201);
  http_call("POST", url + "/_sim/advance", R"({"seconds":120})");
  const auto later = json::parse(http_call("GET", url + "/_sim/tickets").body, "answer").as_array();
  REQUIRE(later.size() == 3);
  CHECK(text_of(later[1].as_object(), "closure_note").starts_with("The laptop"));
  CHECK(text_of(later[1].as_object(), "agent_name") == "Jane Doe");
  CHECK(text_of(later[2].as_object().at("priority").as_object(), "name") == "High");
  CHECK(json::bool_at(later[2].as_object(), "hasbeenclosed") == true);
}
