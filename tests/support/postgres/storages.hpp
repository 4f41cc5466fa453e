// Runs a test on both databases, each time in a new database, empty or migrated, that is dropped afterwards.
//
//   STORAGE_TEST_CASE(storage, "...") { storage.db.execute(...); }
#pragma once
#include <doctest/doctest.h>

#include <filesystem>
#include <functional>
#include <string>

#include "host-sim/store/database.hpp"

namespace picket::test {

// A temporary folder, removed at the end.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

struct StorageUnderTest {
  std::string url;
  std::string name;  // "SQLite" or "PostgreSQL"
  store::Database db;

  bool is_postgresql() const { return db.backend() == store::Backend::postgresql; }
};

inline constexpr bool unmigrated = false;

// Runs the test once per database. Fails if PICKET_TEST_POSTGRES does not name a file with a server's URL.
void for_each_storage(const std::function<void(StorageUnderTest&)>& test, bool migrated = true);

// A test case whose body runs once per database, with `storage` as the name of its StorageUnderTest&. For an empty database, pass
// test::unmigrated behind the name.
#define STORAGE_TEST_CASE(storage, ...) PICKET_STORAGE_TEST_CASE(DOCTEST_ANONYMOUS(on_storage_), storage, __VA_ARGS__)
#define PICKET_STORAGE_TEST_CASE(function, storage, name, ...)                             \
  static void function(picket::test::StorageUnderTest& storage);                           \
  TEST_CASE(name) { picket::test::for_each_storage(function __VA_OPT__(, ) __VA_ARGS__); } \
  static void function([[maybe_unused]] picket::test::StorageUnderTest& storage)

// The time at which migrated databases were created; clocks of tests start at it.
Time test_start();

// A tenant "Acme MSP" with clients, contacts, boards, statuses, priorities, categories and assets, and a connection to "huntress".
struct SampleTenant {
  std::string tenant;
  std::string integration_id;
  std::string id(store::Database& db, const std::string& kind, const std::string& name) const;  // kind: "client", "board", ...
};
SampleTenant make_sample_tenant(store::Database& db);
extern const char* const sample_psa;  // the file it was imported from

}  // namespace picket::test
