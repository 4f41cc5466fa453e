// The fault "wrong_types": a body that is valid JSON of the wrong shape. Pure function; any thread.
#pragma once
#include <string>
#include <string_view>

namespace picket::sim {

// The body is a list: it becomes an object. Else lists at the top become objects ("0", "1", ...), objects at the top one-element lists;
// below, numbers and booleans become strings and strings that look like times numbers.
std::string with_wrong_types(std::string_view body);

}  // namespace picket::sim
