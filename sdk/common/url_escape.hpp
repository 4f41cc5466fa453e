// Text as part of a URL's path or as a value in its query (RFC 3986). Pure; any thread.
#pragma once
#include <string>
#include <string_view>

#include "sdk/common/ascii.hpp"

namespace picket {

// Letters, digits and the characters in `kept` stay as they are; every other byte becomes %XX.
inline std::string url_escaped(std::string_view text, std::string_view kept = "-._~", std::string_view digits = ascii::upper_hex_digits) {
  std::string out;
  for (const char c : text) {
    if (ascii::is_alnum(c) || kept.find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += '%';
      ascii::append_hex(out, static_cast<unsigned char>(c), digits);
    }
  }
  return out;
}

enum class Plus { literal, space };  // forms and queries write a space as '+'

// A '%' that two hexadecimal digits do not follow stays as it is.
inline std::string url_unescaped(std::string_view text, Plus plus) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = text[i] == '%' && i + 2 < text.size() ? ascii::from_hex(text.substr(i + 1, 2)) : std::nullopt;
    if (byte) {
      out += *byte;
      i += 2;
    } else {
      out += plus == Plus::space && text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

}  // namespace picket
