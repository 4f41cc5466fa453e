#include "host-sim/vault/files.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "picket/error.hpp"

namespace picket::vault {
namespace {

[[noreturn]] void fail(std::string_view what, const std::filesystem::path& path) {
  const std::string reason = std::generic_category().message(errno);
  throw Error(Status::unavailable, "cannot " + std::string(what) + " " + path.string() + ": " + reason);
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

void write_all(int file, std::string_view content, const std::filesystem::path& path) {
  while (!content.empty()) {
    const ssize_t written = write(file, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("write", path);
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  if (fsync(file) != 0) fail("write", path);
}

void sync_folder(const std::filesystem::path& folder) {
  const Descriptor file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (file.number() < 0 || fsync(file.number()) != 0) fail("write", folder);
}

std::filesystem::path folder_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

// Writes to a new file in the same folder and returns its name.
std::string write_beside(const std::filesystem::path& path, std::string_view content) {
  std::string name = path.string() + ".XXXXXX";
  const Descriptor file(mkostemp(name.data(), O_CLOEXEC));  // mode 0600
  if (file.number() < 0) fail("write beside", path);
  try {
    write_all(file.number(), content, path);
  } catch (...) {
    unlink(name.c_str());
    throw;
  }
  return name;
}

}  // namespace

std::optional<std::string> read_file(const std::filesystem::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0) {
    if (errno == ENOENT) return std::nullopt;
    fail("read", path);
  }
  std::string content;
  std::array<char, 4096> part{};
  while (true) {
    const ssize_t count = read(file.number(), part.data(), part.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail("read", path);
    if (count == 0) return content;
    content.append(part.data(), static_cast<std::size_t>(count));
  }
}

void replace_file(const std::filesystem::path& path, std::string_view content) {
  const std::string name = write_beside(path, content);
  if (rename(name.c_str(), path.c_str()) != 0) {
    const int reason = errno;
    unlink(name.c_str());
    errno = reason;
    fail("replace", path);
  }
  sync_folder(folder_of(path));
}

bool create_file(const std::filesystem::path& path, std::string_view content) {
  const std::string name = write_beside(path, content);
  const int result = link(name.c_str(), path.c_str());
  const int reason = errno;
  unlink(name.c_str());
  if (result != 0) {
    if (reason == EEXIST) return false;
    errno = reason;
    fail("create", path);
  }
  sync_folder(folder_of(path));
  return true;
}

void require_private(const std::filesystem::path& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) fail("read", path);
  if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    throw Error(Status::invalid, "others may read " + path.string() + "; restrict it first: chmod 600 " + path.string());
}

void make_private_folder(const std::filesystem::path& path) {
  if (!path.has_filename() && path.has_parent_path() && path != path.parent_path()) return make_private_folder(path.parent_path());  // "a/"
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return;
  std::filesystem::create_directories(folder_of(path), error);
  if (mkdir(path.c_str(), S_IRWXU) != 0 && !(errno == EEXIST && std::filesystem::is_directory(path, error))) fail("make the folder", path);
}

FileLock::FileLock(const std::filesystem::path& path) : file_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
  if (file_ < 0) fail("open", path);
  while (flock(file_, LOCK_EX) != 0) {
    if (errno == EINTR) continue;
    const int reason = errno;
    close(file_);
    errno = reason;
    fail("lock", path);
  }
}

FileLock::~FileLock() { close(file_); }

}  // namespace picket::vault
