#include "sdk/host/json_schema.hpp"

#include <algorithm>
#include <deque>
#include <optional>
#include <sstream>

// Without it Valijson ends the process instead of throwing.
#define VALIJSON_USE_EXCEPTIONS 1
// Valijson's headers depend on their order.
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "sdk/common/list.hpp"
#include "sdk/common/text.hpp"

namespace picket::host {
namespace {

// The bound in plain notation: 0.5, not 5E-1.
std::optional<std::string> bound_at(const json::object& schema, std::string_view key) {
  if (const auto whole = json::integer_at(schema, key)) return std::to_string(*whole);
  const json::value* v = schema.if_contains(key);
  if (v == nullptr || !v->is_double()) return std::nullopt;
  std::ostringstream out;
  out << v->get_double();
  return out.str();
}

std::string expectation_of_number(const json::object& schema, const std::string& noun) {
  const auto low = bound_at(schema, "minimum");
  const auto high = bound_at(schema, "maximum");
  if (low && high) return noun + " from " + *low + " to " + *high;
  if (low) return noun + " of at least " + *low;
  if (high) return noun + " of at most " + *high;
  return noun;
}

std::string expectation_of_type(const json::object& schema, std::string_view type) {
  if (type == "integer") return expectation_of_number(schema, "an integer");
  if (type == "number") return expectation_of_number(schema, "a number");
  if (type == "string") {
    if (json::text_at(schema, "format") == "date-time") return "a time such as 2026-06-09T14:00:00Z";
    if (json::text_at(schema, "format") == "json-object") return "text that is a JSON object";
    if (const auto pattern = json::text_at(schema, "pattern")) return "text of the form " + *pattern;
    if (const auto longest = json::integer_at(schema, "maxLength")) return "text of at most " + std::to_string(*longest) + " characters";
    return json::integer_at(schema, "minLength").value_or(0) > 0 ? "text that is not empty" : "text";
  }
  if (type == "boolean") return "true or false";
  if (type == "object") return "an object";
  if (type == "array") return json::integer_at(schema, "minItems").value_or(0) > 0 ? "a list that is not empty" : "a list";
  return std::string(type);
}

// The schema that a "$ref" to "#/definitions/x" refers to.
const json::object& resolved(const json::object& root, const json::object& schema) {
  constexpr std::string_view prefix = "#/definitions/";
  const auto ref = json::text_at(schema, "$ref");
  if (!ref || !ref->starts_with(prefix)) return schema;
  const json::object* definitions = json::object_at(root, "definitions");
  const json::object* definition = definitions == nullptr ? nullptr : json::object_at(*definitions, ref->substr(prefix.size()));
  return definition == nullptr ? schema : *definition;
}

// The schema that applies at the given place, as far as it can be followed; steps are property names and "0", "1", ...
const json::object* schema_at(const json::object& root, const std::vector<std::string>& steps) {
  const json::object* at = &resolved(root, root);
  for (const std::string& step : steps) {
    const json::object* next = nullptr;
    if (const json::object* properties = json::object_at(*at, "properties")) next = json::object_at(*properties, step);
    if (next == nullptr) next = json::object_at(*at, "items");
    if (next == nullptr) next = json::object_at(*at, "additionalProperties");
    if (next == nullptr) return nullptr;
    at = &resolved(root, *next);
  }
  return at;
}

const json::value* value_at(const json::value& root, const std::vector<std::string>& steps) {
  const json::value* at = &root;
  for (const std::string& step : steps) {
    if (at == nullptr) return nullptr;
    if (const json::object* o = at->if_object()) {
      at = o->if_contains(step);
    } else if (const json::array* a = at->if_array()) {
      const auto index = static_cast<std::size_t>(std::strtoull(step.c_str(), nullptr, 10));
      at = index < a->size() ? &(*a)[index] : nullptr;
    } else {
      return nullptr;
    }
  }
  return at;
}

// Valijson's notation of a place: "<root>", "[network]", "[origins]", "[0]".
std::vector<std::string> steps_of(const std::vector<std::string>& context) {
  std::vector<std::string> steps;
  for (const std::string& part : context)
    if (part.size() >= 2 && part.front() == '[' && part.back() == ']') steps.push_back(part.substr(1, part.size() - 2));
  return steps;
}

std::string path_of(const json::value& document, const std::vector<std::string>& steps) {
  std::string path;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const json::value* parent = value_at(document, {steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(i)});
    if (parent != nullptr && parent->is_array())
      path += "[" + steps[i] + "]";
    else
      path += (path.empty() ? "" : ".") + steps[i];
  }
  return path;
}

std::string within(const std::string& path, std::string_view key) {
  return path.empty() ? std::string(key) : path + "." + std::string(key);
}

std::vector<std::string> keys_of(const json::object* o) {
  std::vector<std::string> keys;
  if (o != nullptr)
    for (const auto& member : *o) keys.emplace_back(member.key());
  return keys;
}

// Removes formats: Valijson reads a value that is not text as text if a format is required. The caller checks formats.
json::object without_formats(const json::object& schema) {
  json::object out;
  for (const auto& member : schema) {
    if (const json::object* inner = member.value().if_object())
      out.emplace(member.key(), without_formats(*inner));
    else if (member.key() != "format" || !member.value().is_string())
      out.emplace(member.key(), member.value());
  }
  return out;
}

// What is wrong at one place: a missing key, an unknown key, or the value as a whole.
std::vector<SchemaFault> explain(const json::object& root, const json::value& document, const std::vector<std::string>& steps) {
  const std::string path = path_of(document, steps);
  const json::object* schema = schema_at(root, steps);
  const json::value* value = value_at(document, steps);
  if (schema == nullptr) return {{path, "is not as the schema says"}};
  std::vector<SchemaFault> faults;
  const json::object* object = value == nullptr ? nullptr : value->if_object();
  const json::object* properties = json::object_at(*schema, "properties");
  if (object != nullptr) {
    if (const json::array* required = json::array_at(*schema, "required"))
      for (const json::value& key : *required)
        if (key.is_string() && !object->contains(key.get_string()))
          faults.push_back({within(path, key.get_string()), "is missing" + [&] {
                              std::vector<std::string> inner = steps;
                              inner.emplace_back(key.get_string());
                              const json::object* wanted = schema_at(root, inner);
                              return wanted == nullptr ? std::string() : ": expected " + expectation(*wanted);
                            }()});
    if (json::bool_at(*schema, "additionalProperties") == false)
      for (const auto& member : *object)
        if (properties == nullptr || !properties->contains(member.key())) {
          const std::string near = text::nearest(member.key(), keys_of(properties));
          faults.push_back(
              {within(path, member.key()), near.empty() ? "is not known here" : "is not known here; did you mean '" + near + "'?"});
        }
  }
  if (faults.empty()) faults.push_back({path, "expected " + expectation(*schema)});
  return faults;
}

}  // namespace

std::string expectation(const json::object& schema) {
  if (const auto own = json::text_at(schema, "x-expected")) return *own;
  if (const json::array* values = json::array_at(schema, "enum")) {
    std::vector<std::string> words;
    for (const json::value& v : *values) words.push_back(json::to_string(v));
    return words.size() == 1 ? words.front() : "one of " + joined(words, ", ", " and ");
  }
  const json::value* type = schema.if_contains("type");
  if (type == nullptr) return "another value";
  std::vector<std::string> words;
  if (type->is_string()) words.push_back(expectation_of_type(schema, type->get_string()));
  if (const json::array* types = type->if_array())
    for (const json::value& one : *types)
      if (one.is_string()) words.push_back(expectation_of_type(schema, one.get_string()));
  return joined(words, ", ", " or ");
}

std::vector<SchemaFault> schema_faults(const json::object& schema, const json::value& document) {
  valijson::Schema parsed;
  try {
    const json::value schema_value(without_formats(schema));
    valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
    parser.populateSchema(valijson::adapters::BoostJsonAdapter(schema_value), parsed);
  } catch (const std::exception& e) {
    throw Error(Status::internal, std::string("a JSON schema of Picket's cannot be read: ") + e.what());
  }
  valijson::Validator validator(valijson::Validator::kStrongTypes);
  valijson::ValidationResults results;
  if (validator.validate(parsed, valijson::adapters::BoostJsonAdapter(document), &results)) return {};

  // Valijson also reports every place above a fault: only the innermost ones are explained.
  std::vector<std::vector<std::string>> places;
  for (const auto& error : results) {
    const auto steps = steps_of(error.context);
    if (std::find(places.begin(), places.end(), steps) == places.end()) places.push_back(steps);
  }
  std::vector<SchemaFault> faults;
  for (const auto& place : places) {
    const bool something_below = std::any_of(places.begin(), places.end(), [&](const auto& other) {
      return other.size() > place.size() && std::equal(place.begin(), place.end(), other.begin());
    });
    if (something_below) continue;
    for (SchemaFault& fault : explain(schema, document, place)) faults.push_back(std::move(fault));
  }
  return faults;
}

}  // namespace picket::host
