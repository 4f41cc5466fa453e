// Text inside a URL or a form. Pure; any thread.
#pragma once
#include <string>
#include <string_view>

namespace picket::psa::halopsa {

// Every character that is not unreserved (RFC 3986) becomes %XX.
std::string escape_url(std::string_view text);

}  // namespace picket::PSA::halopsa
