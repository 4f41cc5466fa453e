// A connection's settings by its manifest: the fields, their defaults, and what is missing or invalid.
// A path is dotted: "severityPriorityMap.low". Pure functions; any thread.
#pragma once
#include <string>
#include <vector>

#include "sdk/common/json.hpp"
#include "sdk/host/manifest.hpp"

namespace picket::host {

// One setting that is not an object, with its annotations.
struct SettingField {
  std::string path;
  std::string description;
  std::vector<std::string> types;          // JSON Schema's: "string", "integer", "number", "boolean", "null"
  std::string format;                      // "date-time", "json-object" (of texts), or empty
  std::vector<std::string> values;         // json-object: the texts allowed, in upper or lower case; empty = any
  std::string entity;                      // "priority", "board", "category", "client", "status": the value is such a row's id; or empty
  std::string board;                       // the setting that names the board this entity must be on (or on none); or empty
  std::string parent;                      // the setting that names the category this one must be a subcategory of; or empty
  std::vector<std::string> prefill_names;  // connecting fills an empty value with the entity of one of these names
  std::string env;                         // the environment key that can set it; or empty
  json::value default_value;               // null = none
  bool read_only = false;                  // set by the host itself, not by users
  bool required = false;                   // needed before polling starts
};

// In the manifest's order.
[[nodiscard]] std::vector<SettingField> setting_fields(const Manifest&);

// The required settings that are absent or null; polling may start when it is empty.
[[nodiscard]] std::vector<std::string> missing_settings(const Manifest&, const json::object& settings);

// Throws Error(invalid) with the path as its field: an unknown key (naming the nearest right one), a wrong type, a value out of range.
// complete = false allows required ones to be missing or null.
void validate_settings(const Manifest&, const json::object& settings, bool complete);

// The settings, with the manifest's defaults for absent keys.
[[nodiscard]] json::object with_defaults(const Manifest&, json::object settings);

// The value at a dotted path, or null if there is none; setting it also creates the objects on the way.
[[nodiscard]] const json::value* setting_at(const json::object& settings, std::string_view path);
void set_setting(json::object& settings, std::string_view path, json::value value);

}  // namespace picket::host
