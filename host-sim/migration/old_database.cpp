#include "host-sim/migration/old_database.hpp"

#include <sqlite3.h>

#include <functional>
#include <map>
#include <memory>
#include <set>

#include "picket/error.hpp"
#include "sdk/common/text.hpp"

namespace picket::migration {
namespace {

class File {
 public:
  File(const std::filesystem::path& path, int mode) : path_(path) {
    sqlite3* opened = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &opened, mode, nullptr);
    handle_.reset(opened);
    if (code != SQLITE_OK) fail(code);
    sqlite3_busy_timeout(handle_.get(), 5000);
  }

  using Row = std::function<std::string(int column)>;  // NULL as empty text
  void query(const std::string& sql, const std::vector<std::string>& parameters, const std::function<void(const Row&)>& visit) {
    sqlite3_stmt* prepared = nullptr;
    if (const int code = sqlite3_prepare_v2(handle_.get(), sql.c_str(), -1, &prepared, nullptr); code != SQLITE_OK) fail(code);
    const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(prepared, sqlite3_finalize);
    for (std::size_t i = 0; i < parameters.size(); ++i)
      sqlite3_bind_text(prepared, static_cast<int>(i + 1), parameters[i].data(), static_cast<int>(parameters[i].size()), SQLITE_STATIC);
    const Row row = [prepared](int column) {
      const void* text = sqlite3_column_text(prepared, column);
      return text == nullptr
                 ? std::string{}
                 : std::string(static_cast<const char*>(text), static_cast<std::size_t>(sqlite3_column_bytes(prepared, column)));
    };
    int code = SQLITE_ROW;
    while ((code = sqlite3_step(prepared)) == SQLITE_ROW) visit(row);
    if (code != SQLITE_DONE) fail(code);
  }

  std::set<std::string> columns_of(const std::string& table) {
    std::set<std::string> columns;
    query(R"(SELECT name FROM pragma_table_info(?))", {table}, [&](const Row& row) { columns.insert(row(0)); });
    return columns;
  }

 private:
  [[noreturn]] void fail(int code) const {
    const int primary = code & 0xff;
    const std::string reason = handle_ ? sqlite3_errmsg(handle_.get()) : sqlite3_errstr(code);
    if (primary == SQLITE_NOTADB)
      throw Error(Status::invalid, path_.string() + " is no SQLite database; name another file by SQLITE_FILENAME, or move this one away",
                  "SQLITE_FILENAME");
    if (primary == SQLITE_BUSY || primary == SQLITE_LOCKED)
      throw Error(Status::unavailable, "another process uses " + path_.string() + "; stop the old container first", "SQLITE_FILENAME");
    throw Error(Status::unavailable, "the database file " + path_.string() + " cannot be used: " + reason, "SQLITE_FILENAME");
  }

  std::filesystem::path path_;
  std::unique_ptr<sqlite3, int (*)(sqlite3*)> handle_{nullptr, sqlite3_close};
};

std::optional<Time> time_of_milliseconds(const std::string& text) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string::npos || text.size() > 14) return std::nullopt;
  return Time{std::chrono::milliseconds{std::stoll(text)}};
}

bool has_all(const std::set<std::string>& columns, std::initializer_list<const char*> wanted) {
  for (const char* name : wanted)
    if (!columns.contains(name)) return false;
  return true;
}

bool is_old_tickets_table(const std::set<std::string>& columns) {
  return has_all(columns, {"stellar_case_id", "remote_ticket_id", "state", "instance_key"});
}

DatabaseFileKind kind_of(File& file) {
  std::set<std::string> tables;
  file.query(R"(SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%')", {},
             [&](const File::Row& row) { tables.insert(row(0)); });
  if (tables.contains("picket_schema")) return DatabaseFileKind::picket;
  if (tables.empty()) return DatabaseFileKind::empty;
  if (tables.contains("tickets") && is_old_tickets_table(file.columns_of("tickets"))) return DatabaseFileKind::old_container;
  return DatabaseFileKind::other;
}

void move_file(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::error_code error;
  std::filesystem::rename(from, to, error);
  if (error)
    throw Error(Status::unavailable, from.string() + " cannot be renamed to " + to.string() + ": " + error.message(), "SQLITE_FILENAME");
}

std::filesystem::path with_suffix(const std::filesystem::path& file, const char* suffix) { return file.string() + suffix; }

// Rows that somebody edited, or a damaged file left.
bool is_usable(const OldLink& link) {
  const bool is_number = link.ticket_id.find_first_not_of("0123456789") == std::string::npos && link.ticket_id.size() <= 18;
  return is_number && text::clean_line(link.case_id, 255).text == link.case_id;
}

// Of two links of one case: the open one, else the later one.
bool is_better(const OldLink& a, const OldLink& b) {
  return a.closed != b.closed ? !a.closed : a.at.value_or(Time{}) > b.at.value_or(Time{});
}

std::vector<OldLink> one_per_case(std::vector<OldLink>&& links) {
  std::map<std::string, OldLink> best;
  for (OldLink& link : links) {
    const auto [at, is_new] = best.try_emplace(link.case_id, link);
    if (!is_new && is_better(link, at->second)) at->second = std::move(link);
  }
  std::vector<OldLink> chosen;
  for (auto& [case_id, link] : best) chosen.push_back(std::move(link));
  return chosen;
}

}  // namespace

DatabaseFileKind inspect_database_file(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return DatabaseFileKind::empty;
  if (std::filesystem::is_directory(path, error))
    throw Error(Status::invalid, path.string() + " is a folder; SQLITE_FILENAME names a file", "SQLITE_FILENAME");
  if (std::filesystem::file_size(path, error) == 0) return DatabaseFileKind::empty;
  try {
    File file(path, SQLITE_OPEN_READONLY);
    return kind_of(file);
  } catch (const Error& e) {
    if (e.status() != Status::unavailable) throw;
  }
  // After a crash SQLite must write before it can read.
  File file(path, SQLITE_OPEN_READWRITE);
  return kind_of(file);
}

std::filesystem::path set_aside_name(const std::filesystem::path& file) { return with_suffix(file, ".before-picket"); }

void set_aside(const std::filesystem::path& path) {
  const std::filesystem::path name = set_aside_name(path);
  std::error_code error;
  if (std::filesystem::exists(name, error))
    throw Error(Status::invalid,
                path.string() + " is the file of the old container, and so is " + name.string() +
                    ", which was set aside before; move away the one that is out of date",
                "SQLITE_FILENAME");
  {
    // Move everything into the one file that is renamed. Both statements need the file to themselves for a moment.
    File file(path, SQLITE_OPEN_READWRITE);
    bool alone = true;
    file.query("PRAGMA wal_checkpoint(TRUNCATE)", {}, [&](const File::Row& row) { alone = row(0) != "1"; });
    if (alone) file.query("PRAGMA journal_mode = DELETE", {}, [&](const File::Row& row) { alone = row(0) != "wal"; });
    if (!alone)
      throw Error(Status::unavailable, "another process uses " + path.string() + "; stop the old container first", "SQLITE_FILENAME");
    // A file without a write-ahead log has passed both without proof that no other process uses it.
    file.query("BEGIN EXCLUSIVE", {}, {});
    file.query("ROLLBACK", {}, {});
  }
  // Rename the file itself last: while it has its old name, the next start repeats all of this.
  for (const char* suffix : {"-wal", "-shm", "-journal"})
    if (std::filesystem::exists(with_suffix(path, suffix), error)) move_file(with_suffix(path, suffix), with_suffix(name, suffix));
  move_file(path, name);
}

OldLinks read_old_links(const std::filesystem::path& path, std::string_view instance_key) {
  // Writable, because SQLite rolls back a transaction that was left open when it first reads the file.
  File file(path, SQLITE_OPEN_READWRITE);
  if (kind_of(file) != DatabaseFileKind::old_container)
    throw Error(Status::invalid, path.string() + " is not the old container's database: it has no table of its tickets", "SQLITE_FILENAME");
  const std::set<std::string> tickets = file.columns_of("tickets");
  OldLinks old;
  std::vector<OldLink> links;
  std::map<std::pair<std::string, std::string>, std::size_t> positions;  // instance and case -> position in links
  std::vector<std::string> instances;
  const auto read = [&](const std::string& where, const std::vector<std::string>& parameters) {
    file.query(R"(SELECT stellar_case_id, remote_ticket_id, state, instance_key, )" + std::string(tickets.contains("ts") ? "ts" : "NULL") +
                   R"( FROM tickets )" + where,
               parameters, [&](const File::Row& row) {
                 OldLink link{row(0), row(1), row(2) == "closed", time_of_milliseconds(row(4)), {}, {}};
                 if (link.case_id.empty()) return;
                 if (link.ticket_id.empty() || link.ticket_id == "0") {
                   ++old.without_ticket;
                   return;
                 }
                 if (!is_usable(link)) {
                   old.unusable.push_back("case \"" + text::clean_line(link.case_id, 40).text + "\" with ticket \"" +
                                          text::clean_line(link.ticket_id, 40).text + "\"");
                   return;
                 }
                 positions[{row(3), link.case_id}] = links.size();
                 links.push_back(std::move(link));
               });
  };
  read(R"(WHERE instance_key = ?)", {std::string(instance_key)});
  if (links.empty() && old.without_ticket == 0 && old.unusable.empty()) {
    read("", {});
    file.query(R"(SELECT DISTINCT instance_key FROM tickets ORDER BY 1)", {},
               [&](const File::Row& row) { old.other_instances.push_back(row(0)); });
  }
  if (has_all(file.columns_of("comments"), {"instance_key", "stellar_case_id", "stellar_comment_id", "halopsa_action_id"}))
    file.query(R"(SELECT instance_key, stellar_case_id, stellar_comment_id, halopsa_action_id FROM comments)", {},
               [&](const File::Row& row) {
                 const auto at = positions.find({row(0), row(1)});
                 if (at == positions.end()) return;
                 if (!row(2).empty()) links[at->second].comment_ids.push_back(row(2));
                 if (!row(3).empty()) links[at->second].action_ids.push_back(row(3));
               });
  if (has_all(file.columns_of("checkpoint"), {"instance_key", "checkpoint"}))
    file.query(R"(SELECT instance_key, checkpoint FROM checkpoint)", {}, [&](const File::Row& row) {
      const auto at = time_of_milliseconds(row(1));
      const bool is_ours = !old.other_instances.empty() || row(0) == instance_key;
      // The earliest of several, so that no instance's changes are missed.
      if (at && is_ours && (!old.checkpoint || *at < *old.checkpoint)) old.checkpoint = at;
    });
  old.links = one_per_case(std::move(links));
  return old;
}

}  // namespace picket::migration
