// One SOCI session with SQLite or PostgreSQL: opens it and turns its failures into picket::Error. Only for Database, whose thread it is on.
#pragma once
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <string>

#include "host-sim/store/database_url.hpp"

namespace picket::store {

class DatabaseSession {
 public:
  // Opens it. Throws Error(unavailable) if the database cannot be used, Error(invalid) for another program's SQLite file.
  explicit DatabaseSession(std::string url);

  void reopen();
  [[nodiscard]] Error error_of(const soci::soci_error& e);  // notices a lost connection
  void rollback();

  // The connection is gone: the next use has to reopen it.
  [[nodiscard]] bool is_lost() const { return lost_; }
  void set_lost() { lost_ = true; }

  [[nodiscard]] Error lost_connection() const;
  const std::string& url() const { return url_; }
  const DatabaseUrl& parsed() const { return parsed_; }
  soci::session& soci() { return soci_; }

 private:
  void open();
  void open_sqlite();
  void open_postgresql();
  void refuse_foreign_file();
  void use_wal();
  template <class Work>
  void guarded(const Work& work);

  sqlite_api::sqlite3* sqlite();
  bool is_postgresql_lost();
  Error error_of_sqlite(const soci::soci_error& e);
  Error error_of_postgresql(const soci::soci_error& e);

  std::string url_;
  DatabaseUrl parsed_;
  soci::session soci_;
  bool lost_ = false;
};

}  // namespace picket::store
