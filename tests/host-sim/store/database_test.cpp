#include "host-sim/store/database.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>
#include <thread>

#include "host-sim/store/uuid.hpp"
#include "tests/support/postgres/storages.hpp"

using namespace picket;
using namespace picket::store;
using test::for_each_storage;
using test::StorageUnderTest;

namespace {

Status status_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& e) {
    return e.status();
  }
  return Status::ok;
}

void make_table(Database& db) {
  db.execute_once("CREATE TABLE IF NOT EXISTS picket_schema (version integer)");  // without it a file is not opened again
  db.execute_once("CREATE TABLE t (a bigint NOT NULL PRIMARY KEY, b text, CHECK (a < 1000000))");
}

std::int64_t count(Database& db) { return integer_of(db.query<1>("SELECT count(*) FROM t")[0][0]); }

}  // namespace

STORAGE_TEST_CASE(s, "values come back as they went in, NULL included, statements are used again", test::unmigrated) {
  make_table(s.db);
  for (int round = 0; round < 3; ++round) {
    CHECK(s.db.execute("INSERT INTO t (a, b) VALUES (?, ?)", {std::to_string(round), round == 1 ? Param() : Param("\xC3\xBC 'x' ?")}) == 1);
  }
  const auto rows = s.db.query<2>("SELECT a, b FROM t WHERE a >= ? ORDER BY a", {"0"});
  REQUIRE(rows.size() == 3);
  CHECK(rows[0][1] == "\xC3\xBC 'x' ?");
  CHECK(rows[1][1] == std::nullopt);
  CHECK(integer_of(rows[2][0]) == 2);
  CHECK(s.db.query<1>("SELECT a FROM t WHERE a = ?", {"77"}).empty());
  CHECK(s.db.execute("UPDATE t SET b = ? WHERE a >= ?", {"", "1"}) == 2);
  CHECK(s.db.query<1>("SELECT b FROM t WHERE a = ?", {"2"})[0][0] == "");
  CHECK(s.db.execute("DELETE FROM t WHERE a = ?", {"99"}) == 0);
}

STORAGE_TEST_CASE(s, "many rows go in, lists of any length find them", test::unmigrated) {
  make_table(s.db);
  for (const std::size_t rows : {0U, 1U, 7U, 8U, 9U, 63U, 64U, 65U, 150U, 1100U}) {
    CAPTURE(rows);
    s.db.execute("DELETE FROM t");
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < rows; ++i) texts.push_back(std::to_string(i));
    std::vector<Param> values;
    std::vector<std::string_view> list;
    for (const auto& text : texts) {
      values.insert(values.end(), {text, text});
      list.push_back(text);
    }
    CHECK(s.db.insert_many("t", "a, b", values) == static_cast<std::int64_t>(rows));
    CHECK(count(s.db) == static_cast<std::int64_t>(rows));
    list.emplace_back("999999");
    std::size_t found = 0;
    s.db.select_in("SELECT a FROM t WHERE a IN (?...)", {}, list, 1, [&](std::span<Field>) { ++found; });
    CHECK(found == rows);
  }
}

STORAGE_TEST_CASE(s, "errors are distinguished, and the session goes on", test::unmigrated) {
  make_table(s.db);
  s.db.execute("INSERT INTO t (a) VALUES (?)", {"1"});
  CHECK(status_of([&] { s.db.execute("INSERT INTO t (a) VALUES (?)", {"1"}); }) == Status::conflict);
  CHECK(status_of([&] { s.db.execute("INSERT INTO t (a) VALUES (?)", {"2000000"}); }) == Status::invalid);
  CHECK(status_of([&] { s.db.execute("INSERT INTO t (a) VALUES (?)", {Param()}); }) == Status::invalid);
  CHECK(status_of([&] { s.db.execute("INSERT INTO nowhere (a) VALUES (?)", {"1"}); }) == Status::internal);
  CHECK(status_of([&] { s.db.execute("INSERT INTO t (a) VALUES (?)", {"2", "3"}); }) == Status::internal);
  s.db.execute("INSERT INTO t (a) VALUES (?)", {"2"});
  CHECK(count(s.db) == 2);
}

STORAGE_TEST_CASE(s, "a transaction is whole or nothing, and one that failed cannot be committed", test::unmigrated) {
  make_table(s.db);
  {
    Transaction t(s.db);
    s.db.execute("INSERT INTO t (a) VALUES (?)", {"1"});
    CHECK(s.db.in_transaction());
  }
  CHECK(count(s.db) == 0);
  {
    Transaction t(s.db);
    s.db.execute("INSERT INTO t (a) VALUES (?)", {"1"});
    CHECK(status_of([&] { s.db.execute("INSERT INTO t (a) VALUES (?)", {"1"}); }) == Status::conflict);
    CHECK(status_of([&] { s.db.execute("INSERT INTO t (a) VALUES (?)", {"2"}); }) == Status::internal);
    CHECK(status_of([&] { t.commit(); }) == Status::internal);
  }
  CHECK(count(s.db) == 0);
  {
    Transaction t(s.db);
    CHECK(status_of([&] { Transaction inner(s.db); }) == Status::internal);
  }
  {
    Transaction t(s.db);
    s.db.execute("INSERT INTO t (a) VALUES (?)", {"1"});
    t.commit();
  }
  CHECK(count(s.db) == 1);
  CHECK_FALSE(s.db.in_transaction());
}

STORAGE_TEST_CASE(s, "a visitor may run other statements, not the same one; what it throws leaves the session usable", test::unmigrated) {
  make_table(s.db);
  for (const char* a : {"1", "2", "3"}) s.db.execute("INSERT INTO t (a) VALUES (?)", {a});
  const std::string_view sql = "SELECT a FROM t";
  std::int64_t sum = 0;
  s.db.select(sql, {}, 1, [&](std::span<Field> row) { sum += count(s.db) + integer_of(row[0]); });
  CHECK(sum == 15);
  CHECK(status_of([&] { s.db.select(sql, {}, 1, [&](std::span<Field>) { s.db.query<1>(sql); }); }) == Status::internal);
  CHECK_THROWS_AS(s.db.select(sql, {}, 1, [](std::span<Field>) { throw std::runtime_error("x"); }), std::runtime_error);
  CHECK(s.db.query<1>(sql).size() == 3);
  Transaction t(s.db);  // no read is left open
  s.db.execute("DELETE FROM t");
  t.commit();
}

STORAGE_TEST_CASE(s, "a lost PostgreSQL session is reported once and opened again", test::unmigrated) {
  if (!s.is_postgresql()) return;
  make_table(s.db);
  Database other(s.url);
  const auto kill = [&] {
    const auto pid = s.db.query<1>("SELECT pg_backend_pid()")[0][0].value();
    other.execute("SELECT pg_terminate_backend(CAST(? AS integer))", {pid});
  };
  kill();
  CHECK(status_of([&] { s.db.execute("INSERT INTO t (a) VALUES (?)", {"1"}); }) == Status::unavailable);
  s.db.execute("INSERT INTO t (a) VALUES (?)", {"1"});
  CHECK(count(s.db) == 1);
  {
    Transaction t(s.db);
    s.db.execute("INSERT INTO t (a) VALUES (?)", {"2"});
    kill();
    CHECK(status_of([&] { s.db.execute("INSERT INTO t (a) VALUES (?)", {"3"}); }) == Status::unavailable);
    // The rest of the transaction must not run outside of it.
    CHECK(status_of([&] { s.db.execute("INSERT INTO t (a) VALUES (?)", {"4"}); }) == Status::unavailable);
    CHECK(status_of([&] { t.commit(); }) == Status::unavailable);
  }
  CHECK(count(s.db) == 1);
}

TEST_CASE("a database that cannot be opened says why") {
  const test::TemporaryFolder folder;
  const auto message_of = [](const std::string& url) {
    try {
      Database db(url);
      db.query<1>("SELECT count(*) FROM sqlite_master");
    } catch (const Error& e) {
      CHECK(e.status() == Status::unavailable);
      return std::string(e.what());
    }
    return std::string("it opened");
  };
  CHECK(message_of("sqlite:" + (folder.path() / "no" / "x.db").string()).find("there is no folder") == 0);
  CHECK(message_of("sqlite:" + folder.path().string()).find("is a folder") != std::string::npos);
  std::ofstream(folder.path() / "text") << std::string(5000, 'x');
  CHECK(message_of("sqlite:" + (folder.path() / "text").string()).find("is not a database") != std::string::npos);
  const auto refused = message_of("postgresql://user:s3cret@127.0.0.1:1/db");
  CHECK(refused.find("cannot connect to postgresql://user:***@127.0.0.1:1/db") == 0);
  CHECK(refused.find("s3cret") == std::string::npos);
}

STORAGE_TEST_CASE(s, "two threads write to one SQLite file in turn", test::unmigrated) {
  make_table(s.db);
  const auto write = [&](int first) {
    Database db(s.url);
    for (int i = 0; i < 50; ++i) {
      Transaction t(db);
      db.execute("INSERT INTO t (a) VALUES (?)", {std::to_string(first + i)});
      t.commit();
    }
  };
  std::thread one(write, 0);
  std::thread two(write, 1000);
  one.join();
  two.join();
  CHECK(count(s.db) == 100);
}

TEST_CASE("UUIDs") {
  const auto id = new_uuid();
  CHECK(is_uuid(id));
  CHECK(canonical_uuid(id) == id);
  CHECK(id[14] == '7');
  CHECK(canonical_uuid("6F1C2B3A-0D4E-4F5A-8B6C-7D8E9F0A1B2C") == "6f1c2b3a-0d4e-4f5a-8b6c-7d8e9f0a1b2c");
  for (const char* bad :
       {"", "x", "6f1c2b3a-0d4e-4f5a-8b6c-7d8e9f0a1b2", "6f1c2b3a00d4e-4f5a-8b6c-7d8e9f0a1b2c", "6f1c2b3a-0d4e-4f5a-8b6c-7d8e9f0a1b2g"})
    CHECK_FALSE(is_uuid(bad));
}

TEST_CASE("a new SQLite database is its owner's only; the mode of one that exists stays") {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "picket.db";
  const auto mode = [](const std::filesystem::path& path) {
    struct stat info {};
    REQUIRE(stat(path.c_str(), &info) == 0);
    return info.st_mode & 0777;
  };
  const mode_t before = umask(022);
  {
    Database db("sqlite:" + file.string());
    make_table(db);
    for (const char* end : {"", "-wal", "-shm"}) CHECK(mode(file.string() + end) == 0600);
  }
  chmod(file.c_str(), 0640);
  { Database db("sqlite:" + file.string()); }
  umask(before);
  CHECK(mode(file) == 0640);
}
