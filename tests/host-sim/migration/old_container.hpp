// The SQLite file of the container that Picket replaces, as it leaves it. Thread: one.
#pragma once
#include <sqlite3.h>

#include <filesystem>
#include <stdexcept>
#include <string>

namespace picket::test {

class OldContainer {
 public:
  explicit OldContainer(const std::filesystem::path& file, bool wal = false) {
    if (sqlite3_open(file.c_str(), &handle_) != SQLITE_OK) throw std::runtime_error("sqlite3_open");
    if (wal) run("PRAGMA journal_mode = WAL");
    run("CREATE TABLE tickets (stellar_case_id TEXT, stellar_case_number INTEGER, stellar_tenant_id TEXT, stellar_last_modified INTEGER, "
        "remote_ticket_id INTEGER, remote_ticket_last_modified INTEGER, state TEXT, ts INTEGER, instance_key TEXT, "
        "PRIMARY KEY (stellar_case_id, instance_key))");
    run("CREATE TABLE checkpoint (instance_key TEXT PRIMARY KEY, checkpoint INTEGER)");
    run("CREATE TABLE comments (instance_key TEXT, stellar_case_id TEXT, halopsa_ticket_id INTEGER, stellar_comment_id TEXT, "
        "halopsa_action_id INTEGER NULL, system_comment BOOLEAN)");
  }
  ~OldContainer() { close(); }
  OldContainer(const OldContainer&) = delete;
  OldContainer& operator=(const OldContainer&) = delete;

  void close() {
    sqlite3_close(handle_);
    handle_ = nullptr;
  }
  void run(const std::string& sql) {
    char* message = nullptr;
    if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, &message) == SQLITE_OK) return;
    const std::string text = message == nullptr ? "" : message;
    sqlite3_free(message);
    throw std::runtime_error(text);
  }
  void ticket(const std::string& case_id, const std::string& remote_id, bool closed = false, const std::string& instance = "default",
              long long milliseconds = 1767225600000) {
    run("INSERT INTO tickets VALUES ('" + case_id + "', 17, 't1', 1, " + remote_id + ", 1, '" + (closed ? "closed" : "new") + "', " +
        std::to_string(milliseconds) + ", '" + instance + "')");
  }
  void comment(const std::string& case_id, const std::string& comment_id, const std::string& action_id,
               const std::string& instance = "default") {
    run("INSERT INTO comments VALUES ('" + instance + "', '" + case_id + "', 1, " + (comment_id.empty() ? "NULL" : "'" + comment_id + "'") +
        ", " + (action_id.empty() ? "NULL" : action_id) + ", 0)");
  }
  void checkpoint(long long milliseconds, const std::string& instance = "default") {
    run("INSERT INTO checkpoint VALUES ('" + instance + "', " + std::to_string(milliseconds) + ")");
  }

 private:
  sqlite3* handle_ = nullptr;
};

}  // namespace picket::test
