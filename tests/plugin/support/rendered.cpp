#include "tests/plugin/support/rendered.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include "sdk/common/text.hpp"
#include "tests/support/gfm.hpp"

namespace picket::test {

std::string html_of(const std::string& markdown) { return rendered(markdown, RenderAs::html); }

std::string foreign_tag(const std::string& html, const std::vector<std::string>& own_links) {
  static const std::set<std::string_view> own = {"p",  "/p",  "code", "/code", "br /", "ul",  "/ul",    "ol",     "/ol",
                                                 "li", "/li", "h2",   "/h2",   "h3",   "/h3", "strong", "/strong"};
  for (std::size_t at = html.find('<'); at != std::string::npos; at = html.find('<', at + 1)) {
    const std::string_view tag(html.data() + at + 1, html.find('>', at) - at - 1);
    if (own.contains(tag)) continue;
    const auto leads_to = [&](const std::string& link) { return tag == "a href=\"" + link + "\""; };
    if (!own_links.empty() && (tag == "/a" || std::any_of(own_links.begin(), own_links.end(), leads_to))) continue;
    return "<" + std::string(tag) + ">";
  }
  return {};
}

bool is_clean(const std::string& text) {
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line(text.data() + begin, end - begin);
    const picket::text::Cleaned cleaned = picket::text::clean_block(line, line.size() + 1);
    if (cleaned.removed_characters || cleaned.text != line) return false;
    begin = end + 1;
  }
  return picket::text::is_valid_utf8(text);
}

std::size_t code_points(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace picket::test
