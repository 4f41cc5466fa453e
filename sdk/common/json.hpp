// Reads JSON written by others: a member of an unexpected type reads as absent instead of failing a whole page.
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

// Accepts invalid UTF-8 and lone surrogates (to be cleaned as text), so that a vendor's single bad character does not cost a whole page.
// Throws Error(invalid) that names `what` for anything that is not a JSON document.
value parse(std::string_view text, std::string_view what);

// Like parse; the document must be an object.
object parse_object(std::string_view text, std::string_view what);

// Empty where it is no JSON object: for what we stored ourselves, and which costs what it said, and no more, if somebody spoilt it.
[[nodiscard]] object object_or_empty(std::string_view text);

// The member as text: a string as it is, a number in decimal; absent for everything else, including null.
[[nodiscard]] std::optional<std::string> text_at(const object& o, std::string_view key);

// The member as a whole number: a JSON integer, a float without a fraction, or a string of digits.
[[nodiscard]] std::optional<std::int64_t> integer_at(const object& o, std::string_view key);

[[nodiscard]] std::optional<bool> bool_at(const object& o, std::string_view key);
[[nodiscard]] const object* object_at(const object& o, std::string_view key);
[[nodiscard]] const array* array_at(const object& o, std::string_view key);

inline std::string to_string(const value& v) { return boost::json::serialize(v); }

}  // namespace picket::json
