#include "host-sim/config/configuration.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "picket/error.hpp"
#include "sdk/host/manifest_file.hpp"
#include "sdk/host/settings.hpp"

using namespace picket;
using namespace picket::config;

namespace {

constexpr psa::PsaKey psa_keys[] = {
    {"HALOPSA_BASE_URL", "the site", {}, true, psa::KeyRole::address},
    {"HALOPSA_TICKET_TYPE_NAME", "the ticket type"},
    {"HALOPSA_PRIORITY_ID", "the priority"},
    {"HALOPSA_OIDC_CLIENT_SECRET", "the secret", {}, true, psa::KeyRole::secret},
    {"HALOPSA_VERIFY_SSL", "certificates", "true", false, psa::KeyRole::verify_tls},
};

std::vector<Problem> psa_problems(const psa::PsaEnvironment& e) {
  const auto priority = e.values.find("HALOPSA_PRIORITY_ID");
  if (priority != e.values.end() && priority->second == "x") return {{"HALOPSA_PRIORITY_ID", "HALOPSA_PRIORITY_ID: expected a number"}};
  return {};
}

constexpr psa::PsaKind psas[] = {{"halopsa", "HaloPSA", psa_keys, psa_problems, nullptr}};

std::vector<host::Manifest> manifests() { return host::load_manifests(PICKET_MANIFESTS); }

struct Case {
  std::vector<host::Manifest> all = manifests();
  ConfigurationSource source;
  ConfigurationChoices choices;

  explicit Case(const std::string& file, const Variables& environment = {}, const std::string& provider = {}) {
    source.file = parse_env_file(file);
    source.file_name = "config.env";
    source.environment = environment;
    for (const host::Manifest& m : all) choices.manifests.push_back(&m);
    choices.psas = psas;
    choices.provider = provider;
    choices.proxy = [](std::string_view) { return std::string{}; };
  }
  Configuration read() const { return read_configuration(source, choices); }
};

const std::string whole =
    "HALOPSA_BASE_URL: \"https://acme.halopsa.com\"\n"
    "HALOPSA_OIDC_CLIENT_SECRET=halo-secret\n"
    "STELLAR_DB_HOST: \"acme.stellarcyber.cloud\"\n"
    "STELLAR_USER=api_user\n"
    "STELLAR_API_KEY=stellar-secret\n";

const std::string& text_of(const std::string& text) { return text; }
const std::string& text_of(const Problem& problem) { return problem.text; }

template <class T>
bool any_begins(const std::vector<T>& all, const std::string& begin) {
  return std::any_of(all.begin(), all.end(), [&](const T& t) { return text_of(t).starts_with(begin); });
}

template <class T>
std::string lines(const std::vector<T>& all) {
  std::string text;
  for (const T& t : all) text += text_of(t) + "\n";
  return text;
}

std::string setting(const Configuration& c, const std::string& path) {
  const json::value* value = host::setting_at(c.settings, path);
  return value == nullptr ? "" : json::to_string(*value);
}

}  // namespace

TEST_CASE("a whole configuration has no problems and the specification's defaults") {
  const Case file(whole);
  const Configuration c = file.read();
  CAPTURE(lines(c.problems));
  CHECK(c.problems.empty());
  CHECK(c.warnings.empty());
  CHECK(c.has_pair);
  CHECK(c.base_url == "https://acme.stellarcyber.cloud");
  CHECK(c.verify_tls);
  CHECK(c.secrets.at("api_key") == "stellar-secret");
  CHECK(c.secrets.at("user") == "api_user");
  REQUIRE(c.psa != nullptr);
  CHECK(c.psa->id == "halopsa");
  CHECK(c.psa_environment.values.size() == 2);
  CHECK(c.psa_address == "https://acme.halopsa.com");
  CHECK(c.manifest->id == "stellar-cyber");
  CHECK(c.replaces_old_container);
  CHECK(c.settings.empty());
  CHECK(c.runtime.sqlite_filename == "/db/sqlite.db");
  CHECK(c.runtime.instance_key == "default");
  CHECK(c.runtime.port == 3000);
  CHECK((c.runtime.poll_interval == std::chrono::minutes(5)));
  CHECK_FALSE(c.runtime.debug_db);
  CHECK_FALSE(c.runtime.wipe_db_on_startup);
  CHECK(c.runtime.match_tenants);
  CHECK(lasting_warnings(c).empty());
  CHECK(std::find(c.secret_values.begin(), c.secret_values.end(), "halo-secret") != c.secret_values.end());
}

TEST_CASE("without any key of a side there is no pair") {
  CHECK_FALSE(Case("").read().has_pair);
  CHECK_FALSE(Case("PORT=1\nPICKET_DATA=/x\n").read().has_pair);
  CHECK_FALSE(Case("STELLAR_USER=\n").read().has_pair);
  CHECK(Case("STELLAR_USER=x\n").read().has_pair);
  CHECK(Case("HALOPSA_BASE_URL=x\n").read().has_pair);
  CHECK(Case("", {}, "huntress").read().has_pair);
  CHECK(Case("", {{"STELLAR_USER", "x"}}).read().has_pair);
  CHECK(Case("").read().problems.empty());
}

TEST_CASE("values become settings of their types") {
  const struct {
    const char* line;
    const char* path;
    const char* value;
  } cases[] = {
      {"STELLAR_MIN_SCORE=62.5", "minScore", "6.25E1"},
      {"STELLAR_MIN_SCORE=60", "minScore", "60"},
      {"STELLAR_MIN_ALERT_COUNT=2", "minAlertCount", "2"},
      {"STELLAR_INITIAL_LOOPBACK_DAYS=30", "backfillDays", "30"},
      {"PROCESS_CASES_PAGE_SIZE=100", "pageSize", "100"},
      {"STELLAR_CASE_TAG=seen", "caseTag", "\"seen\""},
      {"STELLAR_SAAS=Yes", "saas", "true"},
      {"HALOPSA_SYNC_PRIORITY: true", "syncPriority", "true"},
      {"HALOPSA_TO_STELLAR_PRIORITY_MAP={\"P1\": \"Critical\"}", "prioritySeverityMap", "\"{\\\"P1\\\": \\\"Critical\\\"}\""},
      {"STELLAR_MIN_SCORE=", "minScore", ""},
  };
  for (const auto& c : cases) {
    CAPTURE(std::string(c.line));
    const Case file(whole + c.line + "\n");
    const Configuration read = file.read();
    CAPTURE(lines(read.problems));
    CHECK(read.problems.empty());
    CHECK(setting(read, c.path) == c.value);
  }
}

TEST_CASE("what is wrong begins with its key") {
  const struct {
    const char* line;
    const char* problem;
  } cases[] = {
      {"PORT=http", "PORT: expected a whole number from 0 to 65535"},
      {"PORT=70000", "PORT: expected a whole number from 0 to 65535"},
      {"POLL_INTERVAL_MINS=0", "POLL_INTERVAL_MINS: expected a number of minutes"},
      {"POLL_INTERVAL_MINS=soon", "POLL_INTERVAL_MINS: expected a number of minutes"},
      {"DEBUG_DB=maybe", "DEBUG_DB: expected true or false"},
      {"STELLAR_VERIFY_SSL=2", "STELLAR_VERIFY_SSL: expected true or false"},
      {"STELLAR_MIN_SCORE=high", "STELLAR_MIN_SCORE: expected a number"},
      {"STELLAR_MIN_SCORE=-1", "STELLAR_MIN_SCORE: expected"},
      {"STELLAR_INITIAL_LOOPBACK_DAYS=7.5", "STELLAR_INITIAL_LOOPBACK_DAYS: expected"},
      {"STELLAR_INITIAL_LOOPBACK_DAYS=9999", "STELLAR_INITIAL_LOOPBACK_DAYS: expected"},
      {"HALOPSA_SYNC_PRIORITY=x", "HALOPSA_SYNC_PRIORITY: expected true or false"},
      {"HALOPSA_TO_STELLAR_PRIORITY_MAP=[]", "HALOPSA_TO_STELLAR_PRIORITY_MAP: expected a JSON object"},
      {"HALOPSA_PRIORITY_ID=x", "HALOPSA_PRIORITY_ID: expected a number"},
      {"STELLAR_DB_HOST=https://a b", "STELLAR_DB_HOST: expected a host name or a URL"},
      {"STELLAR_DB_HOST=http://stellar.example", "STELLAR_DB_HOST: the address is not encrypted"},
      {"INSTANCE_KEY=' x'", "INSTANCE_KEY: expected one line"},
      {"STELLAR_USER=\"x", "config.env, line 6: the quotation mark of STELLAR_USER"},
      {"STELAR_USER=x", "STELAR_USER is no known key; did you mean STELLAR_USER?"},
      {"stellar_api_kye=x", "stellar_api_kye is no known key; did you mean STELLAR_API_KEY?"},
      {"HALOPSA_TICKET_TYP_NAME=x", "HALOPSA_TICKET_TYP_NAME is no known key; did you mean HALOPSA_TICKET_TYPE_NAME?"},
      {"HALOPSA_TICKET_TYPE=x", "HALOPSA_TICKET_TYPE is no known key; did you mean HALOPSA_TICKET_TYPE_NAME?"},
      {"POLL_INTERVAL_MIN=1", "POLL_INTERVAL_MIN is no known key; did you mean POLL_INTERVAL_MINS?"},
      {"STELLAR_SSL_VERIFY=false", "STELLAR_SSL_VERIFY is no known key; did you mean STELLAR_VERIFY_SSL?"},
      {"HALOPSA_BASE_URL=https://acme.halopsa.com/api/", "HALOPSA_BASE_URL: it ends in /api"},
      {"HALOPSA_BASE_URL=https://acme.halopsa.com/auth", "HALOPSA_BASE_URL: it ends in /auth"},
      {"WIPE_DB_ON_START=true", "WIPE_DB_ON_START is no known key; did you mean WIPE_DB_ON_STARTUP?"},
  };
  for (const auto& c : cases) {
    CAPTURE(std::string(c.line));
    const Case file(whole + c.line + "\n");
    const Configuration read = file.read();
    CAPTURE(lines(read.problems));
    CHECK(read.problems.size() == 1);
    CHECK(any_begins(read.problems, c.problem));
    const Problem& found = read.problems.at(0);
    CHECK((found.key.empty() || found.text.starts_with(found.key)));
  }
}

TEST_CASE("everything that is missing is reported at once") {
  const Configuration c = Case("STELLAR_USER=x\nHALOPSA_TICKET_TYPE_NAME=y\n").read();
  CHECK(any_begins(c.problems, "STELLAR_DB_HOST: it is missing"));
  CHECK(any_begins(c.problems, "STELLAR_API_KEY: it is missing"));
  CHECK(any_begins(c.problems, "HALOPSA_BASE_URL: it is missing"));
  CHECK(any_begins(c.problems, "HALOPSA_OIDC_CLIENT_SECRET: it is missing"));
  CHECK(c.problems.size() == 4);
  CHECK(problems_text(c.problems).find("4 things are wrong") != std::string::npos);
  const Configuration no_psa = Case("STELLAR_DB_HOST=h\nSTELLAR_USER=x\nSTELLAR_API_KEY=k\n").read();
  REQUIRE(no_psa.problems.size() == 1);
  CHECK(no_psa.problems[0].text.find("HALOPSA_BASE_URL") != std::string::npos);
}

TEST_CASE("a misspelt key is reported as such, and not as missing") {
  const Configuration c =
      Case("HALOPSA_BASE_UR=acme\nHALOPSA_OIDC_CLIENT_SECRET=s\nSTELLAR_DB_HOST=h\nSTELLAR_USR=u\nSTELLAR_API_KEY=k\n").read();
  CAPTURE(lines(c.problems));
  CHECK(c.problems.size() == 2);
  CHECK(c.secrets.at("user") == "u");
}

TEST_CASE("unknown keys that are nobody's slip are warnings, in the environment only where they look like ours") {
  const Case other(whole + "ACME_WIDGETS=1\n", {{"PATH", "/bin"}, {"HALOPSA_SYNC_SERVICE_HOST", "10.0.0.1"}, {"SOMETHING", "x"}});
  const Configuration c = other.read();
  CAPTURE(lines(c.problems));
  CHECK(c.problems.empty());
  CHECK(any_begins(c.warnings, "ACME_WIDGETS is no known key and is ignored"));
  CHECK(any_begins(c.warnings, "HALOPSA_SYNC_SERVICE_HOST is no known key and is ignored"));
  CHECK(c.warnings.size() == 2);
  CHECK(any_begins(Case(whole, {{"HALOPSA_BASEURL", "x"}}).read().problems,
                   "HALOPSA_BASEURL is no known key; did you mean HALOPSA_BASE_URL?"));
  CHECK(any_begins(Case(whole + "HUNTRESS_API_KEY=x\n").read().warnings, "HUNTRESS_API_KEY belongs to the provider huntress"));
  CHECK(any_begins(Case(whole + "STELLAR_USER=again\n").read().warnings, "STELLAR_USER is set on line 4 and again on line 6"));
}

TEST_CASE("the environment wins over the file and empty is unset") {
  const Case both(whole + "PORT=1000\nPOLL_INTERVAL_MINS=0.05\n", {{"PORT", "2000"}, {"STELLAR_USER", ""}, {"STELLAR_API_KEY", "other"}});
  const Configuration c = both.read();
  CHECK(c.problems.empty());
  CHECK(c.runtime.port == 2000);
  CHECK(c.secrets.at("user") == "api_user");
  CHECK(c.secrets.at("api_key") == "other");
  CHECK((c.runtime.poll_interval == std::chrono::seconds(3)));
}

TEST_CASE("addresses of the vendor") {
  const struct {
    const char* given;
    bool plain;
    const char* url;
  } cases[] = {{"acme.stellarcyber.cloud", false, "https://acme.stellarcyber.cloud"},
               {"acme.stellarcyber.cloud:8443/", false, "https://acme.stellarcyber.cloud:8443"},
               {"https://acme.stellarcyber.cloud/", false, "https://acme.stellarcyber.cloud"},
               {"http://127.0.0.1:8081", false, "http://127.0.0.1:8081"},
               {"http://stellar.example", true, "http://stellar.example"}};
  for (const auto& c : cases) {
    CAPTURE(std::string(c.given));
    Case one(whole, {{"STELLAR_DB_HOST", c.given}});
    one.choices.allow_plain_http = c.plain;
    const Configuration read = one.read();
    CHECK(read.problems.empty());
    CHECK(read.base_url == c.url);
  }
}

TEST_CASE("certificates that are not checked are reported as long as it lasts") {
  const Case one(whole + "STELLAR_VERIFY_SSL=false\nHALOPSA_VERIFY_SSL=false\n");
  const Configuration c = one.read();
  CHECK_FALSE(c.verify_tls);
  CHECK(any_begins(lasting_warnings(c), "STELLAR_VERIFY_SSL=false: the certificate of Stellar Cyber is not checked"));
  CHECK(any_begins(lasting_warnings(Case("WIPE_DB_ON_STARTUP=true\n").read()), "WIPE_DB_ON_STARTUP is set"));
  CHECK(any_begins(lasting_warnings(c), "HALOPSA_VERIFY_SSL=false: the certificate of HaloPSA is not checked"));
}

TEST_CASE("the first provider takes its own keys") {
  const Case huntress(
      "HALOPSA_BASE_URL=https://acme.halopsa.com\nHALOPSA_OIDC_CLIENT_SECRET=s\nHUNTRESS_API_KEY=k\nHUNTRESS_API_SECRET=hs\n"
      "HUNTRESS_BACKFILL_DAYS=3\n",
      {}, "huntress");
  const Configuration c = huntress.read();
  CAPTURE(lines(c.problems));
  CHECK(c.problems.empty());
  CHECK(c.base_url == "https://api.huntress.io");
  CHECK_FALSE(c.replaces_old_container);
  CHECK(setting(c, "backfillDays") == "3");
  CHECK(any_begins(Case(whole, {}, "hunter").read().problems, "--provider: there is no provider \"hunter\""));
}

TEST_CASE("no problem and no warning holds a secret") {
  const Case bad(
      "HALOPSA_BASE_URL=x\nHALOPSA_OIDC_CLIENT_SECRET=hush-1\nHALOPSA_OIDC_CLIENT_SECRE=hush-2\nSTELLAR_API_KEY=hush-3\nSTELLAR_API_KEYS="
      "hush-4\n"
      "STELLAR_DB_HOST=https://user:hush-5@stellar.example\nSTELLAR_API_KEY='hush-6\n");
  const Configuration c = bad.read();
  CHECK(c.problems.size() > 3);
  CHECK((lines(c.problems) + lines(c.warnings)).find("hush") == std::string::npos);
}

TEST_CASE("quotation marks that docker passes on are taken away, and comments refused by key") {
  const Case quoted("", {{"HALOPSA_BASE_URL", "\"https://acme.halopsa.com\""},
                         {"HALOPSA_OIDC_CLIENT_SECRET", "'halo-secret'"},
                         {"STELLAR_DB_HOST", "\"acme.stellarcyber.cloud\""},
                         {"STELLAR_USER", "api_user"},
                         {"STELLAR_API_KEY", "\"stellar-secret\""},
                         {"STELLAR_TENANT_ID", "\"\""},
                         {"POLL_INTERVAL_MINS", "\"7\""},
                         {"STELLAR_VERIFY_SSL", "\"false\""},
                         {"PGPASSWORD", "not only ours # at all"},
                         {"PS1", "\"not ours # at all"}});
  const Configuration c = quoted.read();
  CAPTURE(lines(c.problems));
  CHECK(c.problems.empty());
  CHECK(c.base_url == "https://acme.stellarcyber.cloud");
  CHECK(c.psa_address == "https://acme.halopsa.com");
  CHECK(c.secrets.at("api_key") == "stellar-secret");
  CHECK((c.runtime.poll_interval == std::chrono::minutes(7)));
  CHECK_FALSE(c.verify_tls);
  CHECK(setting(c, "tenantId").empty());

  const Configuration wrong = Case(whole, {{"PORT", "3000 # the usual one"}, {"STELLAR_USER", "\"api_user"}}).read();
  CAPTURE(lines(wrong.problems));
  CHECK(any_begins(wrong.problems, "PORT: \" #\" is part of the value"));
  CHECK(any_begins(wrong.problems, "STELLAR_USER: the value begins with a quotation mark"));
}

TEST_CASE("the priority map of a file is read over several lines, or refused by file, line and key") {
  const Configuration read = Case(whole + "HALOPSA_TO_STELLAR_PRIORITY_MAP:\n  P1: Critical\n  P2: Low\n").read();
  CAPTURE(lines(read.problems));
  CHECK(read.problems.empty());
  CHECK(read.warnings.empty());
  CHECK(setting(read, "prioritySeverityMap") == R"("{\"P1\": \"Critical\", \"P2\": \"Low\"}")");

  const std::string key = "HALOPSA_TO_STELLAR_PRIORITY_MAP";
  CHECK(any_begins(Case(whole + key + ": {\n  P1: Critical\n}\n").read().problems, key + ": expected a JSON object"));
  CHECK(lines(Case(whole + key + ": {\n  P1: Critical\n}\n").read().problems).find("(config.env, line 6)") != std::string::npos);
  CHECK(any_begins(Case(whole + key + "={\n  \"P1\": \"Critical\"\n").read().problems, "config.env, line 6: the object of " + key));
  CHECK(any_begins(Case(whole + key + "={\"P1\":\"Low\",\"P1\":\"High\"}").read().problems, key + ": 'P1' is given twice"));
}

TEST_CASE("a transport that does not exist is refused by key, value and what exists: the provider's own key before the common one") {
  const std::string huntress =
      "HALOPSA_BASE_URL=https://acme.halopsa.com\nHALOPSA_OIDC_CLIENT_SECRET=s\nHUNTRESS_API_KEY=k\nHUNTRESS_API_SECRET=s\n";
  const struct {
    const char* keys;
    const char* problem;
  } cases[] = {
      {"", ""},
      {"HUNTRESS_SYNC_TRANSPORT=direct\n", ""},
      {"RMM_SYNC_TRANSPORT=Direct\n", ""},
      {"HUNTRESS_SYNC_TRANSPORT=direct\nRMM_SYNC_TRANSPORT=temporal\n", ""},
      {"HUNTRESS_SYNC_TRANSPORT=\nRMM_SYNC_TRANSPORT=temporal\n",
       "RMM_SYNC_TRANSPORT: there is no transport \"temporal\"; there is: direct"},
      {"HUNTRESS_SYNC_TRANSPORT=temporal\nRMM_SYNC_TRANSPORT=direct\n",
       "HUNTRESS_SYNC_TRANSPORT: there is no transport \"temporal\"; there is: direct"},
  };
  for (const auto& c : cases) {
    CAPTURE(std::string(c.keys));
    const Configuration read = Case(huntress + c.keys, {}, "huntress").read();
    CHECK(lines(read.problems) == (std::string(c.problem).empty() ? "" : std::string(c.problem) + "\n"));
  }
  const Configuration none = Case("RMM_SYNC_TRANSPORT=temporal\nHUNTRESS_SYNC_TRANSPORT=direct\n").read();
  CHECK_FALSE(none.has_pair);
  CHECK(none.transport_problems.size() == 1);
  CHECK(none.transport_problems.contains("stellar-cyber"));
}
