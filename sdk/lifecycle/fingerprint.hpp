// A short digest that changes when a finding changes. Stable over builds and machines, so it may be stored.
// It guards against repetition, not against an adversary.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace picket::lifecycle {

class Fingerprint {
 public:
  // Adds one part; parts are kept apart, so ("ab","c") and ("a","bc") differ.
  Fingerprint& add(std::string_view part);

  // "<version>/<16 hexadecimal digits>". `version` orders the states of one finding as text (a time as format_time writes it), or is empty.
  std::string text(std::string_view version) const;

 private:
  void add_byte(unsigned char byte);
  std::uint64_t hash_ = 14695981039346656037ull;  // FNV-1a, 64 bits
};

// The version inside a fingerprint's text; empty if it has none.
std::string_view version_of(std::string_view fingerprint);

}  // namespace picket::lifecycle
