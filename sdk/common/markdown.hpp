// Vendor text inside CommonMark: whatever it says, it stays text. No HTML, link, autolink, image, heading, list, quote, table, code block
// or emphasis can come from it, in CommonMark and in GitHub's dialect. Input is expected to be clean (sdk/common/text.hpp). Pure; any
// thread.
#pragma once
#include <string>
#include <string_view>

namespace picket::markdown {

// One line of text. Words that a renderer could turn into links (addresses with "://", "www.", "@") come out as code spans.
std::string line(std::string_view text);

// Several lines: a line end stays a line end, an empty line ends the paragraph; indentation is dropped.
std::string block(std::string_view text);

// One line as a code span, exactly as it is: for paths, commands, addresses.
std::string code(std::string_view text);

}  // namespace picket::markdown
