#include "sdk/common/text.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <numeric>
#include <vector>

#include "picket/error.hpp"
#include "sdk/common/ascii.hpp"

namespace picket::text {
namespace {

constexpr char32_t replacement = 0xFFFD;
constexpr std::string_view replacement_utf8 = "\xEF\xBF\xBD";
constexpr std::string_view ellipsis_utf8 = "\xE2\x80\xA6";

struct CodePoint {
  char32_t value = replacement;
  std::size_t length = 1;
  bool valid = false;
};

// The code point at `at`; an invalid sequence has length 1. Follows the Unicode table of well-formed byte sequences.
CodePoint decode(std::string_view s, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(s[at + i]); };
  const auto continues = [&](std::size_t i, unsigned char low = 0x80, unsigned char high = 0xBF) {
    return at + i < s.size() && byte(i) >= low && byte(i) <= high;
  };
  const unsigned char first = byte(0);
  if (first < 0x80) return {first, 1, true};
  if (first >= 0xC2 && first <= 0xDF && continues(1)) return {static_cast<char32_t>((first & 0x1F) << 6 | (byte(1) & 0x3F)), 2, true};
  if (first >= 0xE0 && first <= 0xEF) {
    const unsigned char low = first == 0xE0 ? 0xA0 : 0x80;
    const unsigned char high = first == 0xED ? 0x9F : 0xBF;
    if (continues(1, low, high) && continues(2))
      return {static_cast<char32_t>((first & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F)), 3, true};
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const unsigned char low = first == 0xF0 ? 0x90 : 0x80;
    const unsigned char high = first == 0xF4 ? 0x8F : 0xBF;
    if (continues(1, low, high) && continues(2) && continues(3))
      return {static_cast<char32_t>((first & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F)), 4, true};
  }
  return {};
}

bool is_bidirectional_control(char32_t c) {
  return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

// C0, DEL, C1, direction marks, the byte order mark, line and paragraph separators that are not line ends, noncharacters, and the tag
// characters that hide text.
bool is_forbidden(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || is_bidirectional_control(c) || c == 0xFEFF || (c >= 0xE0000 && c <= 0xE007F) ||
         (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF) || (c >= 0x206A && c <= 0x206F);
}

bool is_line_end(char32_t c) { return c == '\n' || c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029; }

bool is_space(char32_t c) {
  return c == ' ' || c == '\t' || c == '\v' || c == '\f' || is_line_end(c) || c == 0xA0 || c == 0x3000 || (c >= 0x2000 && c <= 0x200A);
}

// Cuts at `max_chars` code points, the last of which becomes the ellipsis.
bool shorten(std::string& s, std::size_t max_chars) {
  if (s.size() <= max_chars) return false;
  std::size_t chars = 0;
  std::size_t cut = 0;
  for (std::size_t at = 0; at < s.size(); at += decode(s, at).length) {
    if (chars + 1 == max_chars) cut = at;
    if (++chars > max_chars) {
      s.resize(cut);
      s += ellipsis_utf8;
      return true;
    }
  }
  return false;
}

// Most input is printable ASCII, which needs no decoding.
std::size_t plain_run(std::string_view s, std::size_t at) {
  const std::size_t begin = at;
  while (at < s.size() && s[at] > ' ' && s[at] < 0x7F) ++at;
  return at - begin;
}

// The number of ASCII bytes from `at` on, examined eight at a time because most text is ASCII.
std::size_t ascii_run(std::string_view s, std::size_t at) {
  const std::size_t begin = at;
  for (std::uint64_t eight = 0; at + sizeof eight <= s.size(); at += sizeof eight) {
    std::memcpy(&eight, s.data() + at, sizeof eight);
    if ((eight & 0x8080808080808080u) != 0) break;
  }
  while (at < s.size() && static_cast<unsigned char>(s[at]) < 0x80) ++at;
  return at - begin;
}

std::string nfkc_casefold(std::string_view s) {
  utf8proc_uint8_t* folded = nullptr;
  const auto options =
      static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
  const auto length =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(s.data()), static_cast<utf8proc_ssize_t>(s.size()), &folded, options);
  if (length < 0) throw Error(Status::internal, std::string("folding text failed: ") + utf8proc_errmsg(length));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(folded, &std::free);
  return {reinterpret_cast<const char*>(folded), static_cast<std::size_t>(length)};
}

bool is_punctuation(char32_t c) {
  const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(c));
  return category >= UTF8PROC_CATEGORY_PC && category <= UTF8PROC_CATEGORY_PO;
}

}  // namespace

bool is_valid_utf8(std::string_view s) {
  for (std::size_t at = 0; at < s.size();) {
    if (const std::size_t run = ascii_run(s, at); run > 0) {
      at += run;
      continue;
    }
    const CodePoint c = decode(s, at);
    if (!c.valid) return false;
    at += c.length;
  }
  return true;
}

Cleaned clean_line(std::string_view s, std::size_t max_chars) {
  Cleaned out;
  out.text.reserve(s.size());
  bool pending_space = false;
  const auto put = [&](std::string_view part) {
    if (pending_space && !out.text.empty()) out.text += ' ';
    pending_space = false;
    out.text += part;
  };
  for (std::size_t at = 0; at < s.size();) {
    if (const std::size_t run = plain_run(s, at); run > 0) {
      put(s.substr(at, run));
      at += run;
      continue;
    }
    const CodePoint c = decode(s, at);
    if (!c.valid) {
      put(replacement_utf8);
      out.removed_characters = true;
    } else if (is_space(c.value)) {
      pending_space = true;
    } else if (is_forbidden(c.value)) {
      out.removed_characters = true;
    } else {
      put(s.substr(at, c.length));
    }
    at += c.length;
  }
  out.shortened = shorten(out.text, max_chars);
  return out;
}

Cleaned clean_block(std::string_view s, std::size_t max_chars) {
  Cleaned out;
  out.text.reserve(s.size());
  for (std::size_t at = 0; at < s.size();) {
    if (const std::size_t run = plain_run(s, at); run > 0) {
      out.text += s.substr(at, run);
      at += run;
      continue;
    }
    const CodePoint c = decode(s, at);
    if (!c.valid) {
      out.text += replacement_utf8;
      out.removed_characters = true;
    } else if (c.value == '\r' && at + 1 < s.size() && s[at + 1] == '\n') {
      // the line feed that follows ends the line
    } else if (is_line_end(c.value)) {
      out.text += '\n';
    } else if (c.value == '\t') {
      out.text += "    ";
    } else if (is_forbidden(c.value)) {
      out.removed_characters = true;
    } else {
      out.text += s.substr(at, c.length);
    }
    at += c.length;
  }
  out.shortened = shorten(out.text, max_chars);
  return out;
}

std::string fold(std::string_view s) {
  std::string line = clean_line(s, s.size() + 1).text;
  if (ascii_run(line, 0) < line.size()) return nfkc_casefold(line);
  return ascii::lower(line);
}

std::string match_key(std::string_view name) {
  const std::string folded = fold(name);
  std::string kept;
  for (std::size_t at = 0; at < folded.size();) {
    const CodePoint c = decode(folded, at);
    if (!is_punctuation(c.value)) kept += folded.substr(at, c.length);
    at += c.length;
  }
  return clean_line(kept, kept.size() + 1).text;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t substituted = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, substituted});
    }
  }
  return row[b.size()];
}

}  // namespace picket::text
