#include "host-sim/store/database.hpp"

#include <fcntl.h>
#include <libpq-fe.h>
#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <filesystem>
#include <thread>
#include <unordered_map>

#include "host-sim/store/database_url.hpp"
#include "host-sim/store/sql_text.hpp"
#include "sdk/common/time_text.hpp"

namespace picket::store {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::seconds busy_timeout = 30s;
constexpr std::size_t rows_worth_freeing = 1000;
// PostgreSQL plans a held statement once, perhaps when the table is still empty; for lists from this size on a new plan each time pays.
constexpr std::size_t list_size_worth_planning = 64;

// A prepared statement with the buffers that it is bound to for life.
struct Held {
  explicit Held(soci::session& session) : statement(session) {}

  soci::statement statement;
  std::vector<std::string> values;
  std::vector<soci::indicator> value_indicators;
  std::vector<std::string> fields;
  std::vector<soci::indicator> field_indicators;
  std::vector<Field> row;
  bool busy = false;

  void prepare(std::string_view sql, std::size_t columns, bool planned_once) {
    std::size_t count = 0;
    const std::string text = with_named_parameters(sql, count);
    values.resize(count);
    value_indicators.assign(count, soci::i_null);
    fields.resize(columns);
    field_indicators.assign(columns, soci::i_null);
    row.resize(columns);
    statement.alloc();
    statement.prepare(text, planned_once ? soci::details::st_repeatable_query : soci::details::st_one_time_query);
    for (std::size_t i = 0; i < columns; ++i) statement.exchange(soci::into(fields[i], field_indicators[i]));
    for (std::size_t i = 0; i < count; ++i) statement.exchange(soci::use(values[i], value_indicators[i]));
    statement.define_and_bind();
  }

  void bind(std::span<const Param> params) {
    if (params.size() != values.size())
      throw Error(Status::internal,
                  "a statement with " + std::to_string(values.size()) + " parameters was given " + std::to_string(params.size()));
    for (std::size_t i = 0; i < params.size(); ++i) {
      value_indicators[i] = params[i] ? soci::i_ok : soci::i_null;
      if (params[i])
        values[i].assign(*params[i]);
      else
        values[i].clear();
    }
  }

  std::span<Field> take_row() {
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (field_indicators[i] == soci::i_null)
        row[i].reset();
      else
        row[i].emplace(std::move(fields[i]));
      fields[i].clear();
    }
    return row;
  }
};

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view s) const { return std::hash<std::string_view>{}(s); }
};

std::string first_line(std::string_view text) {
  text = text.substr(0, text.find('\n'));
  for (const std::string_view noise : {"Cannot execute query. ", "Cannot prepare statement. ", "sqlite3_statement_backend::loadOne: ",
                                       "sqlite3_statement_backend::prepare: ", "ERROR:  ", "FATAL:  "})
    if (const auto at = text.find(noise); at == 0) text.remove_prefix(noise.size());
  return std::string(text);
}

}  // namespace

struct Database::Impl {
  explicit Impl(std::string given) : url(std::move(given)), parsed(parse_database_url(url)) { connect(); }

  ~Impl() { statements.clear(); }

  std::string url;
  DatabaseUrl parsed;
  soci::session session;
  std::unordered_map<std::string, std::unique_ptr<Held>, TextHash, std::equal_to<>> statements;
  std::function<void(std::string_view)> hook;
  bool in_transaction = false;
  bool transaction_failed = false;
  bool lost = false;
  int visiting = 0;  // queries whose rows are being visited

  // ---- connecting

  void connect() {
    if (parsed.backend == Backend::sqlite)
      connect_sqlite();
    else
      connect_postgresql();
    lost = false;
  }

  void connect_sqlite() {
    const std::filesystem::path path(parsed.connect);
    std::error_code error;
    if (path.has_parent_path() && !std::filesystem::is_directory(path.parent_path(), error))
      throw Error(Status::unavailable, "there is no folder " + path.parent_path().string() + " for the database " + path.string(),
                  "database");
    if (std::filesystem::is_directory(path, error))
      throw Error(Status::unavailable, path.string() + " is a folder, not a database file", "database");
    // A new file is its owner's only, and SQLite gives its -wal and -shm the same mode. What goes wrong here SQLite tells of.
    if (const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR); file >= 0) ::close(file);
    guarded([&] {
      session.open(soci::sqlite3, "timeout=" + std::to_string(busy_timeout.count()) + " dbname=\"" + parsed.connect + "\"");
      session.once << "PRAGMA foreign_keys = ON";
      refuse_somebody_elses();
      use_wal();
      session.once << "PRAGMA synchronous = FULL";
      session.once << "PRAGMA wal_autocheckpoint = 4000";  // pages: a big run checkpoints every few transactions, not after each
      session.once << "PRAGMA cache_size = -32768";        // KiB
    });
  }

  // Before anything is written: a file with tables, but none of them Picket's.
  void refuse_somebody_elses() {
    int tables = 0;
    int ours = 0;
    session.once << "SELECT count(*), coalesce(sum(name = 'picket_schema'), 0) FROM sqlite_master WHERE type = 'table' AND "
                    "name NOT LIKE 'sqlite_%'",
        soci::into(tables), soci::into(ours);
    if (tables > 0 && ours == 0)
      throw Error(Status::invalid,
                  "the file " + parsed.connect +
                      " is not Picket's database (the old container's? `picket serve` takes it over); nothing was changed",
                  "database");
  }

  // Switching to WAL needs the file for a moment alone, and SQLite does not wait for that: so this does.
  void use_wal() {
    const auto give_up = std::chrono::steady_clock::now() + busy_timeout;
    while (true) {
      try {
        std::string mode;
        session.once << "PRAGMA journal_mode", soci::into(mode);
        if (mode != "wal") session.once << "PRAGMA journal_mode = WAL", soci::into(mode);
        return;  // a file system without shared memory keeps another mode, which is as safe
      } catch (const soci::sqlite3_soci_error&) {
        const int code = sqlite_api::sqlite3_errcode(sqlite());
        if ((code != SQLITE_BUSY && code != SQLITE_LOCKED) || std::chrono::steady_clock::now() > give_up) throw;
        std::this_thread::sleep_for(10ms);
      }
    }
  }

  void connect_postgresql() {
    try {
      session.open(soci::postgresql, parsed.connect);
    } catch (const soci::soci_error& e) {
      std::string reason = without_password(e.get_error_message(), url);
      std::string advice;
      if (reason.find("password") != std::string::npos || reason.find("no pg_hba.conf entry") != std::string::npos)
        advice = "; give the password by PGPASSWORD or PGPASSFILE";
      while (!reason.empty() && reason.back() == '\n') reason.pop_back();
      for (auto at = reason.find('\n'); at != std::string::npos; at = reason.find('\n', at)) reason.replace(at, 1, " ");
      throw Error(Status::unavailable, "cannot connect to " + parsed.for_people + ": " + reason + advice, "database");
    }
    guarded([&] {
      session.once << "SET TIME ZONE 'UTC'";
      session.once << "SET client_min_messages = warning";
      session.once << "SET client_encoding = 'UTF8'";
      session.once << "SET DateStyle = 'ISO'";
      session.once << "SET lock_timeout = '30s'";
    });
  }

  // ---- errors

  sqlite_api::sqlite3* sqlite() { return static_cast<soci::sqlite3_session_backend*>(session.get_backend())->conn_; }

  bool backend_lost() {
    auto* backend = static_cast<soci::postgresql_session_backend*>(session.get_backend());
    return backend == nullptr || backend->conn_ == nullptr || PQstatus(backend->conn_) == CONNECTION_BAD;
  }

  Error from_sqlite(const soci::soci_error& e) {
    const int code = session.get_backend() == nullptr ? SQLITE_CANTOPEN : sqlite_api::sqlite3_extended_errcode(sqlite());
    const std::string file = parsed.connect;
    switch (code) {
      case SQLITE_CONSTRAINT_UNIQUE:
      case SQLITE_CONSTRAINT_PRIMARYKEY:
      case SQLITE_CONSTRAINT_ROWID: return Error(Status::conflict, first_line(e.get_error_message()));
      default: break;
    }
    switch (code & 0xff) {
      case SQLITE_CONSTRAINT:
      case SQLITE_MISMATCH:
      case SQLITE_TOOBIG: return Error(Status::invalid, first_line(e.get_error_message()));
      case SQLITE_BUSY:
      case SQLITE_LOCKED:
        return Error(Status::unavailable, "another process is writing to the database " + file + "; nothing was changed, try again",
                     "database");
      case SQLITE_FULL: return Error(Status::unavailable, "the disk is full: the database " + file + " cannot be written", "database");
      case SQLITE_IOERR: return Error(Status::unavailable, "the database " + file + " cannot be read or written (I/O error)", "database");
      case SQLITE_READONLY: return Error(Status::unavailable, "the database " + file + " may not be written by this user", "database");
      case SQLITE_CORRUPT: return Error(Status::unavailable, "the database " + file + " is damaged; restore it from a backup", "database");
      case SQLITE_NOTADB: return Error(Status::unavailable, "the file " + file + " is not a database", "database");
      case SQLITE_CANTOPEN:
      case SQLITE_PERM:
      case SQLITE_AUTH: return Error(Status::unavailable, "cannot open the database " + file, "database");
      default: return Error(Status::internal, "database " + file + ": " + first_line(e.get_error_message()));
    }
  }

  Error from_postgresql(const soci::soci_error& e) {
    const auto* detailed = dynamic_cast<const soci::postgresql_soci_error*>(&e);
    const std::string state = detailed == nullptr ? std::string() : detailed->sqlstate();
    const std::string line = without_password(first_line(e.get_error_message()), url);
    if (backend_lost() || state.starts_with("08") || state.starts_with("57P")) {
      lost = true;
      return Error(Status::unavailable, "lost the connection to " + parsed.for_people, "database");
    }
    if (state == "23505") return Error(Status::conflict, line);
    if (state.starts_with("23") || state.starts_with("22")) return Error(Status::invalid, line);
    if (state.starts_with("53")) return Error(Status::unavailable, parsed.for_people + " has run out of something: " + line, "database");
    if (state == "55P03" || state.starts_with("40"))
      return Error(Status::unavailable, "another process is writing to " + parsed.for_people + "; nothing was changed, try again",
                   "database");
    if (state == "25006" || state == "42501")
      return Error(Status::unavailable, parsed.for_people + " may not be written: " + line, "database");
    if (state.starts_with("57")) return Error(Status::unavailable, parsed.for_people + " stopped the work: " + line, "database");
    if (state.starts_with("58") || state.starts_with("XX"))
      return Error(Status::unavailable, parsed.for_people + " is damaged: " + line, "database");
    return Error(Status::internal, parsed.for_people + ": " + line);
  }

  // Runs work with SOCI. A held statement (`key`) that failed is dropped - after the error has been read, which dropping it may change.
  template <class Work>
  void guarded(const Work& work, std::string_view key = {}) {
    try {
      work();
    } catch (const soci::soci_error& e) {
      const Error error = parsed.backend == Backend::sqlite ? from_sqlite(e) : from_postgresql(e);
      after_failure(key);
      throw error;
    } catch (...) {
      after_failure(key);
      throw;
    }
  }

  void after_failure(std::string_view key) {
    transaction_failed = true;
    if (const auto found = statements.find(key); found != statements.end()) statements.erase(found);
  }

  // ---- statements

  void before_statement(std::string_view sql) {
    if (lost) {
      if (in_transaction || visiting > 0) throw Error(Status::unavailable, "lost the connection to " + parsed.for_people, "database");
      statements.clear();
      session.close();
      connect();
    }
    if (in_transaction && transaction_failed) throw Error(Status::internal, "a failed transaction can only be rolled back");
    if (hook) {
      try {
        hook(sql);
      } catch (...) {
        transaction_failed = true;
        throw;
      }
    }
  }

  template <class Make>
  Held& held(std::string_view key, std::size_t columns, const Make& make_sql, bool planned_once = true) {
    auto found = statements.find(key);
    if (found == statements.end()) {
      auto added = std::make_unique<Held>(session);
      added->prepare(make_sql(), columns, planned_once);
      found = statements.emplace(std::string(key), std::move(added)).first;
    }
    return *found->second;
  }

  void refuse_reentry(std::string_view key) {
    if (const auto found = statements.find(key); found != statements.end() && found->second->busy)
      throw Error(Status::internal, "a statement was run again while its rows were being visited");
  }

  template <class Make>
  std::int64_t execute(std::string_view key, std::span<const Param> params, const Make& make_sql) {
    refuse_reentry(key);
    before_statement(key);
    std::int64_t affected = 0;
    guarded(
        [&] {
          Held& statement = held(key, 0, make_sql);
          statement.bind(params);
          statement.statement.execute(true);
          affected = statement.statement.get_affected_rows();
        },
        key);
    return affected;
  }

  template <class Make>
  void select(std::string_view key, std::span<const Param> params, std::size_t columns, const Visit& visit, const Make& make_sql,
              bool planned_once = true) {
    refuse_reentry(key);
    before_statement(key);
    std::size_t rows = 0;
    struct Visiting {
      explicit Visiting(int& counter) : counter_(++counter) {}
      ~Visiting() { --counter_; }
      int& counter_;
    };
    const Visiting here(visiting);
    guarded(
        [&] {
          Held& statement = held(key, columns, make_sql, planned_once);
          if (statement.fields.size() != columns)
            throw Error(Status::internal, "a query was asked for another number of columns than before");
          statement.bind(params);
          statement.busy = true;
          for (bool more = statement.statement.execute(true); more; more = statement.statement.fetch()) {
            ++rows;
            visit(statement.take_row());
          }
          statement.busy = false;
        },
        key);
    if (rows > rows_worth_freeing) statements.erase(statements.find(key));  // on PostgreSQL it would keep them all
  }

  void once(const std::string& sql) {
    guarded([&] { session.once << sql; });
  }

  void finish_transaction() noexcept {
    in_transaction = false;
    transaction_failed = false;
  }
};

Database::Database(std::string url) : impl_(std::make_unique<Impl>(std::move(url))) {}
Database::~Database() = default;
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;

Backend Database::backend() const { return impl_->parsed.backend; }
const std::string& Database::url() const { return impl_->url; }
std::string Database::url_for_people() const { return impl_->parsed.for_people; }
bool Database::in_transaction() const { return impl_->in_transaction; }
void Database::set_statement_hook(std::function<void(std::string_view)> hook) { impl_->hook = std::move(hook); }

std::int64_t Database::execute(std::string_view sql, std::span<const Param> params) {
  return impl_->execute(sql, params, [sql] { return sql; });
}

void Database::select(std::string_view sql, std::span<const Param> params, std::size_t columns, const Visit& visit) {
  impl_->select(sql, params, columns, visit, [sql] { return sql; });
}

void Database::select_in(std::string_view sql, std::span<const Param> before, std::span<const std::string_view> list, std::size_t columns,
                         const Visit& visit) {
  std::vector<Param> params;
  while (!list.empty()) {
    const std::size_t size = list_size_for(list.size());
    const auto part = list.first(std::min(size, list.size()));
    params.assign(before.begin(), before.end());
    params.insert(params.end(), part.begin(), part.end());
    params.resize(before.size() + size, Param(part.back()));
    impl_->select(
        std::string(sql) + '#' + std::to_string(size), params, columns, visit, [&] { return with_list(sql, size); },
        size < list_size_worth_planning);
    list = list.subspan(part.size());
  }
}

std::int64_t Database::insert_many(std::string_view table, std::string_view columns, std::span<const Param> values,
                                   std::string_view suffix) {
  const std::size_t width = column_count(columns);
  if (values.size() % width != 0) throw Error(Status::internal, "rows of another length than the columns");
  std::int64_t written = 0;
  while (!values.empty()) {
    const std::size_t rows = insert_size_for(values.size() / width);
    std::string key = "INSERT INTO ";
    key.append(table).append(" (").append(columns).append(") ").append(suffix).append("#").append(std::to_string(rows));
    written += impl_->execute(key, values.first(rows * width), [&] { return insert_sql(table, columns, rows, suffix); });
    values = values.subspan(rows * width);
  }
  return written;
}

void Database::execute_once(std::string_view sql) {
  impl_->before_statement(sql);
  impl_->once(std::string(sql));
}

Transaction::Transaction(Database& db) : db_(db) {
  auto& impl = *db_.impl_;
  if (impl.in_transaction) throw Error(Status::internal, "a transaction was begun within another one");
  const std::string begin = impl.parsed.backend == Backend::sqlite ? "BEGIN IMMEDIATE" : "BEGIN";
  impl.transaction_failed = false;
  impl.before_statement(begin);
  impl.once(begin);
  impl.in_transaction = true;
  impl.transaction_failed = false;
}

Transaction::~Transaction() { rollback(); }

void Transaction::commit() {
  auto& impl = *db_.impl_;
  impl.before_statement("COMMIT");
  impl.once("COMMIT");
  open_ = false;
  impl.finish_transaction();
}

void Transaction::rollback() noexcept {
  if (!open_) return;
  open_ = false;
  auto& impl = *db_.impl_;
  try {
    // Some errors (a full disk) make SQLite roll back by itself; a second time does no harm but for an error of its own.
    if (!impl.lost && (impl.parsed.backend != Backend::sqlite || sqlite_api::sqlite3_get_autocommit(impl.sqlite()) == 0))
      impl.session.once << "ROLLBACK";
  } catch (...) {
    impl.lost = true;  // nothing is known of this session any more: the next use opens another one, which also ends the transaction
  }
  impl.finish_transaction();
}

bool bool_of(const Field& field) { return field && (*field == "1" || *field == "t" || *field == "true"); }

std::int64_t integer_of(const Field& field) {
  if (!field) return 0;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(field->data(), field->data() + field->size(), value);
  if (error != std::errc{} || end != field->data() + field->size())
    throw Error(Status::internal, "the database holds \"" + *field + "\" where a number belongs");
  return value;
}

std::optional<Time> time_of(const Field& field) {
  if (!field) return std::nullopt;
  const auto time = parse_time(*field);
  if (!time) throw Error(Status::internal, "the database holds \"" + *field + "\" where a time belongs");
  return time;
}

}  // namespace picket::store
