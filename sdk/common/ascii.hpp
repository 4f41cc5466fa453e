// ASCII letters, digits, white space and hexadecimal, as protocols and file formats define them, independent of the locale.
// Pure; any thread.
#pragma once
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

namespace picket::ascii {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_alnum(char c) { return is_digit(c) || is_lower(c) || is_upper(c); }

constexpr char lower(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }
constexpr char upper(char c) { return is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c; }

inline std::string lower(std::string_view s) {
  std::string out(s);
  for (char& c : out) c = lower(c);
  return out;
}

inline std::string upper(std::string_view s) {
  std::string out(s);
  for (char& c : out) c = upper(c);
  return out;
}

constexpr bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

constexpr bool starts_with_ignoring_case(std::string_view s, std::string_view prefix) {
  return equal_ignoring_case(s.substr(0, prefix.size()), prefix);
}

// At least one digit, and nothing else.
constexpr bool is_number(std::string_view s) { return !s.empty() && std::all_of(s.begin(), s.end(), is_digit); }

constexpr std::string_view trimmed(std::string_view s, std::string_view blanks = " \t\r\n") {
  const std::size_t begin = s.find_first_not_of(blanks);
  return begin == std::string_view::npos ? std::string_view() : s.substr(begin, s.find_last_not_of(blanks) - begin + 1);
}

// In lower case, letters and digits kept and every run of anything else one separator: "Contoso Ltd." becomes "contoso-ltd".
inline std::string slug(std::string_view name, char separator) {
  std::string out;
  for (const char c : name) {
    if (is_alnum(c))
      out += lower(c);
    else if (!out.empty() && out.back() != separator)
      out += separator;
  }
  while (!out.empty() && out.back() == separator) out.pop_back();
  return out;
}

constexpr std::string_view lower_hex_digits = "0123456789abcdef";
constexpr std::string_view upper_hex_digits = "0123456789ABCDEF";

inline void append_hex(std::string& out, unsigned char byte, std::string_view digits = lower_hex_digits) {
  out += digits[byte >> 4];
  out += digits[byte & 0xF];
}

// Bytes of any type as hexadecimal digits, two each.
template <class Range>
std::string hex(const Range& bytes) {
  std::string out;
  for (const auto byte : bytes) append_hex(out, static_cast<unsigned char>(byte));
  return out;
}

// The value of one digit of either case, or -1.
constexpr int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  const char l = lower(c);
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

// Nothing unless the text is pairs of hexadecimal digits.
[[nodiscard]] inline std::optional<std::string> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_value(text[i]), low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes += static_cast<char>(high * 16 + low);
  }
  return bytes;
}

}  // namespace picket::ascii
