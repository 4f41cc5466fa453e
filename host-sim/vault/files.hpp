// Files that only their owner may read, replaced atomically. Any thread.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace picket::vault {

// Nothing if there is no such file. Throws Error(unavailable) if it cannot be read.
[[nodiscard]] std::optional<std::string> read_file(const std::filesystem::path& path);

// Writes a new file with mode 0600, flushes it to the disk and renames it. Throws Error(unavailable).
void replace_file(const std::filesystem::path& path, std::string_view content);

// As replace_file, but keeps a file that exists. Returns whether it was created.
[[nodiscard]] bool create_file(const std::filesystem::path& path, std::string_view content);

// Throws Error(invalid), which says how to mend it, if others than the owner may read the file.
void require_private(const std::filesystem::path& path);

// Creates the folder with mode 0700, its parents by the umask; a folder that exists stays as it is. Throws Error(unavailable).
void make_private_folder(const std::filesystem::path& path);

// Excludes other threads and processes that lock the same file, as long as it lives.
class FileLock {
 public:
  explicit FileLock(const std::filesystem::path& path);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int file_;
};

}  // namespace picket::vault
