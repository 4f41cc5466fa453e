#include "host-sim/desk/local/plain_text.hpp"

#include <algorithm>

namespace picket::desk {
namespace {

// Characters that mean something anywhere in a line.
bool is_markup(char c) { return std::string_view("\\`*_[]<>&~|").find(c) != std::string_view::npos; }

// Where the character is that makes a heading, list or rule of a line; npos if none does.
std::size_t block_marker(std::string_view line) {
  const std::size_t digits = line.find_first_not_of("0123456789");
  if (digits == std::string_view::npos) return digits;
  const std::string_view markers = digits == 0 ? "#+-=:" : ".)";
  return markers.find(line[digits]) == std::string_view::npos ? std::string_view::npos : digits;
}

std::string_view trimmed(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(' ');
  return begin == std::string_view::npos ? std::string_view() : line.substr(begin, line.find_last_not_of(' ') - begin + 1);
}

void append_line(std::string& out, std::string_view line) {
  const std::size_t marker = block_marker(line);
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (is_markup(line[i]) || i == marker) out += '\\';
    out += line[i];
  }
}

}  // namespace

std::string markdown_of_plain_text(std::string_view text) {
  std::string out;
  bool in_paragraph = false;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty()) {
      if (!out.empty()) out += in_paragraph ? "\\\n" : "\n\n";
      append_line(out, line);
    }
    in_paragraph = !line.empty();
  }
  return out;
}

}  // namespace picket::desk
