// Escapes vendor text for CommonMark, so that it stays text: it cannot form HTML, links, autolinks, images, headings, lists, quotes,
// tables, code blocks or emphasis, in CommonMark or in GitHub's dialect. Expects clean input (sdk/common/text.hpp). Pure; any thread.
#pragma once
#include <string>
#include <string_view>

namespace picket::markdown {

// One line of text. Words that a renderer could turn into links (with "://", "www.", "@") become code spans.
std::string line(std::string_view text);

// Several lines: line ends stay, an empty line ends the paragraph, indentation is dropped.
std::string block(std::string_view text);

// One line as a code span, unchanged: for paths, commands, addresses.
std::string code(std::string_view text);

}  // namespace picket::markdown
