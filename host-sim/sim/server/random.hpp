// Random numbers that are the same on every machine for the same seed (the standard's distributions are not). One thread.
#pragma once
#include <cstdint>
#include <string>

#include "sdk/common/ascii.hpp"

namespace picket::sim {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {  // splitmix64
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15U;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9U;
    z = (z ^ z >> 27) * 0x94d049bb133111ebU;
    return z ^ z >> 31;
  }

  std::uint64_t below(std::uint64_t n) { return n == 0 ? 0 : next() % n; }
  bool percent(double p) { return static_cast<double>(below(1'000'000)) < p * 10'000; }

  template <class Range>
  const auto& pick(const Range& range) {
    return range[below(static_cast<std::uint64_t>(range.size()))];
  }

 private:
  std::uint64_t state_;
};

inline std::string hex(Random& random, std::size_t digits) {
  std::string s;
  while (s.size() < digits) {
    std::uint64_t bits = random.next();
    for (int i = 0; i < 16 && s.size() < digits; ++i, bits >>= 4) s += ascii::lower_hex_digits[bits & 15];
  }
  return s;
}

}  // namespace picket::sim
