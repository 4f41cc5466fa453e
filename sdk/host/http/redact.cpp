#include "sdk/host/http/redact.hpp"

#include <algorithm>

#include "sdk/common/ascii.hpp"
#include "sdk/common/base64.hpp"
#include "sdk/common/url_escape.hpp"

namespace picket::host {

namespace {

constexpr std::size_t npos = std::string_view::npos;
constexpr std::size_t shortest_secret = 4;

bool is_base64(char c) { return ascii::is_alnum(c) || c == '+' || c == '/' || c == '-' || c == '_' || c == '='; }
bool is_token_character(char c) { return is_base64(c) || c == '.' || c == '~'; }

std::size_t find_any_case(std::string_view text, std::string_view lower_case, std::size_t from) {
  if (from > text.size()) return npos;
  const auto at = std::search(text.begin() + static_cast<std::ptrdiff_t>(from), text.end(), lower_case.begin(), lower_case.end(),
                              [](char a, char b) { return ascii::lower(a) == b; });
  return at == text.end() ? npos : static_cast<std::size_t>(at - text.begin());
}

std::string plus_for_space(std::string escaped) {
  for (std::size_t at = 0; (at = escaped.find("%20", at)) != npos;) escaped.replace(at, 3, "+");
  return escaped;
}

std::string json_escaped(std::string_view s, bool slash_too) {
  std::string out;
  for (const char c : s) {
    if (c == '"' || c == '\\' || (c == '/' && slash_too)) out += '\\';
    out += c;
  }
  return out;
}

// The base64 digits of `secret` when it begins `offset` bytes into a group, without those that depend on its neighbours.
std::string inner_base64(std::string_view secret, std::size_t offset) {
  std::string digits = base64_encode(std::string(offset, 'x').append(secret));
  const std::size_t whole_digits = (offset + secret.size()) * 8 / 6;
  const std::size_t first = (offset * 8 + 5) / 6;
  return digits.substr(first, whole_digits - first);
}

std::string url_safe(std::string digits) {
  std::replace(digits.begin(), digits.end(), '+', '-');
  std::replace(digits.begin(), digits.end(), '/', '_');
  return digits;
}

void sort_unique(std::vector<std::string>& v) {
  std::sort(v.begin(), v.end());
  v.erase(std::unique(v.begin(), v.end()), v.end());
}

// The bytes of a text to be redacted.
class Marks {
 public:
  explicit Marks(std::string_view text) : text_(text), marked_(text.size(), false) {}

  void mark(std::size_t from, std::size_t to) {
    std::fill(marked_.begin() + static_cast<std::ptrdiff_t>(from), marked_.begin() + static_cast<std::ptrdiff_t>(to), true);
  }

  std::string text() const {
    std::string out;
    for (std::size_t i = 0; i < text_.size(); ++i) {
      if (!marked_[i])
        out += text_[i];
      else if (i == 0 || !marked_[i - 1])
        out += "[redacted]";
    }
    return out;
  }

 private:
  std::string_view text_;
  std::vector<bool> marked_;
};

void mark_authorization(std::string_view text, Marks& marks) {
  constexpr std::string_view name = "authorization";
  for (std::size_t at = find_any_case(text, name, 0); at != npos; at = find_any_case(text, name, at + 1)) {
    std::size_t i = at + name.size();
    const bool quoted_name = i < text.size() && (text[i] == '"' || text[i] == '\'');
    if (quoted_name) ++i;
    while (i < text.size() && text[i] == ' ') ++i;
    if (i >= text.size() || (text[i] != ':' && text[i] != '=')) continue;
    ++i;
    while (i < text.size() && text[i] == ' ') ++i;
    std::size_t end = 0;
    if (i < text.size() && (text[i] == '"' || text[i] == '\'')) {
      const char quote = text[i++];
      end = i;
      while (end < text.size() && text[end] != quote) end += text[end] == '\\' ? 2 : 1;
      end = std::min(end, text.size());
    } else {
      end = std::min(text.find_first_of("\r\n", i), text.size());
    }
    marks.mark(i, end);
  }
}

// "Bearer abc.def", "Basic QWxh...": a word of at least 8 token characters after the scheme; shorter ones are prose.
void mark_scheme(std::string_view text, std::string_view scheme, Marks& marks) {
  constexpr std::size_t shortest_token = 8;
  for (std::size_t at = find_any_case(text, scheme, 0); at != npos; at = find_any_case(text, scheme, at + 1)) {
    if (at > 0 && ascii::is_alnum(text[at - 1])) continue;
    std::size_t begin = at + scheme.size();
    if (begin >= text.size() || (text[begin] != ' ' && text[begin] != '%' && text[begin] != '+')) continue;
    begin += text.substr(begin).starts_with("%20") ? 3 : 1;
    while (begin < text.size() && text[begin] == ' ') ++begin;
    std::size_t end = begin;
    while (end < text.size() && is_token_character(text[end])) ++end;
    if (end - begin >= shortest_token) marks.mark(begin, end);
  }
}

// In "scheme://user:password@host" the part up to the last @ before the path.
void mark_userinfo(std::string_view text, Marks& marks) {
  for (std::size_t at = text.find("://"); at != npos; at = text.find("://", at + 1)) {
    const std::size_t begin = at + 3;
    const std::size_t end = std::min(text.find_first_of("/?# \t\r\n\"'<>", begin), text.size());
    const std::size_t sign = text.substr(0, end).rfind('@');
    if (sign != npos && sign > begin) marks.mark(begin, sign);
  }
}

}  // namespace

Redactor::Redactor(const std::vector<std::string>& secrets) {
  constexpr std::size_t shortest_base64 = 5;
  for (const std::string& secret : secrets) {
    if (secret.size() < shortest_secret) continue;
    plain_.push_back(secret);
    for (const std::string_view digits : {ascii::upper_hex_digits, ascii::lower_hex_digits})
      for (const std::string_view kept : {"-._~", "-._*", "-._~!$&'()*+,;=:@/", ""}) {
        plain_.push_back(url_escaped(secret, kept, digits));
        plain_.push_back(plus_for_space(plain_.back()));
      }
    plain_.push_back(json_escaped(secret, false));
    plain_.push_back(json_escaped(secret, true));
    for (std::size_t offset = 0; offset < 3; ++offset) {
      const std::string inner = inner_base64(secret, offset);
      if (inner.size() < shortest_base64) continue;
      base64_.push_back(inner);
      base64_.push_back(url_safe(inner));
    }
  }
  sort_unique(plain_);
  sort_unique(base64_);
}

std::string Redactor::redact(std::string_view text) const {
  Marks marks(text);
  for (const std::string& form : plain_)
    for (std::size_t at = text.find(form); at != npos; at = text.find(form, at + 1)) marks.mark(at, at + form.size());
  for (const std::string& digits : base64_)
    for (std::size_t at = text.find(digits); at != npos; at = text.find(digits, at + 1)) {
      std::size_t begin = at, end = at + digits.size();
      while (begin > 0 && is_base64(text[begin - 1])) --begin;
      while (end < text.size() && is_base64(text[end])) ++end;
      marks.mark(begin, end);
    }
  mark_authorization(text, marks);
  mark_scheme(text, "bearer", marks);
  mark_scheme(text, "basic", marks);
  mark_userinfo(text, marks);
  return marks.text();
}

}  // namespace picket::host
