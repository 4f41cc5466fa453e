#include "host-sim/cli/markdown_text.hpp"

#include <cmark-gfm.h>

#include <cstdlib>
#include <memory>

namespace picket::cli {

namespace {

// cmark's plain text drops a link's address, so it is put in brackets behind the link's words.
void spell_out_links(cmark_node* document) {
  const std::unique_ptr<cmark_iter, decltype(&cmark_iter_free)> iterator(cmark_iter_new(document), &cmark_iter_free);
  for (cmark_event_type event; (event = cmark_iter_next(iterator.get())) != CMARK_EVENT_DONE;) {
    cmark_node* node = cmark_iter_get_node(iterator.get());
    if (event != CMARK_EVENT_EXIT || cmark_node_get_type(node) != CMARK_NODE_LINK) continue;
    cmark_node* address = cmark_node_new(CMARK_NODE_TEXT);
    const std::string text = std::string(" (") + cmark_node_get_url(node) + ")";
    if (cmark_node_set_literal(address, text.c_str()) == 0 || cmark_node_append_child(node, address) == 0) cmark_node_free(address);
  }
}

}  // namespace

std::string markdown_to_text(std::string_view markdown) {
  const std::unique_ptr<cmark_node, decltype(&cmark_node_free)> document(
      cmark_parse_document(markdown.data(), markdown.size(), CMARK_OPT_DEFAULT), &cmark_node_free);
  spell_out_links(document.get());
  const std::unique_ptr<char, decltype(&std::free)> text(cmark_render_plaintext(document.get(), CMARK_OPT_DEFAULT, 0), &std::free);
  return text.get();
}

}  // namespace picket::cli
