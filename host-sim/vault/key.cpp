#include "host-sim/vault/key.hpp"

#include "host-sim/vault/files.hpp"
#include "picket/error.hpp"
#include "sdk/common/ascii.hpp"
#include "sdk/common/base64.hpp"

namespace picket::vault {

std::optional<Key> read_key(const std::filesystem::path& path) {
  auto content = read_file(path);
  if (!content) return std::nullopt;
  require_private(path);
  std::optional<Key> key;
  const auto use = [&](std::string bytes) {
    if (bytes.size() == Key::size) key.emplace(bytes);
    wipe(bytes);
  };
  if (content->size() == Key::size) {
    key.emplace(*content);
  } else {
    std::string_view text = *content;
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.remove_suffix(1);
    if (auto bytes = ascii::from_hex(text); bytes && bytes->size() == Key::size)
      use(std::move(*bytes));
    else if (auto decoded = base64_decode(text))
      use(std::move(*decoded));
  }
  wipe(*content);
  if (!key) throw Error(Status::invalid, path.string() + " is not a vault key file: it must hold 32 bytes, raw or as base64 or hex");
  return key;
}

std::string key_file_text(const Key& key) { return base64_encode(key.bytes()) + "\n"; }

std::filesystem::path previous_key_file(const std::filesystem::path& path) { return path.string() + ".previous"; }

}  // namespace picket::vault
