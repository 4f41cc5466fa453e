// Everything one test needs: a data folder, a database (SQLite or PostgreSQL), a simulated vendor, an imported PSA and a tenant that is
// connected and routed; and the command `picket` upon it. Thread: one.
//
//   STORAGE_TEST_CASE(storage, "...") {
//     World world(storage);
//     world.vendor().incident(R"({"id":1,"organization_id":301,"severity":"high"})");
//     CHECK(world.poll().at("created") == 1);
//   }
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/e2e/process.hpp"
#include "tests/e2e/vendor.hpp"
#include "tests/support/postgres/storages.hpp"

namespace picket::e2e {

using Storage = test::StorageUnderTest;

inline void on_both_storages(const std::function<void(Storage&)>& test) { test::for_each_storage(test); }
// Where the storage plays no part and the test takes its time.
void on_sqlite(const std::function<void(Storage&)>& test);

// The tenant and its clients (scripts need them by name):
//   Contoso, Ltd. (contacts, assets)   <- organization 301, matched by name
//   Globex                             <- organization 302, matched by name
//   Internal                           the fallback client
//   Dormant                            inactive
// Organization 303 (Initech) has no client. Boards Security and Triage, priorities Critical, High, Medium, Low.
inline constexpr const char* tenant_name = "Acme MSP";
extern const char* const psa;

struct Setup {
  std::vector<std::string> vendor = {"--incidents", "0"};  // options of the simulated vendor
  bool organizations = true;                               // 301, 302, 303 at the vendor
  bool connect = true;
  bool route = true;
  std::string manifest_limit = "1000000";  // requests in its window, in the manifest that the command sees; empty: the real manifest
  std::string manifest_window = "60";
};

struct Result : Output {
  json::object document;  // of standard output, with --json
};

class World {
 public:
  explicit World(Storage& storage, const Setup& setup = {});

  Vendor& vendor() { return vendor_; }
  store::Database& db() { return storage_.db; }
  Storage& storage() { return storage_; }
  const std::filesystem::path& folder() const { return folder_.path(); }

  // The command with this world's folders and --json; `input` and `environment` as in Command.
  Command command(std::vector<std::string> arguments, bool json = true) const;
  Result picket(std::vector<std::string> arguments, const std::map<std::string, std::string>& environment = {},
                const std::string& input = {});
  std::string text(std::vector<std::string> arguments);  // without --json; must end with 0

  Result connect(const std::string& tenant = tenant_name);
  void settings(std::vector<std::string> assignments);  // must be accepted
  // One poll that must end with 0 and "completed"; the document.
  json::object poll(std::vector<std::string> options = {});
  Result try_poll(std::vector<std::string> options = {});

  json::array tickets();                             // oldest first
  json::object ticket(const std::string& incident);  // `tickets show` of the incident's ticket; there must be exactly one
  std::vector<std::string> notes(const std::string& incident);
  bool has_ticket(const std::string& incident);
  json::object status();  // of the only connection

  // SQL: one value as text ("" for NULL or no row), and all rows of up to 6 columns.
  std::string value(const std::string& sql);
  std::int64_t count(const std::string& sql) { return std::stoll("0" + value(sql)); }
  std::string setting(const std::string& key);  // stored value of the connection, as text
  std::string alert(const std::string& incident, const std::string& column);
  std::string id_of(const std::string& kind, const std::string& name);  // kind: "client", "board", ...

 private:
  Storage& storage_;
  test::TemporaryFolder folder_;
  std::filesystem::path manifests_;
  Vendor vendor_;
};

// All rows of all tables, but for those that count requests; for comparison.
std::string dump(Storage& storage);

// The first line in which two dumps differ, both ways; empty if they are equal.
std::string difference(const std::string& before, const std::string& after);

}  // namespace picket::e2e
