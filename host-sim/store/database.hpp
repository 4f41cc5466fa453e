// One session with the database: SQLite (`sqlite:PATH`) or PostgreSQL (`postgresql://USER@HOST/NAME`). Every SQL statement of Picket runs
// unchanged on both: a parameter is written `?` and always bound as text, a result column is always read as text, and the column's type
// converts. Booleans are bound as "1" and "0", times as format_time() writes them.
//
// Thread: a Database belongs to one thread at a time. Processes and threads that work in parallel have one each.
// Errors: picket::Error. `conflict`: a unique key exists already; `invalid`: the data broke another rule of the schema;
// `unavailable`: the database cannot be used now (unreachable, locked, full, damaged, connection lost); `internal`: a defect.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "picket/error.hpp"
#include "picket/time.hpp"

namespace picket::store {

using Param = std::optional<std::string_view>;  // nothing = NULL; the text is borrowed until the call returns
using Field = std::optional<std::string>;       // nothing = NULL

enum class Backend { sqlite, postgresql };

class Database {
 public:
  // Opens the database; SQLite's file is created, with mode 0600. migrate() (schema.hpp) makes the tables. A password in the URL never
  // appears in an error, but PGPASSWORD or PGPASSFILE are better places for it.
  explicit Database(std::string url);
  ~Database();
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;

  Backend backend() const;
  const std::string& url() const;      // as given, to open another session; may hold a password
  std::string url_for_people() const;  // without the password

  // Runs one statement and returns how many rows it changed. Statements are prepared once and kept by their text, so the number of
  // different texts should be small.
  std::int64_t execute(std::string_view sql, std::span<const Param> params);
  std::int64_t execute(std::string_view sql, std::initializer_list<Param> params = {}) {
    return execute(sql, std::span<const Param>(params.begin(), params.size()));
  }

  // Visits each row of a query with `columns` columns. The row is valid during the visit and may be moved from; `visit` may run other
  // statements, but not the same one.
  using Visit = std::function<void(std::span<Field> row)>;
  void select(std::string_view sql, std::span<const Param> params, std::size_t columns, const Visit& visit);

  template <std::size_t N>
  std::vector<std::array<Field, N>> query(std::string_view sql, std::span<const Param> params) {
    std::vector<std::array<Field, N>> rows;
    select(sql, params, N, [&rows](std::span<Field> row) {
      auto& added = rows.emplace_back();
      for (std::size_t i = 0; i < N; ++i) added[i] = std::move(row[i]);
    });
    return rows;
  }
  template <std::size_t N>
  std::vector<std::array<Field, N>> query(std::string_view sql, std::initializer_list<Param> params = {}) {
    return query<N>(sql, std::span<const Param>(params.begin(), params.size()));
  }

  // As select, for a query with exactly one list "IN (?...)" after `before` other parameters: the list is cut into parts and padded to a
  // few sizes, so that few statements are prepared. Each part is a query of its own. An empty list runs no query.
  void select_in(std::string_view sql, std::span<const Param> before, std::span<const std::string_view> list, std::size_t columns,
                 const Visit& visit);

  // INSERT of many rows, each as long as `columns` ("a, b, c" has three), in few statements. `suffix` may be an ON CONFLICT clause.
  // Returns how many rows were written.
  std::int64_t insert_many(std::string_view table, std::string_view columns, std::span<const Param> values, std::string_view suffix = {});

  // Runs a statement that is not worth keeping prepared, such as DDL. No parameters.
  void execute_once(std::string_view sql);

  [[nodiscard]] bool in_transaction() const;

  // For tests: called before each statement, BEGIN and COMMIT included. If it throws, the statement counts as failed.
  void set_statement_hook(std::function<void(std::string_view sql)> hook);

 private:
  friend class Transaction;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// A transaction that may write; on SQLite it takes the write lock at once. Rolled back unless committed. Cannot be nested.
class Transaction {
 public:
  explicit Transaction(Database& db);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  // Throws if the commit failed. Only Status::unavailable leaves open whether it took effect.
  void commit();
  void rollback() noexcept;

 private:
  Database& db_;
  bool open_ = true;
};

inline Param param_or_null(std::string_view text) { return text.empty() ? Param{} : Param{text}; }
inline Param param_of(bool value) { return Param{value ? std::string_view("1") : std::string_view("0")}; }
inline std::string text_of(Field& field) { return field ? std::move(*field) : std::string(); }
bool bool_of(const Field& field);                 // NULL is false
std::int64_t integer_of(const Field& field);      // NULL is 0; throws Error(internal) for anything that is no number
std::optional<Time> time_of(const Field& field);  // NULL is nothing; throws Error(internal) for anything that is no time

}  // namespace picket::store
