#include "sdk/lifecycle/fingerprint.hpp"

#include "sdk/common/ascii.hpp"

namespace picket::lifecycle {

void Fingerprint::add_byte(unsigned char byte) { hash_ = (hash_ ^ byte) * 1099511628211ull; }

Fingerprint& Fingerprint::add(std::string_view part) {
  for (const char c : part) add_byte(static_cast<unsigned char>(c));
  for (std::size_t length = part.size(), i = 0; i < sizeof(std::uint64_t); ++i, length >>= 8) add_byte(static_cast<unsigned char>(length));
  return *this;
}

std::string Fingerprint::text(std::string_view version) const {
  std::string out(16, '0');
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = ascii::lower_hex_digits[hash_ >> (60 - 4 * i) & 0xF];
  return std::string(version) + "/" + out;
}

std::string_view version_of(std::string_view fingerprint) {
  const std::size_t slash = fingerprint.find('/');
  return slash == std::string_view::npos ? std::string_view{} : fingerprint.substr(0, slash);
}

}  // namespace picket::lifecycle
