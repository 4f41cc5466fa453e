// Between CommonMark, the HTML of tickets and notes, and plain text. Pure functions; any thread.
#pragma once
#include <string>
#include <string_view>

namespace picket::psa::halopsa {

// CommonMark as HTML that can do nothing: HTML within it comes out as text, links of dangerous schemes lead nowhere.
std::string markdown_to_html(std::string_view markdown);

// Text as HTML that shows it.
std::string escape_html(std::string_view text);

// What a person sees of it: no tags, no scripts or styles; a line per paragraph, line break, list item, table row; characters
// decoded and cleaned. A link's address follows its words, and quoted lines begin with "> ". Takes anything, well-formed or not, of which
// the first megabyte counts.
std::string html_to_text(std::string_view html);

// A text that may be HTML or not, as plain text.
std::string plain_text(std::string_view text_or_html);

}  // namespace picket::psa::halopsa
