// CommonMark as text for a terminal. Pure; any thread.
#pragma once
#include <string>
#include <string_view>

namespace picket::cli {

std::string markdown_to_text(std::string_view markdown);

}  // namespace picket::cli
