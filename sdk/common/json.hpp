// Reading JSON that others wrote: whatever is not as expected is absent here, never an exception in the middle of a page.
// Pure functions; any thread.
#pragma once
#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "picket/error.hpp"

namespace picket::json {

using boost::json::array;
using boost::json::object;
using boost::json::value;

// Parses leniently where a vendor's single bad character would cost a whole page: invalid UTF-8 and lone surrogates come through (to be
// cleaned as text). Throws Error(invalid) that names `what` and the offset for anything that is no JSON document.
value parse(std::string_view text, std::string_view what);

// As parse, and the document must be an object.
object parse_object(std::string_view text, std::string_view what);

// The member's text: a string as it is, a number in decimal; absent for everything else, null included.
std::optional<std::string> text_at(const object& o, std::string_view key);

// The member as a whole number: a JSON integer, a float without a fraction, or a string of digits.
std::optional<std::int64_t> integer_at(const object& o, std::string_view key);

std::optional<bool> bool_at(const object& o, std::string_view key);
const object* object_at(const object& o, std::string_view key);
const array* array_at(const object& o, std::string_view key);

inline std::string to_string(const value& v) { return boost::json::serialize(v); }

}  // namespace picket::json
