// Between CommonMark, the HTML of tickets and notes, and plain text. Pure functions; any thread.
#pragma once
#include <string>
#include <string_view>

namespace picket::psa::halopsa {

// CommonMark as harmless HTML: HTML within it becomes text, and links with dangerous schemes lead nowhere.
std::string markdown_to_html(std::string_view markdown);

// Text as HTML that shows it.
std::string escape_html(std::string_view text);

// The visible text: no tags, scripts or styles; a line per paragraph, line break, list item and table row; characters decoded and cleaned.
// A link's address follows its words, and quoted lines begin with "> ". Takes anything, well-formed or not. A text that is too long is
// cut, and says so; how long the markup is, images within it included, hardly matters.
std::string html_to_text(std::string_view html);

struct ShownHtml {
  std::string text;        // as html_to_text
  bool has_image = false;  // that a person sees
};
ShownHtml shown_html(std::string_view html);

// A text that may be HTML or not, as plain text.
std::string plain_text(std::string_view text_or_html);

}  // namespace picket::psa::halopsa
