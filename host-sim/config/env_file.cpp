#include "host-sim/config/env_file.hpp"

#include <algorithm>
#include <optional>

#include "sdk/common/ascii.hpp"
#include "sdk/common/byte_order_mark.hpp"
#include "sdk/common/json.hpp"

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

bool is_comment(std::string_view rest, std::string_view behind_quotes) { return rest.front() == '#' && rest.size() < behind_quotes.size(); }

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
  if (!rest.empty() && !is_comment(rest, quoted->rest))
    problem = "there is text behind the closing quotation mark of " + std::string(a.key);
  return std::move(quoted->text);
}

struct Line {
  std::string_view text;  // without blanks at its ends
  std::size_t indent = 0;
  int number = 0;

  bool is_content() const { return !text.empty() && text.front() != '#'; }
};

std::vector<Line> lines_of(std::string_view text) {
  std::vector<Line> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string_view whole = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    lines.push_back({ascii::trimmed(whole), std::min(whole.find_first_not_of(blanks), whole.size()), static_cast<int>(lines.size()) + 1});
  }
  return lines;
}

// How many braces and brackets are open at the end of the text, texts in quotation marks left out.
int open_braces(std::string_view text) {
  int depth = 0;
  bool in_text = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (in_text && text[i] == '\\')
      ++i;
    else if (text[i] == '"')
      in_text = !in_text;
    else if (!in_text)
      depth += text[i] == '{' || text[i] == '[' ? 1 : text[i] == '}' || text[i] == ']' ? -1 : 0;
  }
  return depth;
}

// Whether the braces of a value that begins with one go on in the next lines: "{" alone, or with a member behind it. A password may begin
// with a brace too.
bool begins_object(std::string_view value) {
  if (!value.starts_with('{') || open_braces(value) <= 0) return false;
  const std::string_view rest = ascii::trimmed(value.substr(1));
  return rest.empty() || rest.front() == '"' || rest.front() == '\'' || rest.front() == '#' || rest.find(':') != std::string_view::npos;
}

// As environment keys are written: HALOPSA_CLIENT_NAME.
bool looks_like_env_key(std::string_view name) {
  return name.find('_') != std::string_view::npos &&
         std::all_of(name.begin(), name.end(), [](char c) { return ascii::is_upper(c) || ascii::is_digit(c) || c == '_'; });
}

std::string_view without_list_comma(std::string_view s) { return s.ends_with(',') ? ascii::trimmed(s.substr(0, s.size() - 1)) : s; }

// One side of `name: value`, quoted or not.
std::optional<std::string> plain(std::string_view s) {
  if (s.empty() || (s.front() != '"' && s.front() != '\'')) return s.empty() ? std::nullopt : std::optional(std::string(s));
  auto quoted = unquoted(s, true);
  return quoted && ascii::trimmed(quoted->rest).empty() ? std::optional(std::move(quoted->text)) : std::nullopt;
}

// `name: value` of an indented block as a member of a JSON object; nothing if the line is none.
std::optional<std::string> member_of(std::string_view line) {
  line = without_list_comma(without_comment(line));
  std::size_t mark = std::string_view::npos;
  char quote = 0;
  for (std::size_t i = 0; i < line.size() && mark == std::string_view::npos; ++i) {
    if (quote != 0)
      quote = line[i] == quote ? '\0' : quote;
    else if (line[i] == '"' || line[i] == '\'')
      quote = line[i];
    else if (line[i] == ':')
      mark = i;
  }
  if (mark == std::string_view::npos) return std::nullopt;
  const auto name = plain(ascii::trimmed(line.substr(0, mark)));
  const auto value = plain(ascii::trimmed(line.substr(mark + 1)));
  if (!name || !value) return std::nullopt;
  return json::to_string(json::value(*name)) + ": " + json::to_string(json::value(*value));
}

class Parser {
 public:
  explicit Parser(std::string_view text) : lines_(lines_of(text)) {}

  EnvFile parse() {
    while (at_ < lines_.size()) read(lines_[at_++]);
    return std::move(file_);
  }

 private:
  void problem(int line, std::string text) { file_.problems.push_back({line, std::move(text)}); }

  void read(const Line& line) {
    std::string_view text = line.text;
    if (!line.is_content() || text == "---") return;
    if (text.starts_with("- ")) text = ascii::trimmed(text.substr(2));
    if (text.starts_with("export ")) text = ascii::trimmed(text.substr(7));
    const auto assignment = split(text);
    if (!assignment) return problem(line.number, "expected KEY=value or KEY: value");
    const std::string key(assignment->key);
    std::string wrong;
    std::string value = value_of(*assignment, wrong);
    if (!wrong.empty()) return problem(line.number, std::move(wrong));
    if (begins_object(value)) return read_braces(line, key, std::string(without_comment_in_object(value)));
    if (const Line* next = next_indented(line); next != nullptr && !next->text.starts_with("- ")) {
      const bool is_block = assignment->yaml && (value == "|" || value == ">" || value == "|-" || value == ">-");
      if (value.empty() && next->text.starts_with('{')) return read_braces(line, key, "");
      if (is_block) return read_block(line, key);
      if (value.empty() && assignment->yaml && is_object_of(key, next->text)) return read_members(line, key);
    }
    file_.entries.push_back({key, std::move(value), line.number});
  }

  // The next line with content, if it is indented more than this one.
  const Line* next_indented(const Line& line) const {
    for (std::size_t i = at_; i < lines_.size(); ++i)
      if (lines_[i].is_content()) return lines_[i].indent > line.indent ? &lines_[i] : nullptr;
    return nullptr;
  }

  // Whether an indented line belongs to the key, and is no key itself: all keys of a file may stand below "environment:".
  static bool is_object_of(std::string_view key, std::string_view line) {
    const auto inner = split(line);
    return looks_like_env_key(key) && !(inner && looks_like_env_key(inner->key));
  }

  void read_braces(const Line& line, const std::string& key, std::string value) {
    const std::size_t begun = at_;
    do {
      if (at_ == lines_.size()) {
        at_ = begun;  // the keys behind it are read all the same
        while (at_ < lines_.size() && lines_[at_].indent > line.indent) ++at_;
        return problem(line.number, "the object of " + key + " has no closing brace");
      }
      const Line& next = lines_[at_++];
      if (next.is_content()) value += (value.empty() ? "" : " ") + std::string(without_comment_in_object(next.text));
    } while (open_braces(value) > 0);
    file_.entries.push_back({key, std::string(without_comment(value)), line.number});
  }

  // " #" behind a member, outside of its texts.
  static std::string_view without_comment_in_object(std::string_view s) {
    bool in_text = false;
    for (std::size_t i = 0; i < s.size(); ++i) {
      if (in_text && s[i] == '\\')
        ++i;
      else if (s[i] == '"')
        in_text = !in_text;
      else if (!in_text && s[i] == '#' && i > 0 && blanks.find(s[i - 1]) != std::string_view::npos)
        return ascii::trimmed(s.substr(0, i));
    }
    return s;
  }

  void read_block(const Line& line, const std::string& key) {
    std::string value;
    for (; at_ < lines_.size() && (lines_[at_].text.empty() || lines_[at_].indent > line.indent); ++at_)
      if (!lines_[at_].text.empty()) value += (value.empty() ? "" : " ") + std::string(lines_[at_].text);
    file_.entries.push_back({key, std::move(value), line.number});
  }

  void read_members(const Line& line, const std::string& key) {
    std::string members;
    bool is_sound = true;
    for (; at_ < lines_.size() && (!lines_[at_].is_content() || lines_[at_].indent > line.indent); ++at_) {
      if (!lines_[at_].is_content()) continue;
      const auto member = member_of(lines_[at_].text);
      if (!member) problem(lines_[at_].number, "expected a member of the object of " + key + ", such as name: value");
      is_sound = is_sound && member;
      if (member) members += (members.empty() ? "" : ", ") + *member;
    }
    if (is_sound) file_.entries.push_back({key, "{" + members + "}", line.number});
  }

  std::vector<Line> lines_;
  std::size_t at_ = 0;
  EnvFile file_;
};

}  // namespace

EnvFile parse_env_file(std::string_view text) { return Parser(without_byte_order_mark(text)).parse(); }

EnvironmentValue read_environment_value(std::string_view raw) {
  const std::string_view value = ascii::trimmed(raw);
  if (value.empty()) return {};
  if (value.front() != '"' && value.front() != '\'') {
    const bool is_only_comment = value.front() == '#' && value.data() != raw.data();
    if (without_comment(value).size() == value.size() && !is_only_comment) return {std::string(value), {}};
    return {
        std::string(value),
        "\" #\" is part of the value, since the environment knows no comments (nor does docker's --env-file); take the comment away, or "
        "put the whole value in quotation marks if it belongs to it"};
  }
  auto quoted = unquoted(value, false);
  if (!quoted)
    return {std::string(value),
            "the value begins with a quotation mark that is not closed; leave it out (docker's --env-file passes it on)"};
  const std::string_view rest = ascii::trimmed(quoted->rest);
  if (!rest.empty() && !is_comment(rest, quoted->rest))
    return {std::string(value), "there is text behind the closing quotation mark of the value (docker's --env-file passes on all of it)"};
  return {std::move(quoted->text), {}};
}

}  // namespace picket::config
