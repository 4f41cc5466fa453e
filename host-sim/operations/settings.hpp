// A connection's settings as users read and write them: by key, with names where ids are stored. Thread: one.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "host-sim/operations/organizations.hpp"
#include "host-sim/store/psa.hpp"
#include "sdk/common/json.hpp"

namespace picket::operations {

// The kind of PSA row that a manifest's "x-picket-entity" names. Throws Error(invalid) for any other word.
store::EntityKind entity_kind(const std::string& word);

struct SettingValue {
  std::string path;
  json::value value;  // as stored, or the default
  bool is_default = false;
  std::string name;  // of the entity, where the value is an id
  std::string description;
  bool required = false;
};

std::vector<SettingValue> get_settings(HostContext&, const Target&);

// The settings without optional references to rows that no longer exist. A required reference stays, so that only the findings that need it
// fail. Both are logged.
json::object usable_settings(HostContext&, const host::Manifest&, const std::string& tenant, json::object settings);

// Sets all or none. Throws Error(invalid) that names the key and what was expected: an unknown key, a wrong type, a name that does not
// exist. An empty value or "null" clears a key that may be empty. Returns the settings that polling still lacks.
std::vector<std::string> set_settings(HostContext&, const Target&, const std::vector<std::pair<std::string, std::string>>& values);

}  // namespace picket::operations
