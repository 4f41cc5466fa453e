// Ids of rows. Pure but for the clock and the random source; any thread.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace picket::store {

// A new UUID (version 7: the time, then bits of the cryptographic source), in lower case.
std::string new_uuid();

// 16 random hexadecimal digits, in lower case: to recognise elsewhere what was sent there.
std::string new_token();

bool is_uuid(std::string_view text);

// In the form in which ids are stored (lower case), or nothing if the text is no UUID.
std::optional<std::string> canonical_uuid(std::string_view text);

}  // namespace picket::store
