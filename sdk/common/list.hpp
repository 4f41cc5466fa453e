// Membership and enumerations in messages. Pure; any thread.
#pragma once
#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>

namespace picket {

template <class Range, class Value>
[[nodiscard]] constexpr bool contains(const Range& range, const Value& value) {
  return std::find(std::begin(range), std::end(range), value) != std::end(range);
}

// "a, b, c"; `last` stands before the last one where it differs: "a, b or c".
template <class Texts>
[[nodiscard]] std::string joined(const Texts& texts, std::string_view separator = ", ", std::string_view last = {}) {
  std::string out;
  std::size_t left = std::size(texts);
  for (auto text = std::begin(texts); text != std::end(texts); ++text, --left) {
    if (text != std::begin(texts)) out += left == 1 && !last.empty() ? last : separator;
    out += *text;
  }
  return out;
}

}  // namespace picket
