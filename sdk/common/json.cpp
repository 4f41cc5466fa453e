#include "sdk/common/json.hpp"

#include <charconv>
#include <cmath>

#include "sdk/common/number.hpp"

namespace picket::json {
namespace {

struct Surrogate {
  bool high = false;
  bool low = false;
};

// The kind of the \uXXXX escape at `at`, if there is one.
std::optional<Surrogate> unicode_escape_at(std::string_view s, std::size_t at) {
  if (at + 6 > s.size() || s[at] != '\\' || s[at + 1] != 'u') return std::nullopt;
  unsigned value = 0;
  const auto [end, error] = std::from_chars(s.data() + at + 2, s.data() + at + 6, value, 16);
  if (error != std::errc{} || end != s.data() + at + 6) return std::nullopt;
  return Surrogate{value >= 0xD800 && value <= 0xDBFF, value >= 0xDC00 && value <= 0xDFFF};
}

// JSON can express half of a UTF-16 pair, which is not valid text: such an escape becomes U+FFFD.
std::string without_lone_surrogates(std::string_view s) {
  std::string out;
  out.reserve(s.size());
  for (std::size_t at = 0; at < s.size();) {
    if (s[at] != '\\') {
      out += s[at++];
      continue;
    }
    const auto escape = unicode_escape_at(s, at);
    if (!escape) {
      out += s.substr(at, 2);
      at += 2;
    } else if (escape->high && unicode_escape_at(s, at + 6).value_or(Surrogate{}).low) {
      out += s.substr(at, 12);
      at += 12;
    } else {
      out += escape->high || escape->low ? std::string_view("\\uFFFD") : s.substr(at, 6);
      at += 6;
    }
  }
  return out;
}

value parse_strictly(std::string_view text, boost::json::error_code& error) {
  boost::json::parse_options options;
  options.allow_invalid_utf8 = true;
  options.max_depth = 64;
  // Documents are read once and freed as a whole, so their parts are allocated from a few blocks.
  const auto storage = boost::json::make_shared_resource<boost::json::monotonic_resource>(text.size());
  return boost::json::parse(boost::json::string_view(text.data(), text.size()), error, storage, options);
}

}  // namespace

value parse(std::string_view text, std::string_view what) {
  boost::json::error_code error;
  value v = parse_strictly(text, error);
  if (error) {
    boost::json::error_code second_error;
    v = parse_strictly(without_lone_surrogates(text), second_error);
    if (second_error) throw Error(Status::invalid, std::string(what) + " is not JSON: " + error.message());
  }
  return v;
}

object parse_object(std::string_view text, std::string_view what) {
  value v = parse(text, what);
  if (!v.is_object()) throw Error(Status::invalid, std::string(what) + " must be a JSON object");
  return std::move(v.as_object());
}

object object_or_empty(std::string_view text) {
  try {
    return parse_object(text, "an object");
  } catch (const Error&) {
    return {};
  }
}

std::optional<std::string> text_at(const object& o, std::string_view key) {
  const value* v = o.if_contains(key);
  if (v == nullptr) return std::nullopt;
  if (v->is_string()) return std::string(v->get_string());
  if (v->is_number()) return boost::json::serialize(*v);
  return std::nullopt;
}

std::optional<std::int64_t> integer_at(const object& o, std::string_view key) {
  const value* v = o.if_contains(key);
  if (v == nullptr) return std::nullopt;
  if (v->is_int64()) return v->get_int64();
  if (v->is_uint64()) return v->get_uint64() <= INT64_MAX ? std::optional(static_cast<std::int64_t>(v->get_uint64())) : std::nullopt;
  if (v->is_double()) {
    const double d = v->get_double();
    if (std::trunc(d) != d || std::abs(d) > 9e15) return std::nullopt;
    return static_cast<std::int64_t>(d);
  }
  return v->is_string() ? number_from<std::int64_t>(v->get_string()) : std::nullopt;
}

std::optional<bool> bool_at(const object& o, std::string_view key) {
  const value* v = o.if_contains(key);
  return v != nullptr && v->is_bool() ? std::optional(v->get_bool()) : std::nullopt;
}

const object* object_at(const object& o, std::string_view key) {
  const value* v = o.if_contains(key);
  return v == nullptr ? nullptr : v->if_object();
}

const array* array_at(const object& o, std::string_view key) {
  const value* v = o.if_contains(key);
  return v == nullptr ? nullptr : v->if_array();
}

}  // namespace picket::json
