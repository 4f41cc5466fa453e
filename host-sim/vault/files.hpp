// Files that only their owner may read, replaced whole or not at all. Any thread.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace picket::vault {

// Nothing if there is no such file. Throws Error(unavailable) if it cannot be read.
std::optional<std::string> read_file(const std::filesystem::path& path);

// Writes beside the file, flushes to the disk and renames: mode 0600. Throws Error(unavailable).
void replace_file(const std::filesystem::path& path, std::string_view content);

// As replace_file, but a file that exists stays; returns whether it was made.
bool create_file(const std::filesystem::path& path, std::string_view content);

// Throws Error(invalid) if others than the owner may read the file, saying how to change that.
void require_private(const std::filesystem::path& path);

// Makes the folder with mode 0700, those above it as the umask says; one that exists stays as it is. Throws Error(unavailable).
void make_private_folder(const std::filesystem::path& path);

// Excludes other holders of a lock on the same file, threads and processes, as long as it lives.
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
