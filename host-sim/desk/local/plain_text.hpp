// What a person wrote, as the CommonMark that tickets and notes are kept in. Pure; any thread.
#pragma once
#include <string>
#include <string_view>

namespace picket::desk {

// Clean text (sdk/common/text.hpp) in which nothing is markup: line ends and empty lines stay, indentation is dropped.
std::string markdown_of_plain_text(std::string_view text);

}  // namespace picket::desk
