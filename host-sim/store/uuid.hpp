// Ids of rows. Pure but for the random source; any thread.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace picket::store {

// A random UUID (version 4) from the system's cryptographic source, in lower case.
std::string new_uuid();

bool is_uuid(std::string_view text);

// In the form in which ids are stored (lower case), or nothing if the text is no UUID.
std::optional<std::string> canonical_uuid(std::string_view text);

}  // namespace picket::store
