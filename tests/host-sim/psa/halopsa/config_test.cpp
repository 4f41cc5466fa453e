#include "host-sim/psa/halopsa/config.hpp"

#include <doctest/doctest.h>

#include <set>
#include <tuple>

using namespace picket::psa;
using namespace picket::psa::halopsa;

namespace {

PsaEnvironment minimal() {
  PsaEnvironment e;
  e.values = {{"HALOPSA_BASE_URL", "https://northwind.halopsa.com"},
              {"HALOPSA_OIDC_CLIENT_ID", "id"},
              {"HALOPSA_OIDC_CLIENT_SECRET", "secret"},
              {"HALOPSA_TICKET_TYPE_NAME", "Incident"},
              {"HALOPSA_CLIENT_NAME", "Stellar Cyber"}};
  return e;
}

std::vector<Problem> problems_with(const std::string& key, const std::string& value) {
  PsaEnvironment e = minimal();
  e.values[key] = value;
  return read_config(e).problems;
}

}  // namespace

TEST_CASE("The smallest configuration and its defaults") {
  const ReadConfig read = read_config(minimal());
  CHECK(read.problems.empty());
  const Config& c = read.config;
  CHECK(c.base_url == "https://northwind.halopsa.com");
  CHECK(c.api_url == "https://northwind.halopsa.com/api");
  CHECK(c.token_url == "https://northwind.halopsa.com/auth/token");
  CHECK(c.give_up_after == std::chrono::hours{24});
  CHECK(c.scope == "all");
  CHECK(c.ticket_type.name == "Incident");
  CHECK(c.client.name == "Stellar Cyber");
  CHECK_FALSE(c.priority.asked());
  CHECK_FALSE(c.team.asked());
  CHECK_FALSE(c.open_status.asked());
  CHECK(c.closed_status.name == "Closed");
  CHECK(c.note_outcome == "Internal Note");
  CHECK_FALSE(c.use_update_for_action);
  CHECK_FALSE(c.parallel_creation);
  CHECK(c.verify_tls);
  CHECK(c.ca_file.empty());
}

TEST_CASE("Everything that can be set is read") {
  PsaEnvironment e = minimal();
  e.ca_file = "/etc/all.pem";
  for (const auto& [key, value] : std::map<std::string, std::string>{{"HALOPSA_BASE_URL", "https://northwind.halopsa.com//"},
                                                                     {"HALOPSA_RESOURCE_SERVER_URL", "https://api.northwind.com/halo/"},
                                                                     {"HALOPSA_AUTHORIZATION_SERVER_URL", "https://login.northwind.com"},
                                                                     {"HALOPSA_ASSIGN_USERNAME", "robot"},
                                                                     {"HALOPSA_TICKET_TYPE_ID", "0021"},
                                                                     {"HALOPSA_CLIENT_ID", "12"},
                                                                     {"HALOPSA_PRIORITY_ID", "3"},
                                                                     {"HALOPSA_PRIORITY_NAME", "High"},
                                                                     {"HALOPSA_TEAM_NAME", "Security"},
                                                                     {"HALOPSA_CATEGORY_NAME", "A>B"},
                                                                     {"HALOPSA_IMPACT_NAME", "Company Wide"},
                                                                     {"HALOPSA_URGENCY_ID", "2"},
                                                                     {"HALOPSA_OIDC_CLIENT_SCOPE", "edit:tickets"},
                                                                     {"HALOPSA_USE_UPDATE_FOR_ACTION", "TRUE"},
                                                                     {"HALOPSA_NOTE_OUTCOME", "Private Note"},
                                                                     {"HALOPSA_USE_BETA_AUTO_INCREMENTING_TICKET_IDS", "1"},
                                                                     {"HALOPSA_CLOSED_STATUS_ID", "9"},
                                                                     {"HALOPSA_OPEN_STATUS_NAME", "Reopened"},
                                                                     {"HALOPSA_GIVE_UP_AFTER_HOURS", "72"},
                                                                     {"HALOPSA_VERIFY_SSL", "no"},
                                                                     {"HALOPSA_CA_FILE", "/etc/halo.pem"}})
    e.values[key] = value;
  const ReadConfig read = read_config(e);
  CHECK(read.problems.empty());
  const Config& c = read.config;
  CHECK(c.base_url == "https://northwind.halopsa.com");
  CHECK(c.api_url == "https://api.northwind.com/halo");
  CHECK(c.token_url == "https://login.northwind.com/token");
  CHECK(c.give_up_after == std::chrono::hours{72});
  CHECK(c.assign_username == "robot");
  CHECK(c.ticket_type.id == "21");
  CHECK(c.client.id == "12");
  CHECK(c.priority.id == "3");
  CHECK(c.priority.name == "High");
  CHECK(c.team.name == "Security");
  CHECK(c.category.name == "A>B");
  CHECK(c.impact.name == "Company Wide");
  CHECK(c.urgency.id == "2");
  CHECK(c.scope == "edit:tickets");
  CHECK(c.use_update_for_action);
  CHECK(c.parallel_creation);
  CHECK(c.note_outcome == "Private Note");
  CHECK(c.closed_status.id == "9");
  CHECK(c.open_status.name == "Reopened");
  CHECK_FALSE(c.verify_tls);
  CHECK(c.ca_file == "/etc/halo.pem");
}

TEST_CASE("All that is wrong is reported at once and each sentence begins with its key") {
  PsaEnvironment e;
  e.values = {{"HALOPSA_RESOURCE_SERVER_URL", "ftp://x"}, {"HALOPSA_PRIORITY_ID", "high"}, {"HALOPSA_VERIFY_SSL", "maybe"}};
  const std::vector<Problem> problems = read_config(e).problems;
  std::set<std::string> keys_at_fault;
  for (const Problem& p : problems) {
    CHECK(p.text.starts_with(p.key + " "));
    keys_at_fault.insert(p.key);
  }
  CHECK(keys_at_fault == std::set<std::string>{"HALOPSA_BASE_URL", "HALOPSA_RESOURCE_SERVER_URL", "HALOPSA_OIDC_CLIENT_ID",
                                               "HALOPSA_OIDC_CLIENT_SECRET", "HALOPSA_TICKET_TYPE_NAME", "HALOPSA_CLIENT_NAME",
                                               "HALOPSA_PRIORITY_ID", "HALOPSA_VERIFY_SSL"});
  CHECK(problems.size() == keys_at_fault.size());
}

TEST_CASE("Values that cannot be") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"HALOPSA_BASE_URL", "northwind.halopsa.com"},
      {"HALOPSA_BASE_URL", "https://user:secret@northwind.halopsa.com"},
      {"HALOPSA_BASE_URL", "https://northwind.halopsa.com?x=1"},
      {"HALOPSA_BASE_URL", "https://northwind.halopsa.com#x"},
      {"HALOPSA_BASE_URL", "http://northwind.halopsa.com"},
      {"HALOPSA_RESOURCE_SERVER_URL", "http://127.example.com/api"},
      {"HALOPSA_AUTHORIZATION_SERVER_URL", "http://northwind.halopsa.com/auth"},
      {"HALOPSA_AUTHORIZATION_SERVER_URL", "http://northwind.halopsa.com/auth?tenant=x"},
      {"HALOPSA_AUTHORIZATION_SERVER_URL", "https://user:secret@auth.halopsa.com?tenant=x"},
      {"HALOPSA_AUTHORIZATION_SERVER_URL", "https://auth.halopsa.com/token?tenant=a b"},
      {"HALOPSA_AUTHORIZATION_SERVER_URL", "https://auth.halopsa.com/token?tenant=x#y"},
      {"HALOPSA_RESOURCE_SERVER_URL", "https://northwind.halopsa.com/api?tenant=x"},
      {"HALOPSA_GIVE_UP_AFTER_HOURS", "0"},
      {"HALOPSA_GIVE_UP_AFTER_HOURS", "a day"},
      {"HALOPSA_GIVE_UP_AFTER_HOURS", "99999"},
      {"HALOPSA_TICKET_TYPE_ID", "-1"},
      {"HALOPSA_TICKET_TYPE_ID", "1.5"},
      {"HALOPSA_CLIENT_ID", "99999999999999999999999999"},
      {"HALOPSA_IMPACT_ID", "1 2"},
      {"HALOPSA_URGENCY_ID", "x"},
      {"HALOPSA_CLOSED_STATUS_ID", "x"},
      {"HALOPSA_OPEN_STATUS_ID", "x"},
      {"HALOPSA_USE_UPDATE_FOR_ACTION", "2"},
      {"HALOPSA_USE_BETA_AUTO_INCREMENTING_TICKET_IDS", "ja"},
  };
  for (const auto& [key, value] : cases) {
    CAPTURE(key);
    CAPTURE(value);
    const auto problems = problems_with(key, value);
    REQUIRE(problems.size() == 1);
    CHECK(problems.front().text.starts_with(key + " "));
    CHECK(problems.front().text.find("secret@") == std::string::npos);
  }
}

TEST_CASE("Where tokens are issued") {
  const std::vector<std::tuple<std::string, std::string, std::string>> cases = {
      {"https://auth.halopsa.com/auth", "", "https://auth.halopsa.com/auth/token"},
      {"https://auth.halopsa.com/auth/", "", "https://auth.halopsa.com/auth/token"},
      {"https://auth.halopsa.com/auth/token", "", "https://auth.halopsa.com/auth/token"},
      {"https://auth.halopsa.com/token?tenant=northwind", "", "https://auth.halopsa.com/token?tenant=northwind"},
      {"https://auth.halopsa.com/auth?tenant=northwind", "", "https://auth.halopsa.com/auth/token?tenant=northwind"},
      {"https://auth.halopsa.com/?tenant=northwind", "", "https://auth.halopsa.com/token?tenant=northwind"},
      {"https://auth.halopsa.com/token?tenant=northwind", "northwind", "https://auth.halopsa.com/token?tenant=northwind"},
      {"https://auth.halopsa.com/token?region=eu", "north & wind", "https://auth.halopsa.com/token?region=eu&tenant=north%20%26%20wind"},
      {"", "northwind", "https://northwind.halopsa.com/auth/token?tenant=northwind"},
  };
  for (const auto& [url, tenant, token_url] : cases) {
    CAPTURE(url);
    PsaEnvironment e = minimal();
    if (!url.empty()) e.values["HALOPSA_AUTHORIZATION_SERVER_URL"] = url;
    if (!tenant.empty()) e.values["HALOPSA_TENANT"] = tenant;
    const ReadConfig read = read_config(e);
    CHECK(read.problems.empty());
    CHECK(read.config.token_url == token_url);
  }
  PsaEnvironment e = minimal();
  e.values["HALOPSA_AUTHORIZATION_SERVER_URL"] = "https://auth.halopsa.com/token?tenant=northwind";
  e.values["HALOPSA_TENANT"] = "southwind";
  const std::vector<Problem> problems = read_config(e).problems;
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].key == "HALOPSA_TENANT");
}

TEST_CASE("Plain http goes to this machine or where it is allowed") {
  for (const char* url : {"http://127.0.0.1:8082", "http://localhost:8082", "http://[::1]:8082"}) {
    CAPTURE(url);
    CHECK(problems_with("HALOPSA_BASE_URL", url).empty());
  }
  PsaEnvironment e = minimal();
  e.values["HALOPSA_BASE_URL"] = "http://northwind.halopsa.com";
  CHECK(read_config(e).problems.size() == 1);
  e.allow_plain_http = true;
  CHECK(read_config(e).problems.empty());
  CHECK(read_config(e).config.plain_http);
  CHECK_FALSE(read_config(minimal()).config.plain_http);
}

TEST_CASE("A base URL that only links use may be plain") {
  PsaEnvironment e = minimal();
  e.values["HALOPSA_BASE_URL"] = "http://northwind.halopsa.com";
  e.values["HALOPSA_RESOURCE_SERVER_URL"] = "https://northwind.halopsa.com/api";
  e.values["HALOPSA_AUTHORIZATION_SERVER_URL"] = "https://northwind.halopsa.com/auth";
  CHECK(read_config(e).problems.empty());
}

TEST_CASE("The keys are those of the specification and ours") {
  std::set<std::string_view> names;
  for (const PsaKey& key : keys()) {
    CHECK(key.name.starts_with("HALOPSA_"));
    CHECK_FALSE(key.description.empty());
    CHECK((key.role == KeyRole::secret) == (key.name == "HALOPSA_OIDC_CLIENT_SECRET"));
    CHECK(names.insert(key.name).second);
  }
  for (const char* specified : {"HALOPSA_BASE_URL",
                                "HALOPSA_RESOURCE_SERVER_URL",
                                "HALOPSA_AUTHORIZATION_SERVER_URL",
                                "HALOPSA_ASSIGN_USERNAME",
                                "HALOPSA_TICKET_TYPE_NAME",
                                "HALOPSA_TICKET_TYPE_ID",
                                "HALOPSA_CLIENT_NAME",
                                "HALOPSA_CLIENT_ID",
                                "HALOPSA_PRIORITY_ID",
                                "HALOPSA_TEAM_NAME",
                                "HALOPSA_CATEGORY_NAME",
                                "HALOPSA_IMPACT_NAME",
                                "HALOPSA_IMPACT_ID",
                                "HALOPSA_URGENCY_NAME",
                                "HALOPSA_URGENCY_ID",
                                "HALOPSA_OIDC_CLIENT_ID",
                                "HALOPSA_OIDC_CLIENT_SECRET",
                                "HALOPSA_OIDC_CLIENT_SCOPE",
                                "HALOPSA_USE_UPDATE_FOR_ACTION",
                                "HALOPSA_NOTE_OUTCOME",
                                "HALOPSA_USE_BETA_AUTO_INCREMENTING_TICKET_IDS"})
    CHECK(names.contains(specified));
}
