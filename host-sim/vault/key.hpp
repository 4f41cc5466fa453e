// The file of the vault's key. Any thread.
#pragma once
#include <filesystem>
#include <optional>

#include "host-sim/vault/cipher.hpp"

namespace picket::vault {

// 32 bytes, raw or as base64 or hex text with or without a line end. Nothing if there is no such file. Throws Error(invalid) if others may
// read the file or it is no key file.
[[nodiscard]] std::optional<Key> read_key(const std::filesystem::path& path);

// The content of the key's file.
std::string key_file_text(const Key& key);

// "vault.key.previous" for "vault.key".
std::filesystem::path previous_key_file(const std::filesystem::path& path);

}  // namespace picket::vault
