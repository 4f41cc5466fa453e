#include <sqlite3.h>

#include <stdexcept>

#include "tests/bench/raw_database.hpp"

namespace picket::bench {
namespace {

class RawSqlite final : public RawDatabase {
 public:
  explicit RawSqlite(const std::string& path) {
    if (sqlite3_open(path.c_str(), &db_) != SQLITE_OK) fail();
    for (const char* pragma :
         {"foreign_keys = ON", "journal_mode = WAL", "synchronous = FULL", "wal_autocheckpoint = 4000", "cache_size = -32768"})
      run(prepare(std::string("PRAGMA ") + pragma));
    begin_ = prepare("BEGIN IMMEDIATE");
    commit_ = prepare("COMMIT");
  }
  ~RawSqlite() override {
    for (sqlite3_stmt* statement : statements_) sqlite3_finalize(statement);
    sqlite3_close(db_);
  }

  void begin() override { run(begin_); }
  void commit() override { run(commit_); }

  std::size_t prepare(const std::string& sql) override {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(db_, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) fail();
    statements_.push_back(statement);
    return statements_.size() - 1;
  }

  std::vector<Row> run(std::size_t number, std::span<const Value> parameters = {}) override {
    sqlite3_stmt* statement = statements_.at(number);
    int place = 0;
    for (const Value& value : parameters) {
      ++place;
      if (value)
        sqlite3_bind_text(statement, place, value->data(), static_cast<int>(value->size()), SQLITE_STATIC);
      else
        sqlite3_bind_null(statement, place);
    }
    std::vector<Row> rows;
    int result = SQLITE_ROW;
    while ((result = sqlite3_step(statement)) == SQLITE_ROW) rows.push_back(current_row(statement));
    if (result != SQLITE_DONE) fail();
    sqlite3_reset(statement);
    return rows;
  }

 private:
  static Row current_row(sqlite3_stmt* statement) {
    Row row;
    for (int i = 0; i < sqlite3_column_count(statement); ++i) {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, i));
      row.push_back(text == nullptr ? Value{} : Value(std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(statement, i)))));
    }
    return row;
  }
  [[noreturn]] void fail() const { throw std::runtime_error(std::string("SQLite: ") + sqlite3_errmsg(db_)); }

  sqlite3* db_ = nullptr;
  std::vector<sqlite3_stmt*> statements_;
  std::size_t begin_ = 0;
  std::size_t commit_ = 0;
};

}  // namespace

std::unique_ptr<RawDatabase> open_raw_sqlite(const std::string& path) { return std::make_unique<RawSqlite>(path); }

}  // namespace picket::bench
