// Certificates for tests, generated at run time. Throws std::runtime_error when OpenSSL fails. Any thread.
#pragma once
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace picket::test {

struct TlsCertificate {
  std::string certificate_pem, key_pem;
};

// Self-signed and usable as a CA file; valid for the given host names and IP addresses, from an hour before now until
// `valid_for` after it (negative: it has expired).
TlsCertificate make_self_signed_certificate(const std::vector<std::string>& names, std::chrono::seconds valid_for = std::chrono::hours{24});

// A file with the given content in the temporary folder, removed with the object.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& content);
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace picket::test
