#include "tests/e2e/world.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

#include "host-sim/store/schema_versions.hpp"

namespace picket::e2e {
namespace {

// A folder of manifests in which Huntress has another rate limit.
std::filesystem::path manifests_with(const std::filesystem::path& folder, const Setup& setup) {
  if (setup.manifest_limit.empty()) return PICKET_MANIFESTS;
  const std::filesystem::path made = folder / "manifests";
  std::filesystem::create_directory(made);
  std::filesystem::copy(std::filesystem::path(PICKET_MANIFESTS) / "manifest.schema.json", made);
  json::object manifest = json::parse_object(file_text(std::filesystem::path(PICKET_MANIFESTS) / "huntress.json"), "manifest");
  manifest["rate_limit"] = {{"requests", std::stoll(setup.manifest_limit)}, {"window_seconds", std::stoll(setup.manifest_window)}};
  std::ofstream(made / "huntress.json") << json::to_string(manifest);
  return made;
}

}  // namespace

const char* const psa = R"({
  "tenant": {"name": "Acme MSP"},
  "clients": [
    {"name": "Internal"},
    {"name": "Contoso, Ltd.", "contacts": [
      {"name": "Karl Contoso", "email": "karl@contoso.example"},
      {"name": "Carla Contoso", "email": "carla@contoso.example", "primary": true}]},
    {"name": "Globex"},
    {"name": "Dormant", "inactive": true}],
  "boards": [{"name": "Security"}, {"name": "Triage"}],
  "statuses": [
    {"name": "New", "default": true},
    {"name": "Closed", "closed": true},
    {"name": "Sec New", "board": "Security", "default": true},
    {"name": "Sec Closed", "board": "Security", "closed": true},
    {"name": "Sec Resolved", "board": "Security", "closed": true},
    {"name": "Untriaged", "board": "Triage", "default": true},
    {"name": "Done", "board": "Triage", "closed": true}],
  "priorities": [{"name": "Critical"}, {"name": "High"}, {"name": "Medium"}, {"name": "Low"}],
  "categories": [
    {"name": "Security incident", "board": "Security"},
    {"name": "Malware", "board": "Security", "parent": "Security incident"}],
  "assets": [
    {"client": "Contoso, Ltd.", "name": "contoso-lt-014", "serial_number": "SN-014", "type": "workstation"},
    {"client": "Contoso, Ltd.", "name": "TWIN", "serial_number": "SN-1"},
    {"client": "Contoso, Ltd.", "name": "twin", "serial_number": "SN-2"},
    {"client": "Globex", "name": "GLOBEX-SRV", "type": "server"}],
  "users": [{"name": "Uma User", "email": "uma@acme.example"}]
})";

std::string difference(const std::string& before, const std::string& after) {
  std::istringstream a(before);
  std::istringstream b(after);
  std::string x;
  std::string y;
  for (;;) {
    const bool more_a = static_cast<bool>(std::getline(a, x));
    const bool more_b = static_cast<bool>(std::getline(b, y));
    if (!more_a && !more_b) return {};
    if (more_a != more_b || x != y) return "before: " + (more_a ? x : "(end)") + "\nafter: " + (more_b ? y : "(end)");
  }
}

void on_sqlite(const std::function<void(Storage&)>& test) {
  const test::TemporaryFolder folder;
  const std::string url = "sqlite:" + (folder.path() / "picket.db").string();
  Storage storage{url, "SQLite", store::Database(url)};
  test(storage);
}

World::World(Storage& storage, const Setup& setup)
    : storage_(storage), manifests_(manifests_with(folder_.path(), setup)), vendor_(setup.vendor) {
  if (setup.organizations) {
    vendor_.organization(R"({"id":301,"name":"CONTOSO LTD"})");
    vendor_.organization(R"({"id":302,"name":"Globex"})");
    vendor_.organization(R"({"id":303,"name":"Initech"})");
  }
  const auto file = folder_.path() / "psa.json";
  std::ofstream(file) << psa;
  const Result imported = picket({"psa", "import", file.string()});
  INFO(imported.err);
  REQUIRE(imported.exit_code == 0);
  if (!setup.connect) return;
  const Result connected = connect();
  INFO(connected.err);
  REQUIRE(connected.exit_code == 0);
  if (setup.route) settings({"boardId=Security", "fallbackBoardId=Triage", "fallbackClientId=Internal"});
}

Command World::command(std::vector<std::string> arguments, bool json) const {
  Command c;
  c.arguments = {PICKET_COMMAND, "--data",           (folder_.path() / "data").string(), "--db", storage_.url, "--plugins", PICKET_PLUGINS,
                 "--manifests",  manifests_.string()};
  if (json) c.arguments.push_back("--json");
  c.arguments.insert(c.arguments.end(), arguments.begin(), arguments.end());
  c.environment = {{"HUNTRESS_KEY", "hk_demo"}, {"HUNTRESS_SECRET", "hs_demo"}, {"PICKET_DATA", ""},    {"PICKET_DB", ""},
                   {"PICKET_PLUGINS", ""},      {"PICKET_MANIFESTS", ""},       {"PICKET_EDITION", ""}, {"PICKET_VAULT_KEY_FILE", ""}};
  return c;
}

Result World::picket(std::vector<std::string> arguments, const std::map<std::string, std::string>& environment, const std::string& input) {
  Command c = command(std::move(arguments));
  for (const auto& [name, value] : environment) c.environment[name] = value;
  c.input = input;
  Result result;
  static_cast<Output&>(result) = run(c);
  INFO(result.out << result.err);
  CHECK(result.exit_code < 100);
  if (result.out.empty()) return result;
  // One document, and nothing else.
  CHECK(result.out.find('\n') == result.out.size() - 1);
  result.document = json::parse_object(result.out, "standard output");
  return result;
}

std::string World::text(std::vector<std::string> arguments) {
  const Output output = run(command(std::move(arguments), false));
  INFO(output.err);
  CHECK(output.exit_code == 0);
  return output.out;
}

Result World::connect(const std::string& tenant) {
  return picket({"connect", "huntress", "--tenant", tenant, "--base-url", vendor_.url(), "--secret", "api_key=env:HUNTRESS_KEY", "--secret",
                 "api_secret=env:HUNTRESS_SECRET"});
}

void World::settings(std::vector<std::string> assignments) {
  std::vector<std::string> arguments{"settings", "set", "huntress", "--tenant", tenant_name};
  arguments.insert(arguments.end(), assignments.begin(), assignments.end());
  const Result result = picket(std::move(arguments));
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
}

Result World::try_poll(std::vector<std::string> options) {
  std::vector<std::string> arguments{"poll", "huntress", "--tenant", tenant_name};
  arguments.insert(arguments.end(), options.begin(), options.end());
  return picket(std::move(arguments));
}

json::object World::poll(std::vector<std::string> options) {
  const Result result = try_poll(std::move(options));
  INFO(result.out << result.err);
  CHECK(result.exit_code == 0);
  CHECK(text_at(result.document, "status") == "completed");
  return result.document;
}

json::array World::tickets() {
  const Result result = picket({"tickets", "list", "--tenant", tenant_name});
  CHECK(result.exit_code == 0);
  const json::array& newest_first = result.document.at("tickets").as_array();
  return json::array(newest_first.rbegin(), newest_first.rend());
}

bool World::has_ticket(const std::string& incident) {
  return count("SELECT count(*) FROM tickets WHERE source = 'huntress' AND source_reference = '" + incident + "'") > 0;
}

json::object World::ticket(const std::string& incident) {
  CAPTURE(incident);
  REQUIRE(count("SELECT count(*) FROM tickets WHERE source = 'huntress' AND source_reference = '" + incident + "'") == 1);
  const std::string number = value("SELECT ticket_number FROM tickets WHERE source_reference = '" + incident + "'");
  const Result result = picket({"tickets", "show", number, "--tenant", tenant_name});
  REQUIRE(result.exit_code == 0);
  return result.document;
}

std::vector<std::string> World::notes(const std::string& incident) {
  std::vector<std::string> out;
  const json::object shown = ticket(incident);
  for (const json::value& comment : shown.at("comments").as_array()) out.push_back(text_at(comment.as_object(), "note"));
  return out;
}

json::object World::status() {
  const Result result = picket({"status"});
  CHECK(result.exit_code == 0);
  const json::array& connections = result.document.at("connections").as_array();
  REQUIRE(connections.size() == 1);
  return connections[0].as_object();
}

std::string World::value(const std::string& sql) {
  auto rows = db().query<1>(sql);
  return rows.empty() ? "" : store::text_of(rows[0][0]);
}

std::string World::setting(const std::string& key) {
  return text_at(json::parse_object(value("SELECT settings FROM rmm_integrations"), "settings"), key);
}

std::string World::alert(const std::string& incident, const std::string& column) {
  return value("SELECT " + column + " FROM rmm_alerts WHERE external_alert_id = '" + incident + "'");
}

std::string World::id_of(const std::string& kind, const std::string& name) {
  const std::map<std::string, std::array<std::string, 3>> where{{"client", {"clients", "client_id", "client_name"}},
                                                                {"board", {"boards", "board_id", "board_name"}},
                                                                {"status", {"statuses", "status_id", "name"}},
                                                                {"priority", {"priorities", "priority_id", "priority_name"}},
                                                                {"category", {"categories", "category_id", "category_name"}},
                                                                {"contact", {"contacts", "contact_name_id", "full_name"}},
                                                                {"asset", {"assets", "asset_id", "name"}}};
  const auto& [table, id, column] = where.at(kind);
  return value("SELECT " + id + " FROM " + table + " WHERE " + column + " = '" + name + "'");
}

std::string dump(Storage& storage) {
  std::string out;
  for (const std::string& table : store::all_tables()) {
    if (table == "picket_rate_limits") continue;  // every request counts, also one that changes nothing
    std::string columns;
    if (storage.is_postgresql()) {
      columns = "to_jsonb(t)::text";
    } else {
      for (const auto& row : storage.db.query<1>("SELECT name FROM pragma_table_info('" + table + "')"))
        columns += (columns.empty() ? "" : " || '|' || ") + ("coalesce(" + *row[0] + ", 'NULL')");
    }
    for (const auto& row : storage.db.query<1>("SELECT " + columns + " FROM " + table + " t ORDER BY 1"))
      out += table + ": " + row[0].value_or("") + "\n";
  }
  return out;
}

}  // namespace picket::e2e
