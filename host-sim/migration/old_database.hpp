// The SQLite file of the container that Picket replaces: recognising it, setting it aside, reading its links between cases
// and tickets. Its contents are never changed.
//
// Thread: one. Errors: Error(invalid) for a file that is neither, Error(unavailable) for one that cannot be used now.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "picket/time.hpp"

namespace picket::migration {

enum class DatabaseFileKind {
  empty,          // no file, or one without any table
  picket,         // has Picket's tables
  old_container,  // has the old container's
  other           // something else, which must not be touched
};

// Looks without writing.
[[nodiscard]] DatabaseFileKind inspect_database_file(const std::filesystem::path& file);

// "<file>.before-picket"
std::filesystem::path set_aside_name(const std::filesystem::path& file);

// Renames the old container's file. A crash leaves it whole, under one of its two names. Throws if a file of the new name exists already,
// or if another process uses it.
void set_aside(const std::filesystem::path& file);

// One case of the old program and the ticket it had.
struct OldLink {
  std::string case_id;
  std::string ticket_id;  // in the PSA
  bool closed = false;
  std::optional<Time> at;                // when the old program last wrote it
  std::vector<std::string> comment_ids;  // the case's comments that the old program carried over or wrote
  std::vector<std::string> action_ids;   // the ticket's, likewise
};

struct OldLinks {
  std::vector<OldLink> links;                // each case once
  std::vector<std::string> other_instances;  // whose links are used because this instance has none
  std::optional<Time> checkpoint;            // when the old program last looked
  std::size_t without_ticket = 0;            // cases for which it had no ticket yet
  std::vector<std::string> unusable;         // links that name no possible case or ticket, for a message
};

// The instance's links; all links if it has none.
[[nodiscard]] OldLinks read_old_links(const std::filesystem::path& file, std::string_view instance_key);

}  // namespace picket::migration
