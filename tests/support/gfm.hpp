// Markdown rendered by cmark-gfm with every extension of GitHub's dialect. One thread.
#pragma once
#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>

#include <cstdlib>
#include <string>

namespace picket::test {

enum class RenderAs { html, text };

inline std::string rendered(const std::string& markdown, RenderAs form) {
  cmark_gfm_core_extensions_ensure_registered();
  constexpr int options = CMARK_OPT_UNSAFE | CMARK_OPT_FOOTNOTES;
  cmark_parser* parser = cmark_parser_new(options);
  for (const char* name : {"table", "strikethrough", "autolink", "tasklist"})
    cmark_parser_attach_syntax_extension(parser, cmark_find_syntax_extension(name));
  cmark_parser_feed(parser, markdown.data(), markdown.size());
  cmark_node* document = cmark_parser_finish(parser);
  char* made = form == RenderAs::html ? cmark_render_html(document, options, cmark_parser_get_syntax_extensions(parser))
                                      : cmark_render_plaintext(document, CMARK_OPT_DEFAULT, 0);
  std::string out = made;
  std::free(made);
  cmark_node_free(document);
  cmark_parser_free(parser);
  return out;
}

}  // namespace picket::test
