// Secrets at rest: AES-256-GCM records in `vault.json`, one per (tenant, name), under a 256-bit key that is kept in another file. A secret
// never appears in an error, and a record cannot be moved to another tenant or name.
//
// The key is PICKET_VAULT_KEY_FILE's if that is set (32 bytes: raw, base64 or hex), else `vault.key` in the data folder, made at the first
// use. To change it: `rotate()` with a key in the data folder; with a key file of one's own keep the old one as `<file>.previous`, put the
// new one in its place and call `rewrap()`. Reading tries both keys, so processes that are at work notice nothing.
//
// Thread: any; each function reads the files anew, writers exclude one another by a lock file, also across processes.
#pragma once
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace picket::vault {

class Vault {
 public:
  // `folder` is created (mode 0700) if it is missing. `key_file` empty: `vault.key` in the folder. Throws Error(invalid) for a key that
  // others may read or that is none, Error(unavailable) for files that cannot be used.
  explicit Vault(std::filesystem::path folder, std::filesystem::path key_file = {});
  // The key file named by PICKET_VAULT_KEY_FILE, or an empty path.
  static std::filesystem::path key_file_from_environment();

  void put(std::string_view tenant, std::string_view name, std::string_view secret);
  // Nothing if it was never stored or has been erased. Throws Error(auth) if it was written with another key, Error(invalid) if it was
  // tampered with.
  std::optional<std::string> get(std::string_view tenant, std::string_view name) const;
  bool erase(std::string_view tenant, std::string_view name);  // false: there was none
  std::vector<std::string> list_names(std::string_view tenant) const;

  // Encrypts every record anew with the current key; returns how many were under another one.
  std::size_t rewrap();
  // Makes a new key, keeps the old one as `vault.key.previous`, rewraps, and returns how many records were rewrapped. Throws Error(invalid)
  // if the key file is one's own.
  std::size_t rotate();

 private:
  std::filesystem::path folder_;
  std::filesystem::path key_file_;
  bool own_key_ = false;  // the key is the data folder's
};

}  // namespace picket::vault
