#include "host-sim/store/uuid.hpp"

#include <openssl/rand.h>

#include <array>
#include <chrono>

#include "picket/error.hpp"
#include "sdk/common/ascii.hpp"

namespace picket::store {
namespace {

template <std::size_t N>
std::array<unsigned char, N> random_bytes() {
  std::array<unsigned char, N> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(N)) != 1) throw Error(Status::internal, "the system provided no random numbers");
  return bytes;
}

constexpr bool is_hyphen_place(std::size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

}  // namespace

std::string new_uuid() {
  auto bytes = random_bytes<16>();
  // Version 7 begins with the time, so that rows made together are neighbours in their indexes and touch few pages.
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count();
  for (std::size_t i = 6; i-- > 0; milliseconds >>= 8) bytes[i] = static_cast<unsigned char>(milliseconds & 0xff);
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0f) | 0x70);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3f) | 0x80);
  std::string text;
  text.reserve(36);
  for (const unsigned char byte : bytes) {
    if (is_hyphen_place(text.size())) text += '-';
    ascii::append_hex(text, byte);
  }
  return text;
}

std::string new_token() { return ascii::hex(random_bytes<8>()); }

std::optional<std::string> canonical_uuid(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  std::string out(text);
  for (std::size_t i = 0; i < out.size(); ++i) {
    char& c = out[i];
    if (is_hyphen_place(i)) {
      if (c != '-') return std::nullopt;
      continue;
    }
    if (ascii::hex_value(c) < 0) return std::nullopt;
    c = ascii::lower(c);
  }
  return out;
}

bool is_uuid(std::string_view text) { return canonical_uuid(text).has_value(); }

}  // namespace picket::store
