// Members that a JSON document written by hand gives twice; a parser keeps the last one without a word. Pure; any thread.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace picket::json {

// The path of the first member that its object has twice, such as "clients[3].name"; nothing if there is none or the text is no JSON.
[[nodiscard]] std::optional<std::string> duplicate_member(std::string_view text);

}  // namespace picket::json
