#include "host-sim/cli/markdown_text.hpp"

#include <cmark-gfm.h>

#include <cstdlib>
#include <memory>

namespace picket::cli {

std::string markdown_to_text(std::string_view markdown) {
  const std::unique_ptr<cmark_node, decltype(&cmark_node_free)> document(
      cmark_parse_document(markdown.data(), markdown.size(), CMARK_OPT_DEFAULT), &cmark_node_free);
  const std::unique_ptr<char, decltype(&std::free)> text(cmark_render_plaintext(document.get(), CMARK_OPT_DEFAULT, 0), &std::free);
  return text.get();
}

}  // namespace picket::cli
