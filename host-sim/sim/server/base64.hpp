// Base64, for Basic credentials and page tokens. Pure functions; any thread.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace picket::sim {

enum class Padding { with, without };

std::string base64_encoded(std::string_view s, Padding padding);
std::optional<std::string> base64_decoded(std::string_view s);  // with or without padding

}  // namespace picket::vendors
