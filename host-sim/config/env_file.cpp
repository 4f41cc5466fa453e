#include "host-sim/config/env_file.hpp"

#include <algorithm>
#include <optional>

#include "sdk/common/ascii.hpp"

namespace picket::config {
namespace {

constexpr std::string_view blanks = " \t\r";

bool is_key(std::string_view s) {
  const auto letter = [](char c) { return ascii::is_upper(c) || ascii::is_lower(c) || c == '_'; };
  return !s.empty() && letter(s.front()) &&
         std::all_of(s.begin(), s.end(), [&](char c) { return letter(c) || ascii::is_digit(c) || c == '-' || c == '.'; });
}

struct Assignment {
  std::string_view key;
  std::string_view rest;  // behind the mark
  bool yaml = false;      // "KEY: value"
};

std::optional<Assignment> split(std::string_view line) {
  const auto mark = line.find_first_of("=:");
  if (mark == std::string_view::npos) return std::nullopt;
  Assignment a{ascii::trimmed(line.substr(0, mark)), line.substr(mark + 1), line[mark] == ':'};
  if (!is_key(a.key)) return std::nullopt;
  if (a.yaml && !a.rest.empty() && blanks.find(a.rest.front()) == std::string_view::npos) return std::nullopt;
  return a;
}

char unescaped(char c) {
  switch (c) {
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return c;
  }
}

// The text between the quotes, and what follows them; nothing if they are not closed.
struct Quoted {
  std::string text;
  std::string_view rest;
};
std::optional<Quoted> unquoted(std::string_view s, bool yaml) {
  const char quote = s.front();
  Quoted out;
  for (std::size_t i = 1; i < s.size(); ++i) {
    if (quote == '"' && s[i] == '\\' && i + 1 < s.size() && std::string_view("\"\\nrt$").find(s[i + 1]) != std::string_view::npos) {
      out.text += unescaped(s[++i]);
    } else if (s[i] == quote) {
      if (quote == '\'' && yaml && i + 1 < s.size() && s[i + 1] == quote) {
        out.text += s[i++];
        continue;
      }
      out.rest = s.substr(i + 1);
      return out;
    } else {
      out.text += s[i];
    }
  }
  return std::nullopt;
}

std::string_view without_comment(std::string_view s) {
  // A JSON object ends with its last brace: what looks like a comment before that is part of a text in it.
  const std::size_t from = s.starts_with('{') ? std::min(s.rfind('}'), s.size()) : 0;
  for (std::size_t i = from; i < s.size(); ++i)
    if (s[i] == '#' && i > 0 && blanks.find(s[i - 1]) != std::string_view::npos) return ascii::trimmed(s.substr(0, i));
  return s;
}

// The value behind "KEY=", or what is wrong with it.
std::string value_of(const Assignment& a, std::string& problem) {
  // A blank before '#' is what makes it a comment, also directly behind the mark.
  if (const auto first = a.rest.find_first_not_of(blanks); first != std::string_view::npos && first > 0 && a.rest[first] == '#') return {};
  const std::string_view value = ascii::trimmed(a.rest);
  if (value.empty() || (value.front() != '"' && value.front() != '\'')) return std::string(without_comment(value));
  auto quoted = unquoted(value, a.yaml);
  if (!quoted) {
    problem = "the quotation mark of " + std::string(a.key) + " is not closed on this line";
    return {};
  }
  const std::string_view rest = ascii::trimmed(quoted->rest);
  if (!rest.empty() && !(rest.front() == '#' && rest.size() < quoted->rest.size()))
    problem = "there is text behind the closing quotation mark of " + std::string(a.key);
  return std::move(quoted->text);
}

}  // namespace

EnvFile parse_env_file(std::string_view text) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  EnvFile file;
  int number = 0;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    std::string_view line = ascii::trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    if (line.empty() || line.front() == '#' || line == "---") continue;
    if (line.starts_with("- ")) line = ascii::trimmed(line.substr(2));
    if (line.starts_with("export ")) line = ascii::trimmed(line.substr(7));
    const auto assignment = split(line);
    if (!assignment) {
      file.problems.push_back({number, "expected KEY=value or KEY: value"});
      continue;
    }
    std::string problem;
    std::string value = value_of(*assignment, problem);
    if (!problem.empty())
      file.problems.push_back({number, std::move(problem)});
    else
      file.entries.push_back({std::string(assignment->key), std::move(value), number});
  }
  return file;
}

}  // namespace picket::config
