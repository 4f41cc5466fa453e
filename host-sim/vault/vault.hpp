// Secrets at rest: AES-256-GCM records in `vault.json`, one per (tenant, name), under a 256-bit key that is kept in another file. A secret
// never appears in an error, and a record cannot be moved to another tenant or name.
//
// The key is in a named file (32 bytes: raw, base64 or hex), or else in `vault.key` in the data folder, created on first use. To change it
// while other processes are running: copy the key file to `<key file>.previous` (mode 0600), then move a new key into its place. Reading
// tries both keys; the next `put` encrypts the records of the old key with the new one, and then `.previous` can be deleted.
//
// Thread: any. Each function reads the files again; writers, also of other processes, exclude one another by a lock file.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace picket::vault {

// Where the records are, and whose they are; nothing is created. For a file that cannot be read: no tenants, since whoever needs a secret
// gets the reason.
[[nodiscard]] std::filesystem::path records_file(const std::filesystem::path& folder);
[[nodiscard]] std::vector<std::string> tenants_of(const std::filesystem::path& folder);

class Vault {
 public:
  // `folder` is created (mode 0700) if it is missing. `key_file` empty: `vault.key` in the folder. Throws Error(invalid) for a key that
  // others may read or that is malformed, Error(unavailable) for files that cannot be used or if there are records but no key.
  explicit Vault(std::filesystem::path folder, std::filesystem::path key_file = {});

  void put(std::string_view tenant, std::string_view name, std::string_view secret);
  // Nothing if it was never stored or has been erased. Throws Error(auth) if it was written with another key, Error(invalid) if it was
  // tampered with.
  std::optional<std::string> get(std::string_view tenant, std::string_view name) const;
  bool erase(std::string_view tenant, std::string_view name);  // false: there was none
  std::vector<std::string> list_names(std::string_view tenant) const;

 private:
  std::filesystem::path folder_;
  std::filesystem::path key_file_;
  bool own_key_ = false;  // the key belongs to the data folder
};

}  // namespace picket::vault
