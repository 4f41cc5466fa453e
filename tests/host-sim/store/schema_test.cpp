#include "host-sim/store/schema.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <set>
#include <thread>

#include "host-sim/store/psa.hpp"
#include "host-sim/store/schema_versions.hpp"
#include "host-sim/store/uuid.hpp"
#include "tests/host-sim/store/ticket_rows.hpp"
#include "tests/support/postgres/storages.hpp"

using namespace picket;
using namespace picket::store;

namespace {

// A database as the first version of Picket left it.
void make_version_1(Database& db) {
  Transaction transaction(db);
  db.execute_once(schema_table_ddl(db.backend()));
  for (const auto& statement : statements_to_version(1, db.backend())) db.execute_once(statement);
  db.execute("INSERT INTO picket_schema (version, applied_at) VALUES (1, ?)", {"2026-06-09T14:00:00.000Z"});
  transaction.commit();
}

std::set<std::string> existing_tables(test::StorageUnderTest& s) {
  std::set<std::string> names;
  for (auto& row : s.db.query<1>(s.is_postgresql() ? "SELECT CAST(tablename AS text) FROM pg_tables WHERE schemaname = 'public'"
                                                   : "SELECT name FROM sqlite_master WHERE type = 'table'"))
    names.insert(text_of(row[0]));
  return names;
}

}  // namespace

STORAGE_TEST_CASE(s, "the schema is made once, also by several at once", test::unmigrated) {
  std::vector<std::thread> threads;
  std::atomic<int> failed = 0;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      try {
        Database db(s.url);
        migrate(db, test::test_start());
      } catch (const std::exception&) {
        ++failed;
      }
    });
  for (auto& thread : threads) thread.join();
  CHECK(failed == 0);
  migrate(s.db, test::test_start());
  CHECK(s.db.query<1>("SELECT version FROM picket_schema").size() == static_cast<std::size_t>(schema_version));
  CHECK(s.db.query<1>("SELECT tenant FROM rmm_alerts").empty());
}

STORAGE_TEST_CASE(s, "a current schema is recognised while another process writes") {
  Database other(s.url);
  Transaction writing(other);
  other.execute("UPDATE picket_schema SET version = version");
  std::vector<std::string> statements;
  s.db.set_statement_hook([&](std::string_view sql) { statements.emplace_back(sql); });
  migrate(s.db, test::test_start());
  for (const std::string& sql : statements) CHECK(sql.starts_with("SELECT"));
}

STORAGE_TEST_CASE(s, "a newer schema is refused, a migration that fails leaves nothing", test::unmigrated) {
  int statements = 0;
  s.db.set_statement_hook([&](std::string_view) {
    if (++statements == 20) throw Error(Status::unavailable, "the disk is full");
  });
  CHECK_THROWS_AS(migrate(s.db, test::test_start()), Error);
  s.db.set_statement_hook({});
  CHECK_THROWS_AS(s.db.query<1>("SELECT tenant FROM tenants"), Error);
  migrate(s.db, test::test_start());
  s.db.execute("INSERT INTO picket_schema (version, applied_at) VALUES (99, ?)", {"2026-06-09T14:00:00.000Z"});
  try {
    migrate(s.db, test::test_start());
    FAIL("a newer schema was taken");
  } catch (const Error& e) {
    CHECK(e.status() == Status::unsupported);
    CHECK(std::string(e.what()).find("newer Picket") != std::string::npos);
  }
}

STORAGE_TEST_CASE(s, "a database of the first version is brought up to date with everything in it", test::unmigrated) {
  make_version_1(s.db);
  const auto sample = test::make_sample_tenant(s.db);
  const std::string ticket_id = test::insert_ticket(s.db, sample, "finding");
  const std::string at = "2026-06-09T14:00:00.000Z";
  const std::string thread_id = new_uuid();
  s.db.execute("INSERT INTO comment_threads (tenant, thread_id, ticket_id, created_at) VALUES (?, ?, ?, ?)",
               {sample.tenant, thread_id, ticket_id, at});
  s.db.execute("INSERT INTO comments (tenant, comment_id, thread_id, ticket_id, note, created_at) VALUES (?, ?, ?, ?, 'old note', ?)",
               {sample.tenant, new_uuid(), thread_id, ticket_id, at});

  int statements = 0;
  s.db.set_statement_hook([&](std::string_view) {
    if (++statements == 8) throw Error(Status::unavailable, "the disk is full");
  });
  CHECK_THROWS_AS(migrate(s.db, test::test_start()), Error);
  s.db.set_statement_hook({});
  CHECK_FALSE(existing_tables(s).contains("picket_outbox"));

  migrate(s.db, test::test_start());
  CHECK(integer_of(s.db.query<1>("SELECT max(version) FROM picket_schema")[0][0]) == schema_version);
  const auto tickets = s.db.query<3>("SELECT ticket_number, title, assigned_to FROM tickets WHERE tenant = ?", {sample.tenant});
  REQUIRE(tickets.size() == 1);
  CHECK(tickets[0][0] == "1001");
  CHECK(tickets[0][1] == "Title");
  CHECK_FALSE(tickets[0][2]);
  const auto comments = s.db.query<2>("SELECT note, picket_author FROM comments WHERE tenant = ?", {sample.tenant});
  REQUIRE(comments.size() == 1);
  CHECK(comments[0][0] == "old note");
  CHECK_FALSE(comments[0][1]);
  CHECK(s.db.query<1>("SELECT alert_id FROM rmm_alerts WHERE tenant = ? AND ticket_id = ?", {sample.tenant, ticket_id}).size() == 1);
  CHECK(s.db.execute("UPDATE tickets SET assigned_to = (SELECT user_id FROM users LIMIT 1)") == 1);
  const std::set<std::string> existing = existing_tables(s);
  for (const auto& table : all_tables()) CHECK(existing.contains(table));
}

STORAGE_TEST_CASE(s, "wiping drops all of Picket's tables and nothing else") {
  const auto sample = test::make_sample_tenant(s.db);
  test::insert_ticket(s.db, sample, "finding");
  s.db.execute_once("CREATE TABLE somebody_elses (id integer)");
  s.db.execute_once("INSERT INTO somebody_elses VALUES (7)");

  int statements = 0;
  s.db.set_statement_hook([&](std::string_view) {
    if (++statements == 15) throw Error(Status::unavailable, "the disk is full");
  });
  CHECK_THROWS_AS(wipe(s.db), Error);
  s.db.set_statement_hook({});
  CHECK(list_tenants(s.db).size() == 1);
  CHECK(existing_tables(s).size() == all_tables().size() + 1);

  wipe(s.db);
  CHECK(existing_tables(s) == std::set<std::string>{"somebody_elses"});
  CHECK(s.db.query<1>("SELECT id FROM somebody_elses").size() == 1);
  wipe(s.db);
  migrate(s.db, test::test_start());
  CHECK(list_tenants(s.db).empty());
  const auto again = test::make_sample_tenant(s.db);
  CHECK(again.tenant != sample.tenant);
  test::insert_ticket(s.db, again, "finding");
  CHECK(integer_of(s.db.query<1>("SELECT count(*) FROM tickets")[0][0]) == 1);
}
