// Ids of rows. Pure but for the clock and the random source; any thread.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace picket::store {

// A new UUID of version 7 (the time, then random bits), in lower case.
[[nodiscard]] std::string new_uuid();

// 16 random hexadecimal digits, in lower case: marks what is sent to a remote PSA, to recognise it later.
[[nodiscard]] std::string new_token();

[[nodiscard]] bool is_uuid(std::string_view text);

// In the form in which ids are stored (lower case), or nothing if the text is not a UUID.
[[nodiscard]] std::optional<std::string> canonical_uuid(std::string_view text);

}  // namespace picket::store
