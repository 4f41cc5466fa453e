#include "tests/support/postgres/storages.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <optional>

#include "host-sim/store/connections.hpp"
#include "host-sim/store/psa.hpp"
#include "host-sim/store/schema.hpp"
#include "host-sim/store/uuid.hpp"
#include "sdk/common/time_text.hpp"

namespace picket::test {
namespace {

std::string server_url() {
  const char* file = std::getenv("PICKET_TEST_POSTGRES");
  std::string url;
  if (file != nullptr) std::getline(std::ifstream(file) >> std::ws, url);
  if (url.empty())
    FAIL(
        "PICKET_TEST_POSTGRES names no file with the URL of a PostgreSQL server: run this test through ctest, or start one with "
        "scripts/test-postgres start DIR and set PICKET_TEST_POSTGRES=DIR/url");
  return url;
}

void run(const std::string& url, const char* name, const std::function<void(StorageUnderTest&)>& test, bool migrated) {
  CAPTURE(name);
  StorageUnderTest storage{url, name, store::Database(url)};
  if (migrated) store::migrate(storage.db, test_start());
  test(storage);
}

class TemporaryDatabase {
 public:
  TemporaryDatabase() : server_(server_url()), name_("picket_" + store::new_uuid()) {
    store::Database(server_).execute_once("CREATE DATABASE \"" + name_ + "\"");
  }
  ~TemporaryDatabase() {
    try {
      store::Database(server_).execute_once("DROP DATABASE IF EXISTS \"" + name_ + "\" WITH (FORCE)");
    } catch (const std::exception& e) {
      MESSAGE("could not drop the test's database: " << e.what());
    }
  }
  TemporaryDatabase(const TemporaryDatabase&) = delete;
  TemporaryDatabase& operator=(const TemporaryDatabase&) = delete;
  std::string url() const { return server_.substr(0, server_.rfind('/') + 1) + name_; }

 private:
  std::string server_;
  std::string name_;
};

}  // namespace

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "picket-test.XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) FAIL("cannot make a temporary folder");
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code error;
  std::filesystem::remove_all(path_, error);
}

Time test_start() { return *parse_time("2026-06-09T14:00:00.000Z"); }

void for_each_storage(const std::function<void(StorageUnderTest&)>& test, bool migrated) {
  {
    const TemporaryFolder folder;
    run("sqlite:" + (folder.path() / "picket test.db").string(), "SQLite", test, migrated);
  }
  const TemporaryDatabase database;
  run(database.url(), "PostgreSQL", test, migrated);
}

const char* const sample_psa = R"({
  "tenant": {"name": "Acme MSP"},
  "clients": [
    {"name": "Fallback"},
    {"name": "Contoso, Ltd.", "contacts": [
      {"name": "Carla Contoso", "email": "carla@contoso.example", "primary": true},
      {"name": "Karl Contoso", "email": "karl@contoso.example"}]},
    {"name": "Globex"},
    {"name": "Old Corp", "inactive": true}],
  "boards": [{"name": "Security"}, {"name": "Triage"}],
  "statuses": [
    {"name": "New", "default": true},
    {"name": "Closed", "closed": true},
    {"name": "Sec New", "board": "Security", "default": true},
    {"name": "Sec Working", "board": "Security"},
    {"name": "Sec Closed", "board": "Security", "closed": true},
    {"name": "Sec Dismissed", "board": "Security", "closed": true}],
  "priorities": [{"name": "Critical"}, {"name": "High"}, {"name": "Medium"}],
  "categories": [
    {"name": "Malware", "board": "Security"},
    {"name": "Ransomware", "board": "Security", "parent": "Malware"},
    {"name": "Inbox", "board": "Triage"}],
  "assets": [
    {"client": "Contoso, Ltd.", "name": "CONTOSO-PC1", "serial_number": "SN-1", "type": "workstation"},
    {"client": "Contoso, Ltd.", "name": "CONTOSO-PC1", "serial_number": "SN-2"},
    {"client": "Globex", "name": "GLOBEX-SRV"}],
  "users": [{"name": "Uma User", "email": "uma@acme.example"}]
})";

SampleTenant make_sample_tenant(store::Database& db) {
  SampleTenant sample;
  sample.tenant = store::import_psa(db, sample_psa, "sample.json").tenant.id;
  sample.integration_id =
      store::upsert_connection(db, sample.tenant, "huntress", "https://api.huntress.io", {{"accountName", "Acme MSP"}}, test_start())
          .integration_id;
  return sample;
}

std::string SampleTenant::id(store::Database& db, const std::string& kind, const std::string& name) const {
  using store::EntityKind;
  for (const auto k : {EntityKind::client, EntityKind::board, EntityKind::status, EntityKind::priority, EntityKind::category})
    if (store::name_of(k) == kind) return store::find_entity(db, tenant, k, name).id;
  FAIL("no such kind: " << kind);
  return {};
}

}  // namespace picket::test
