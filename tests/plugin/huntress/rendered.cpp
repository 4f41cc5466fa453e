#include "tests/plugin/huntress/rendered.hpp"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>

#include <cstdlib>
#include <set>
#include <string_view>

#include "sdk/common/text.hpp"

namespace huntress::test {

std::string html_of(const std::string& markdown) {
  cmark_gfm_core_extensions_ensure_registered();
  constexpr int options = CMARK_OPT_UNSAFE | CMARK_OPT_FOOTNOTES;
  cmark_parser* parser = cmark_parser_new(options);
  for (const char* name : {"table", "strikethrough", "autolink", "tasklist"})
    cmark_parser_attach_syntax_extension(parser, cmark_find_syntax_extension(name));
  cmark_parser_feed(parser, markdown.data(), markdown.size());
  cmark_node* document = cmark_parser_finish(parser);
  char* html = cmark_render_html(document, options, cmark_parser_get_syntax_extensions(parser));
  std::string out = html;
  std::free(html);
  cmark_node_free(document);
  cmark_parser_free(parser);
  return out;
}

std::string foreign_tag(const std::string& html, const std::string& own_link) {
  static const std::set<std::string_view> own = {"p",  "/p",  "code", "/code", "br /", "ul",  "/ul",    "ol",     "/ol",
                                                 "li", "/li", "h2",   "/h2",   "h3",   "/h3", "strong", "/strong"};
  for (std::size_t at = html.find('<'); at != std::string::npos; at = html.find('<', at + 1)) {
    const std::string_view tag(html.data() + at + 1, html.find('>', at) - at - 1);
    if (own.contains(tag)) continue;
    if (!own_link.empty() && (tag == "a href=\"" + own_link + "\"" || tag == "/a")) continue;
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

}  // namespace huntress::test
