// Connecting, connecting again, disconnecting; where secrets come from.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "tests/e2e/world.hpp"

using namespace picket;
using namespace picket::e2e;

namespace {

std::vector<std::string> connect_by(const World&, const std::string& url, const std::string& key, const std::string& secret) {
  return {"connect", "huntress", "--tenant",       tenant_name, "--base-url",
          url,       "--secret", "api_key=" + key, "--secret",  "api_secret=" + secret};
}

std::string missing(const json::object& document) { return json::to_string(document.at("missing")); }

const Setup unconnected{.connect = false};

}  // namespace

STORAGE_TEST_CASE(storage, "a wrong key ends with 1 and stores nothing") {
  World world(storage, unconnected);
  const std::string before = dump(storage);
  for (const char* kind : {"401", "403"}) {
    if (std::string(kind) == "403") world.vendor().fault(R"({"path":"/v1/account","kind":"403","times":1})");
    const Result refused = world.picket(connect_by(world, world.vendor().url(), "env:K", "env:S"),
                                        {{"K", std::string(kind) == "403" ? "hk_demo" : "hk_wrong"}, {"S", "hs_demo"}});
    CHECK(refused.exit_code == 1);
    CHECK(contains(refused.err, kind));
    CHECK(contains(text_at(refused.document.at("error").as_object(), "message"), kind));
  }
  CHECK(difference(before, dump(storage)) == "");
  CHECK_FALSE(std::filesystem::exists(world.folder() / "data" / "vault.json"));
  CHECK(world.picket({"status"}).document.at("connections").as_array().empty());
}

STORAGE_TEST_CASE(storage, "a vendor that cannot be reached, or is none, ends with 1 and stores nothing") {
  World world(storage, unconnected);
  const std::string before = dump(storage);
  CHECK(world.picket(connect_by(world, "http://127.0.0.1:9", "env:HUNTRESS_KEY", "env:HUNTRESS_SECRET")).exit_code == 1);
  world.vendor().fault(R"({"path":"/v1/account","kind":"html","times":1})");
  CHECK(world.connect().exit_code == 1);
  world.vendor().fault(R"({"path":"/v1/account","kind":"wrong_types","times":1})");
  CHECK(world.connect().exit_code == 1);
  CHECK(difference(before, dump(storage)) == "");
  CHECK(world.picket(connect_by(world, "ftp://127.0.0.1:9", "env:HUNTRESS_KEY", "env:HUNTRESS_SECRET")).exit_code == 2);
  CHECK(world.connect().exit_code == 0);
}

STORAGE_TEST_CASE(storage, "connected: account, prefilled priorities, organizations matched by name, and what is missing") {
  World world(storage, unconnected);
  const Result result = world.connect();
  REQUIRE(result.exit_code == 0);
  CHECK(text_at(result.document, "account") == "Demo MSP");
  const json::object& prefilled = result.document.at("prefilled").as_object();
  CHECK(text_at(prefilled, "severityPriorityMap.critical") == "Critical");
  CHECK(text_at(prefilled, "severityPriorityMap.high") == "High");
  CHECK(text_at(prefilled, "severityPriorityMap.low") == "Medium");
  CHECK(contains(missing(result.document), "boardId"));
  CHECK(contains(missing(result.document), "fallbackClientId"));
  CHECK(contains(missing(result.document), "fallbackBoardId"));
  CHECK_FALSE(contains(missing(result.document), "severityPriorityMap"));
  const json::object& organizations = result.document.at("organizations").as_object();
  CHECK(organizations.at("organizations") == 3);
  CHECK(organizations.at("created") == 3);
  CHECK(organizations.at("unmapped") == 1);
  CHECK(world.setting("accountName") == "Demo MSP");
  CHECK(world.setting("accountSubdomain") == "demomsp");
  CHECK(world.value("SELECT provider FROM rmm_integrations") == "huntress");
  CHECK(world.value("SELECT instance_url FROM rmm_integrations") == world.vendor().url());
  CHECK_FALSE(world.value("SELECT connected_at FROM rmm_integrations").empty());

  const Result list = world.picket({"orgs", "list", "huntress", "--tenant", tenant_name});
  REQUIRE(list.document.at("organizations").as_array().size() == 3);
  const json::object first = list.document.at("organizations").as_array()[0].as_object();
  CHECK(text_at(first, "external_id") == "301");
  CHECK(text_at(first, "client") == "Contoso, Ltd.");
  CHECK(first.at("auto_matched").as_bool());
  CHECK(contains(world.value("SELECT metadata FROM rmm_organization_mappings WHERE external_organization_id = '301'"), "auto_matched"));
}

STORAGE_TEST_CASE(storage, "names that differ only by their umlauts are not the same client") {
  World world(storage, unconnected);
  const auto file = world.folder() / "more.json";
  std::ofstream(file) << R"({"tenant":{"name":"Acme MSP"},"clients":[{"name":"Müller GmbH"},{"name":"Straße AG"}]})";
  REQUIRE(world.picket({"psa", "import", file.string()}).exit_code == 0);
  world.vendor().organization(R"({"id":401,"name":"MÜLLER, GMBH"})");
  world.vendor().organization(R"({"id":402,"name":"Möller GmbH"})");
  world.vendor().organization(R"({"id":403,"name":"Mu\u0308ller GmbH"})");
  world.vendor().organization(R"({"id":404,"name":"STRASSE  AG"})");
  REQUIRE(world.connect().exit_code == 0);
  const auto client_of = [&](const std::string& id) {
    return world.value(
        "SELECT c.client_name FROM rmm_organization_mappings m JOIN clients c ON c.tenant = m.tenant AND c.client_id = m.client_id "
        "WHERE m.external_organization_id = '" +
        id + "'");
  };
  CHECK(client_of("401") == "Müller GmbH");
  CHECK(client_of("402") == "");
  CHECK(client_of("403") == "Müller GmbH");
  CHECK(client_of("404") == "Straße AG");
}

STORAGE_TEST_CASE(storage, "secrets come from the environment, a file or standard input") {
  World world(storage, unconnected);
  const auto key = world.folder() / "key file";
  std::ofstream(key) << "hk_demo\n";
  const std::string url = world.vendor().url();
  const Result result = world.picket(connect_by(world, url, "file:" + key.string(), "-"), {}, "hs_demo\r\n");
  INFO(result.err);
  CHECK(result.exit_code == 0);

  const auto refused = [&](const std::vector<std::string>& arguments, const std::string& expected, const std::string& input = "") {
    const Result r = world.picket(arguments, {{"EMPTY", ""}}, input);
    CAPTURE(r.err);
    CHECK(r.exit_code == 2);
    CHECK(contains(r.err, expected));
  };
  refused(connect_by(world, url, "env:NO_SUCH_VARIABLE", "-"), "NO_SUCH_VARIABLE", "x");
  refused(connect_by(world, url, "file:/no/such/file", "-"), "/no/such/file", "x");
  refused(connect_by(world, url, "env:HUNTRESS_KEY", "-"), "api_secret is empty", "");
  refused(connect_by(world, url, "hk_demo", "env:HUNTRESS_SECRET"), "never as its value");
  refused({"connect", "huntress", "--tenant", tenant_name, "--base-url", url, "--secret", "api_key=env:HUNTRESS_KEY"}, "api_secret");
  auto unknown = connect_by(world, url, "env:HUNTRESS_KEY", "env:HUNTRESS_SECRET");
  unknown.insert(unknown.end(), {"--secret", "api_kee=env:HUNTRESS_KEY"});
  refused(unknown, "api_kee");
  auto value_only = connect_by(world, url, "env:HUNTRESS_KEY", "env:HUNTRESS_SECRET");
  value_only.insert(value_only.end(), {"--secret", "hunter2-on-the-command-line"});
  const Result r = world.picket(value_only);
  CHECK(r.exit_code == 2);
  CHECK_FALSE(contains(r.err + r.out, "hunter2"));
}

STORAGE_TEST_CASE(storage, "connecting again keeps ids, settings, mappings, cursor and tickets") {
  World world(storage);
  world.vendor().incident(R"({"id":1,"organization_id":301,"severity":"high","subject":"s"})");
  REQUIRE(world.picket({"orgs", "map", "huntress", "--tenant", tenant_name, "303", "Globex"}).exit_code == 0);
  world.settings({"severityPriorityMap.low=Low", "backfillDays=3"});
  world.poll();
  const std::string id = world.value("SELECT integration_id FROM rmm_integrations");
  const std::string settings = world.value("SELECT settings FROM rmm_integrations");
  const std::string mapped = world.value("SELECT client_id FROM rmm_organization_mappings WHERE external_organization_id = '303'");
  world.vendor().organization(R"({"id":303,"name":"Initech Renamed"})");
  const Result again = world.connect();
  CHECK(again.exit_code == 0);
  CHECK(again.document.at("prefilled").as_object().empty());
  CHECK(again.document.at("missing").as_array().empty());
  CHECK(again.document.at("organizations").as_object().at("renamed") == 1);
  CHECK(world.value("SELECT integration_id FROM rmm_integrations") == id);
  CHECK(json::parse_object(world.value("SELECT settings FROM rmm_integrations"), "settings") == json::parse_object(settings, "settings"));
  CHECK(world.value("SELECT client_id FROM rmm_organization_mappings WHERE external_organization_id = '303'") == mapped);
  CHECK(world.value("SELECT external_organization_name FROM rmm_organization_mappings WHERE external_organization_id = '303'") ==
        "Initech Renamed");
  CHECK(world.poll().at("created") == 0);
  CHECK(world.tickets().size() == 1);
}

STORAGE_TEST_CASE(storage, "disconnected: secrets are gone, history stays, polls are skipped; connected again it goes on") {
  World world(storage);
  world.vendor().incident(R"({"id":1,"organization_id":301,"severity":"high","subject":"s"})");
  world.poll();
  const Result gone = world.picket({"disconnect", "huntress", "--tenant", tenant_name});
  CHECK(gone.exit_code == 0);
  CHECK_FALSE(gone.document.at("active").as_bool());
  std::ifstream vault(world.folder() / "data" / "vault.json");
  const std::string secrets((std::istreambuf_iterator<char>(vault)), {});
  CHECK_FALSE(contains(secrets, "huntress_api_key"));
  CHECK_FALSE(contains(secrets, "huntress_api_secret"));
  CHECK(world.tickets().size() == 1);
  CHECK_FALSE(world.status().at("active").as_bool());
  const Result skipped = world.try_poll();
  CHECK(skipped.exit_code == 0);
  CHECK(text_at(skipped.document, "status") == "skipped");
  CHECK(contains(text_at(skipped.document, "skipped_reason"), "disconnected"));
  CHECK(skipped.document.at("requests") == 0);
  CHECK(world.picket({"orgs", "sync", "huntress", "--tenant", tenant_name}).exit_code == 2);

  world.vendor().incident(R"({"id":2,"organization_id":301,"severity":"high","subject":"s"})");
  CHECK(world.connect().exit_code == 0);
  CHECK(world.poll().at("created") == 1);
  CHECK(world.tickets().size() == 2);
}

STORAGE_TEST_CASE(storage, "an unfinished set-up is skipped with 0 and says what is missing") {
  World world(storage, {.route = false});
  const auto reason = [&] {
    const Result r = world.try_poll();
    CHECK(r.exit_code == 0);
    CHECK(text_at(r.document, "status") == "skipped");
    CHECK(r.document.at("requests") == 0);
    return text_at(r.document, "skipped_reason");
  };
  CHECK(contains(reason(), "missing: "));
  for (const char* key : {"boardId", "fallbackClientId", "fallbackBoardId"}) CHECK(contains(reason(), key));
  world.settings({"boardId=Security", "fallbackBoardId=Triage"});
  CHECK(contains(reason(), "fallbackClientId"));
  CHECK_FALSE(contains(reason(), "fallbackBoardId"));
  CHECK_FALSE(world.status().at("routing").as_object().at("complete").as_bool());
  world.settings({"fallbackClientId=Internal"});
  world.poll();
  CHECK(world.status().at("routing").as_object().at("complete").as_bool());
}

STORAGE_TEST_CASE(storage, "no priority of a prefilled name: the map stays open and polling waits") {
  World world(storage, unconnected);
  const auto file = world.folder() / "other.json";
  std::ofstream(file)
      << R"({"tenant":{"name":"Other MSP"},"clients":[{"name":"C"}],"boards":[{"name":"B"}],"statuses":[{"name":"N","default":true}],
    "priorities":[{"name":"urgent"},{"name":"P2"}]})";
  REQUIRE(world.picket({"psa", "import", file.string()}).exit_code == 0);
  const Result connected = world.connect("Other MSP");
  REQUIRE(connected.exit_code == 0);
  CHECK(text_at(connected.document.at("prefilled").as_object(), "severityPriorityMap.critical") == "urgent");
  CHECK(contains(missing(connected.document), "severityPriorityMap.high"));
  CHECK(contains(missing(connected.document), "severityPriorityMap.low"));
  CHECK_FALSE(contains(missing(connected.document), "severityPriorityMap.critical"));
  const Result skipped = world.picket({"poll", "huntress", "--tenant", "Other MSP"});
  CHECK(skipped.exit_code == 0);
  CHECK(contains(text_at(skipped.document, "skipped_reason"), "severityPriorityMap.high"));
}
