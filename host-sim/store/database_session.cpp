#include "host-sim/store/database_session.hpp"

#include <fcntl.h>
#include <libpq-fe.h>
#include <soci/postgresql/soci-postgresql.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <thread>

namespace picket::store {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::seconds busy_timeout = 30s;

std::string first_line(std::string_view text) {
  text = text.substr(0, text.find('\n'));
  for (const std::string_view noise : {"Cannot execute query. ", "Cannot prepare statement. ", "sqlite3_statement_backend::loadOne: ",
                                       "sqlite3_statement_backend::prepare: ", "ERROR:  ", "FATAL:  "})
    if (text.starts_with(noise)) text.remove_prefix(noise.size());
  return std::string(text);
}

// The message of a failed connect on one line.
std::string one_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  for (auto at = text.find('\n'); at != std::string::npos; at = text.find('\n', at)) text.replace(at, 1, " ");
  return text;
}

Error unusable(std::string message) { return Error(Status::unavailable, std::move(message), "database"); }

}  // namespace

DatabaseSession::DatabaseSession(std::string url) : url_(std::move(url)), parsed_(parse_database_url(url_)) { open(); }

void DatabaseSession::reopen() {
  soci_.close();
  open();
}

void DatabaseSession::rollback() {
  // Some errors (a full disk) make SQLite roll back by itself; to roll back again would fail.
  if (!lost_ && (parsed_.backend != Backend::sqlite || sqlite_api::sqlite3_get_autocommit(sqlite()) == 0)) soci_.once << "ROLLBACK";
}

Error DatabaseSession::lost_connection() const { return unusable("lost the connection to " + parsed_.for_people); }

// ---- opening

template <class Work>
void DatabaseSession::guarded(const Work& work) {
  try {
    work();
  } catch (const soci::soci_error& e) {
    throw error_of(e);
  }
}

void DatabaseSession::open() {
  if (parsed_.backend == Backend::sqlite)
    open_sqlite();
  else
    open_postgresql();
  lost_ = false;
}

void DatabaseSession::open_sqlite() {
  const std::filesystem::path path(parsed_.connect);
  std::error_code error;
  if (path.has_parent_path() && !std::filesystem::is_directory(path.parent_path(), error))
    throw unusable("there is no folder " + path.parent_path().string() + " for the database " + path.string());
  if (std::filesystem::is_directory(path, error)) throw unusable(path.string() + " is a folder, not a database file");
  // A new file is readable by its owner only, and SQLite gives its -wal and -shm the same mode. SQLite reports what fails here.
  if (const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR); file >= 0) ::close(file);
  guarded([&] {
    soci_.open(soci::sqlite3, "timeout=" + std::to_string(busy_timeout.count()) + " dbname=\"" + parsed_.connect + "\"");
    soci_.once << "PRAGMA foreign_keys = ON";
    refuse_foreign_file();
    use_wal();
    soci_.once << "PRAGMA synchronous = FULL";
    soci_.once << "PRAGMA wal_autocheckpoint = 4000";  // pages: a big run checkpoints every few transactions, not after each
    soci_.once << "PRAGMA cache_size = -32768";        // KiB
  });
}

// A file with tables, none of them Picket's, is refused before anything is written to it.
void DatabaseSession::refuse_foreign_file() {
  int tables = 0;
  int ours = 0;
  soci_.once << R"(SELECT count(*), coalesce(sum(name = 'picket_schema'), 0)
                   FROM sqlite_master
                   WHERE type = 'table' AND name NOT LIKE 'sqlite_%')",
      soci::into(tables), soci::into(ours);
  if (tables > 0 && ours == 0)
    throw Error(Status::invalid,
                "the file " + parsed_.connect +
                    " is not Picket's database (the old container's? `picket serve` takes it over); nothing was changed",
                "database");
}

// SQLite needs the file for itself to switch to WAL, and its timeout does not cover that wait.
void DatabaseSession::use_wal() {
  const auto give_up = std::chrono::steady_clock::now() + busy_timeout;
  while (true) {
    try {
      std::string mode;
      soci_.once << "PRAGMA journal_mode", soci::into(mode);
      if (mode != "wal") soci_.once << "PRAGMA journal_mode = WAL", soci::into(mode);
      return;  // a file system without shared memory keeps another mode, which is as safe
    } catch (const soci::sqlite3_soci_error&) {
      const int code = sqlite_api::sqlite3_errcode(sqlite());
      if ((code != SQLITE_BUSY && code != SQLITE_LOCKED) || std::chrono::steady_clock::now() > give_up) throw;
      std::this_thread::sleep_for(10ms);
    }
  }
}

void DatabaseSession::open_postgresql() {
  try {
    soci_.open(soci::postgresql, parsed_.connect);
  } catch (const soci::soci_error& e) {
    const std::string reason = one_line(without_password(e.get_error_message(), url_));
    const bool needs_password =
        reason.find("password") != std::string::npos || reason.find("no pg_hba.conf entry") != std::string::npos;
    throw unusable("cannot connect to " + parsed_.for_people + ": " + reason +
                   (needs_password ? "; give the password by PGPASSWORD or PGPASSFILE" : ""));
  }
  guarded([&] {
    soci_.once << "SET TIME ZONE 'UTC'";
    soci_.once << "SET client_min_messages = warning";
    soci_.once << "SET client_encoding = 'UTF8'";
    soci_.once << "SET DateStyle = 'ISO'";
    soci_.once << "SET lock_timeout = '30s'";
  });
}

// ---- errors

Error DatabaseSession::error_of(const soci::soci_error& e) {
  return parsed_.backend == Backend::sqlite ? error_of_sqlite(e) : error_of_postgresql(e);
}

sqlite_api::sqlite3* DatabaseSession::sqlite() { return static_cast<soci::sqlite3_session_backend*>(soci_.get_backend())->conn_; }

bool DatabaseSession::is_postgresql_lost() {
  auto* backend = static_cast<soci::postgresql_session_backend*>(soci_.get_backend());
  return backend == nullptr || backend->conn_ == nullptr || PQstatus(backend->conn_) == CONNECTION_BAD;
}

Error DatabaseSession::error_of_sqlite(const soci::soci_error& e) {
  const int code = soci_.get_backend() == nullptr ? SQLITE_CANTOPEN : sqlite_api::sqlite3_extended_errcode(sqlite());
  const std::string& file = parsed_.connect;
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
    case SQLITE_LOCKED: return unusable("another process is writing to the database " + file + "; nothing was changed, try again");
    case SQLITE_FULL: return unusable("the disk is full: the database " + file + " cannot be written");
    case SQLITE_IOERR: return unusable("the database " + file + " cannot be read or written (I/O error)");
    case SQLITE_READONLY: return unusable("the database " + file + " may not be written by this user");
    case SQLITE_CORRUPT: return unusable("the database " + file + " is damaged; restore it from a backup");
    case SQLITE_NOTADB: return unusable("the file " + file + " is not a database");
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH: return unusable("cannot open the database " + file);
    default: return Error(Status::internal, "database " + file + ": " + first_line(e.get_error_message()));
  }
}

Error DatabaseSession::error_of_postgresql(const soci::soci_error& e) {
  const auto* detailed = dynamic_cast<const soci::postgresql_soci_error*>(&e);
  const std::string state = detailed == nullptr ? std::string() : detailed->sqlstate();
  const std::string line = without_password(first_line(e.get_error_message()), url_);
  const std::string& name = parsed_.for_people;
  if (is_postgresql_lost() || state.starts_with("08") || state.starts_with("57P")) {
    lost_ = true;
    return lost_connection();
  }
  if (state == "23505") return Error(Status::conflict, line);
  if (state.starts_with("23") || state.starts_with("22")) return Error(Status::invalid, line);
  if (state.starts_with("53")) return unusable(name + " has run out of something: " + line);
  if (state == "55P03" || state.starts_with("40"))
    return unusable("another process is writing to " + name + "; nothing was changed, try again");
  if (state == "25006" || state == "42501") return unusable(name + " may not be written: " + line);
  if (state.starts_with("57")) return unusable(name + " stopped the work: " + line);
  if (state.starts_with("58") || state.starts_with("XX")) return unusable(name + " is damaged: " + line);
  return Error(Status::internal, name + ": " + line);
}

}  // namespace picket::store
