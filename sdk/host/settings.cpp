#include "sdk/host/settings.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "sdk/common/json_duplicates.hpp"
#include "sdk/common/list.hpp"
#include "sdk/common/text.hpp"
#include "sdk/common/time_text.hpp"
#include "sdk/host/json_schema.hpp"

namespace picket::host {
namespace {

// The key before the first dot, and the rest.
std::pair<std::string_view, std::string_view> split(std::string_view path) {
  const std::size_t dot = path.find('.');
  if (dot == std::string_view::npos) return {path, {}};
  return {path.substr(0, dot), path.substr(dot + 1)};
}

std::string member_path(const std::string& path, std::string_view key) {
  return path.empty() ? std::string(key) : path + "." + std::string(key);
}

bool is_required(const json::object& group, std::string_view key) {
  const json::array* required = json::array_at(group, "required");
  if (required == nullptr) return false;
  return std::any_of(required->begin(), required->end(), [&](const json::value& v) { return v.is_string() && v.get_string() == key; });
}

std::vector<std::string> texts_at(const json::object& o, std::string_view key) {
  std::vector<std::string> out;
  if (const json::array* values = json::array_at(o, key))
    for (const json::value& v : *values)
      if (v.is_string()) out.emplace_back(v.get_string());
  return out;
}

SettingField field_from(const json::object& schema, std::string path, bool required) {
  SettingField field;
  field.path = std::move(path);
  field.description = json::text_at(schema, "description").value_or("");
  field.types = texts_at(schema, "type");
  if (const json::value* type = schema.if_contains("type"); type != nullptr && type->is_string())
    field.types = {std::string(type->get_string())};
  field.format = json::text_at(schema, "format").value_or("");
  field.entity = json::text_at(schema, "x-picket-entity").value_or("");
  field.board = json::text_at(schema, "x-picket-board").value_or("");
  field.parent = json::text_at(schema, "x-picket-parent").value_or("");
  field.env = json::text_at(schema, "x-picket-env").value_or("");
  field.values = texts_at(schema, "x-picket-values");
  field.prefill_names = texts_at(schema, "x-picket-prefill-names");
  if (const json::value* value = schema.if_contains("default")) field.default_value = *value;
  field.read_only = json::bool_at(schema, "readOnly").value_or(false);
  field.required = required;
  return field;
}

// `needed`: all enclosing groups are required, so a required member of this one is needed for polling.
void collect(const json::object& group, const std::string& path, bool needed, std::vector<SettingField>& fields) {
  const json::object* properties = json::object_at(group, "properties");
  if (properties == nullptr) return;
  for (const auto& member : *properties) {
    const json::object* schema = member.value().if_object();
    if (schema == nullptr) continue;
    const std::string at = member_path(path, member.key());
    const bool required = needed && is_required(group, member.key());
    if (json::text_at(*schema, "type") == "object")
      collect(*schema, at, required, fields);
    else
      fields.push_back(field_from(*schema, at, required));
  }
}

// Absent values keep polling from starting.
bool is_absent(const json::value* value) {
  return value == nullptr || value->is_null() || (value->is_string() && value->get_string().empty());
}

constexpr std::string_view object_of_texts = R"(expected a JSON object of texts such as {"High": "Urgent"})";

// The fault of text that must be a JSON object whose values are texts, out of `values` if given (in upper or lower case); nothing if it is
// valid.
std::optional<std::string> fault_of_object_text(std::string_view text, const std::vector<std::string>& values) {
  json::object object;
  try {
    object = json::parse_object(text, "it");
  } catch (const Error&) {
    return std::string(object_of_texts);
  }
  if (const auto twice = json::duplicate_member(text)) return "'" + *twice + "' is given twice";
  for (const auto& member : object) {
    const std::string key = text::clean_line(member.key(), 60).text;
    if (!member.value().is_string()) return std::string(object_of_texts) + ", but '" + key + "' is no text";
    const std::string value = text::fold(member.value().get_string());
    const bool is_one = values.empty() || std::any_of(values.begin(), values.end(), [&](const auto& v) { return text::fold(v) == value; });
    if (!is_one) return "the value of '" + key + "' must be one of " + joined(values);
  }
  return std::nullopt;
}

// The rules about a value that the schema cannot express.
std::optional<std::string> fault_of_format(const SettingField& field, const json::value* value) {
  if (is_absent(value) || !value->is_string()) return std::nullopt;
  const std::string_view text = value->get_string();
  if (field.format == "date-time" && !parse_time(text)) return "expected a time such as 2026-06-09T14:00:00Z";
  if (field.format == "json-object") return fault_of_object_text(text, field.values);
  return std::nullopt;
}

json::object without_required(const json::object& schema) {
  json::object out;
  for (const auto& member : schema) {
    if (member.key() == "required" && member.value().is_array()) continue;
    if (member.key() != "properties" || !member.value().is_object()) {
      out.emplace(member.key(), member.value());
      continue;
    }
    json::object properties;
    for (const auto& property : member.value().get_object())
      properties.emplace(property.key(),
                         property.value().is_object() ? json::value(without_required(property.value().get_object())) : property.value());
    out.emplace("properties", std::move(properties));
  }
  return out;
}

// null and empty text under a known key mean the same as no value.
json::object without_absent(const json::object& settings, const json::object& group) {
  const json::object* properties = json::object_at(group, "properties");
  json::object out;
  for (const auto& member : settings) {
    const json::object* schema = properties == nullptr ? nullptr : json::object_at(*properties, member.key());
    if (schema != nullptr && member.value().is_object())
      out.emplace(member.key(), without_absent(member.value().get_object(), *schema));
    else if (schema == nullptr || !is_absent(&member.value()))
      out.emplace(member.key(), member.value());
  }
  return out;
}

}  // namespace

std::vector<SettingField> setting_fields(const Manifest& manifest) {
  std::vector<SettingField> fields;
  collect(manifest.settings, {}, true, fields);
  return fields;
}

std::vector<std::string> missing_settings(const Manifest& manifest, const json::object& settings) {
  std::vector<std::string> missing;
  for (const SettingField& field : setting_fields(manifest))
    if (field.required && is_absent(setting_at(settings, field.path))) missing.push_back(field.path);
  return missing;
}

void validate_settings(const Manifest& manifest, const json::object& settings, bool complete) {
  const auto faults = schema_faults(without_required(manifest.settings), json::value(without_absent(settings, manifest.settings)));
  if (!faults.empty()) throw Error(Status::invalid, faults.front().path + ": " + faults.front().message, faults.front().path);
  for (const SettingField& field : setting_fields(manifest))
    if (const auto fault = fault_of_format(field, setting_at(settings, field.path)))
      throw Error(Status::invalid, field.path + ": " + *fault, field.path);
  if (!complete) return;
  const auto missing = missing_settings(manifest, settings);
  if (missing.empty()) return;
  throw Error(Status::invalid, "these settings are still missing: " + joined(missing), missing.front());
}

json::object with_defaults(const Manifest& manifest, json::object settings) {
  for (const SettingField& field : setting_fields(manifest))
    if (!field.default_value.is_null() && setting_at(settings, field.path) == nullptr)
      set_setting(settings, field.path, field.default_value);
  return settings;
}

const json::value* setting_at(const json::object& settings, std::string_view path) {
  const auto [key, rest] = split(path);
  const json::value* value = settings.if_contains(key);
  if (value == nullptr || rest.empty()) return value;
  const json::object* inner = value->if_object();
  return inner == nullptr ? nullptr : setting_at(*inner, rest);
}

void set_setting(json::object& settings, std::string_view path, json::value value) {
  const auto [key, rest] = split(path);
  if (rest.empty()) {
    settings[key] = std::move(value);
    return;
  }
  json::value& inner = settings[key];
  if (!inner.is_object()) inner = json::object();
  set_setting(inner.get_object(), rest, std::move(value));
}

}  // namespace picket::host
