#include "host-sim/store/schema.hpp"

#include <string>

#include "host-sim/store/schema_versions.hpp"
#include "sdk/common/time_text.hpp"

namespace picket::store {
namespace {

bool has_schema_table(Database& db) {
  return integer_of(db.query<1>(db.backend() == Backend::sqlite
                                    ? "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'picket_schema'"
                                    : "SELECT count(*) FROM pg_class WHERE oid = to_regclass('picket_schema')")[0][0]) > 0;
}

int current_version(Database& db) { return static_cast<int>(integer_of(db.query<1>("SELECT max(version) FROM picket_schema")[0][0])); }

// Two processes must not create or drop the same table at once. SQLite's BEGIN IMMEDIATE sees to that, PostgreSQL needs an explicit lock.
void let_others_wait(Database& db) {
  if (db.backend() == Backend::postgresql) db.execute_once("SELECT pg_advisory_xact_lock(506963)");
}

}  // namespace

bool has_tables(Database& db) { return has_schema_table(db); }

std::string foreign_table(Database& db) {
  const char* found = db.backend() == Backend::sqlite ? R"(SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?)"
                                                      : R"(SELECT count(*) FROM pg_class WHERE oid = to_regclass(?))";
  for (const std::string& table : all_tables())
    if (integer_of(db.query<1>(found, {table})[0][0]) > 0) return table;
  return {};
}

void migrate(Database& db, Time now) {
  // The usual case takes no lock, so that no command waits for a process that writes.
  if (has_schema_table(db) && current_version(db) == schema_version) return;
  Transaction transaction(db);
  let_others_wait(db);
  db.execute_once(schema_table_ddl(db.backend()));
  int version = current_version(db);
  if (version > schema_version)
    throw Error(Status::unsupported,
                "the database " + db.url_for_people() + " was made by a newer Picket (schema " + std::to_string(version) +
                    ", this one knows " + std::to_string(schema_version) + "); install the newer one",
                "database");
  while (version < schema_version) {
    ++version;
    for (const auto& statement : statements_to_version(version, db.backend())) db.execute_once(statement);
    db.execute("INSERT INTO picket_schema (version, applied_at) VALUES (?, ?)", {std::to_string(version), format_time(now)});
  }
  transaction.commit();
}

void wipe(Database& db) {
  Transaction transaction(db);
  let_others_wait(db);
  const auto tables = all_tables();
  for (auto table = tables.rbegin(); table != tables.rend(); ++table) db.execute_once("DROP TABLE IF EXISTS " + *table);
  transaction.commit();
}

}  // namespace picket::store
