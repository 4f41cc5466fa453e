// Files that an editor on Windows wrote may begin with the UTF-8 byte order mark. Pure; any thread.
#pragma once
#include <string_view>

namespace picket {

[[nodiscard]] constexpr std::string_view without_byte_order_mark(std::string_view text) {
  return text.starts_with("\xEF\xBB\xBF") ? text.substr(3) : text;
}

// The marks of UTF-16, which nothing here reads.
[[nodiscard]] constexpr bool is_utf16(std::string_view text) { return text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"); }

}  // namespace picket
