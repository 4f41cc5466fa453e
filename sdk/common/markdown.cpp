#include "sdk/common/markdown.hpp"

#include <algorithm>

#include "sdk/common/ascii.hpp"

namespace picket::markdown {
namespace {

bool contains_ignoring_case(std::string_view haystack, std::string_view lower_needle) {
  const auto equal = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b; };
  return std::search(haystack.begin(), haystack.end(), lower_needle.begin(), lower_needle.end(), equal) != haystack.end();
}

// GitHub's dialect links bare addresses even if a character is escaped; a code span prevents it.
bool could_become_link(std::string_view word) {
  return word.find('@') != std::string_view::npos || word.find("://") != std::string_view::npos || contains_ignoring_case(word, "www.") ||
         contains_ignoring_case(word, "mailto:") || contains_ignoring_case(word, "xmpp:");
}

// Characters with a meaning anywhere in a line.
bool is_inline_markup(char c) { return std::string_view("\\`*_[]<>&~|$^").find(c) != std::string_view::npos; }

// The length of the block marker at the start of a line, whose last character must be escaped; 0 = none.
std::size_t block_marker(std::string_view text) {
  if (text.empty()) return 0;
  if (std::string_view("#+-=:").find(text[0]) != std::string_view::npos) return 1;
  std::size_t digits = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') ++digits;
  if (digits > 0 && digits < text.size() && (text[digits] == '.' || text[digits] == ')')) return digits + 1;
  return 0;
}

void append_escaped(std::string& out, std::string_view word, bool at_line_start) {
  const std::size_t marker = at_line_start ? block_marker(word) : 0;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (is_inline_markup(word[i]) || i + 1 == marker) out += '\\';
    out += word[i];
  }
}

void append_line(std::string& out, std::string_view text) {
  text = ascii::trimmed(text, " ");
  bool at_line_start = true;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    if (could_become_link(word))
      out += code(word);
    else
      append_escaped(out, word, at_line_start);
    at_line_start = false;
    const std::size_t next = std::min(text.find_first_not_of(' ', end), text.size());
    if (next > end) out += ' ';
    text.remove_prefix(next);
  }
}

}  // namespace

std::string code(std::string_view text) {
  if (ascii::trimmed(text, " ").empty()) return {};
  std::size_t longest = 0;
  for (std::size_t i = 0, run = 0; i < text.size(); ++i) {
    run = text[i] == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  const bool pad = text.front() == '`' || text.back() == '`' || (text.front() == ' ' && text.back() == ' ');
  const std::string_view space = pad ? " " : "";
  std::string out = fence;
  out += space;
  for (const char c : text) out += c == '\n' ? ' ' : c;
  out += space;
  out += fence;
  return out;
}

std::string line(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  std::string flat(text);
  std::replace(flat.begin(), flat.end(), '\n', ' ');
  append_line(out, flat);
  return out;
}

std::string block(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  bool in_paragraph = false;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view one = ascii::trimmed(text.substr(0, end), " ");
    if (one.empty()) {
      if (in_paragraph) out += "\n\n";
      in_paragraph = false;
    } else {
      if (in_paragraph) out += "\\\n";
      append_line(out, one);
      in_paragraph = true;
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  while (!out.empty() && out.back() == '\n') out.pop_back();
  return out;
}

}  // namespace picket::markdown
