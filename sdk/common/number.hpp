// Numbers in text that others wrote, independent of the locale. Pure; any thread.
#pragma once
#include <charconv>
#include <optional>
#include <string_view>

namespace picket {

// Nothing unless the whole text is one number that the type can hold.
template <class Number>
[[nodiscard]] std::optional<Number> number_from(std::string_view text) {
  Number n{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return n;
}

}  // namespace picket
