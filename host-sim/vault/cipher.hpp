// AES-256-GCM for one record. Pure apart from the random nonce; any thread.
#pragma once
#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace picket::vault {

// 256 bits, wiped from memory on destruction.
class Key {
 public:
  static constexpr std::size_t size = 32;
  explicit Key(std::string_view bytes);  // exactly `size`
  static Key random();
  ~Key();
  Key(const Key&) = default;
  Key& operator=(const Key&) = default;

  const unsigned char* data() const { return bytes_.data(); }
  std::string_view bytes() const { return {reinterpret_cast<const char*>(bytes_.data()), size}; }
  // A short digest that distinguishes keys and reveals nothing about them.
  std::string id() const;

 private:
  std::array<unsigned char, size> bytes_{};
};

struct Sealed {
  std::string nonce, ciphertext, tag;
};

// `context` is not stored; the record opens only with the same one.
[[nodiscard]] Sealed seal(const Key& key, std::string_view context, std::string_view secret);
// Nothing if the key or the context differs or the record was changed.
[[nodiscard]] std::optional<std::string> open(const Key& key, std::string_view context, const Sealed& sealed);

void wipe(std::string& text);

}  // namespace picket::vault
