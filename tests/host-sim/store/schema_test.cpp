#include "host-sim/store/schema.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "tests/support/postgres/storages.hpp"

using namespace picket;
using namespace picket::store;

TEST_CASE("the schema is made once, also by several at once") {
  test::for_each_storage(
      [](test::StorageUnderTest& s) {
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
      },
      test::unmigrated);
}

TEST_CASE("a current schema is recognised while another process writes") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    Database other(s.url);
    Transaction writing(other);
    other.execute("UPDATE picket_schema SET version = version");
    std::vector<std::string> statements;
    s.db.set_statement_hook([&](std::string_view sql) { statements.emplace_back(sql); });
    migrate(s.db, test::test_start());
    for (const std::string& sql : statements) CHECK(sql.starts_with("SELECT"));
  });
}

TEST_CASE("a newer schema is refused, a migration that fails leaves nothing") {
  test::for_each_storage(
      [](test::StorageUnderTest& s) {
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
      },
      test::unmigrated);
}
