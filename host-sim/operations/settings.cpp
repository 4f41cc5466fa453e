#include "host-sim/operations/settings.hpp"

#include <algorithm>

#include "host-sim/store/audit.hpp"
#include "sdk/common/text.hpp"
#include "sdk/host/settings.hpp"

namespace picket::operations {
namespace {

bool allows(const host::SettingField& field, std::string_view type) { return std::find(field.types.begin(), field.types.end(), type) != field.types.end(); }

const host::SettingField& find_field(const std::vector<host::SettingField>& fields, const std::string& path, const host::Manifest& manifest) {
  std::vector<std::string> paths;
  for (const host::SettingField& field : fields) {
    if (field.path == path) return field;
    paths.push_back(field.path);
  }
  std::string message = manifest.title + " has no setting \"" + path + "\"";
  const std::string near = text::nearest(path, paths);
  if (!near.empty()) {
    message += "; did you mean " + near + "?";
  } else {
    message += "; it has ";
    for (const std::string& p : paths) message += (p == paths.front() ? "" : ", ") + p;
  }
  throw Error(Status::invalid, message, path);
}

// Statuses and categories belong to a board; the one that goes with the setting narrows the names.
std::string board_for(const host::SettingField& field, const json::object& settings) {
  if (field.entity != "category") return {};
  const json::value* board = host::setting_at(settings, "boardId");
  return board != nullptr && board->is_string() ? std::string(board->get_string()) : std::string{};
}

json::value parse_value(HostContext& context, const Target& target, const host::SettingField& field, const std::string& text, const json::object& settings) {
  const auto refuse = [&](const std::string& expected) -> Error {
    return {Status::invalid, field.path + " is \"" + text::clean_line(text, 80).text + "\"; expected " + expected, field.path};
  };
  if (text.empty() || text == "null") {
    if (allows(field, "null") || !field.required) return nullptr;
    throw refuse(field.entity.empty() ? "a value" : "the id or name of a " + field.entity);
  }
  if (!field.entity.empty()) {
    try {
      return json::value(store::find_entity(context.db(), target.tenant.id, entity_kind(field.entity), text, board_for(field, settings)).id);
    } catch (const Error& e) {
      throw Error(e.status(), field.path + ": " + e.what(), field.path);
    }
  }
  if (allows(field, "boolean")) {
    if (text == "true") return true;
    if (text == "false") return false;
    throw refuse("true or false");
  }
  if (allows(field, "integer")) {
    const json::object wrapped{{"n", text}};
    const auto n = json::integer_at(wrapped, "n");
    if (!n) throw refuse("a whole number");
    return *n;
  }
  return json::value(text);
}

}  // namespace

store::EntityKind entity_kind(const std::string& word) {
  for (const auto kind : {store::EntityKind::client, store::EntityKind::board, store::EntityKind::status, store::EntityKind::priority, store::EntityKind::category})
    if (store::name_of(kind) == word) return kind;
  throw Error(Status::invalid, "the manifest's x-picket-entity \"" + word + "\" is none of client, board, status, priority, category");
}

std::vector<SettingValue> get_settings(HostContext& context, const Target& target) {
  std::vector<SettingValue> values;
  for (const host::SettingField& field : host::setting_fields(target.entry->manifest)) {
    SettingValue v;
    v.path = field.path;
    v.description = field.description;
    v.required = field.required;
    const json::value* stored = host::setting_at(target.connection.settings, field.path);
    v.is_default = stored == nullptr && !field.default_value.is_null();
    v.value = stored != nullptr ? *stored : field.default_value;
    if (!field.entity.empty() && v.value.is_string()) {
      const std::string id(v.value.get_string());
      for (const store::Entity& e : store::list_entities(context.db(), target.tenant.id, entity_kind(field.entity)))
        if (e.id == id) v.name = e.name;
      if (v.name.empty()) v.name = "(no longer exists)";
    }
    values.push_back(std::move(v));
  }
  return values;
}

std::vector<std::string> set_settings(HostContext& context, const Target& target, const std::vector<std::pair<std::string, std::string>>& values) {
  const host::Manifest& manifest = target.entry->manifest;
  const std::vector<host::SettingField> fields = host::setting_fields(manifest);
  json::object before;
  const json::object after =
      store::update_settings(context.db(), target.tenant.id, target.connection.integration_id, context.now(), [&](json::object& settings) {
        before = settings;
        const auto set_those = [&](bool boards) {
          for (const auto& [path, text] : values) {
            const host::SettingField& field = find_field(fields, path, manifest);
            if ((field.entity == "board") != boards) continue;
            if (field.read_only) throw Error(Status::invalid, path + " is set by \"picket connect\" only", path);
            host::set_setting(settings, path, parse_value(context, target, field, text, settings));
          }
        };
        set_those(true);  // boards first: they narrow the names of categories
        set_those(false);
        host::validate_settings(manifest, settings, false);
      });
  std::string changed;
  for (const auto& [path, text] : values) changed += (changed.empty() ? "" : ", ") + path;
  store::write_audit(context.db(), target.tenant.id, "settings.set", manifest.id, changed, context.now());
  // Other routing may make more findings eligible.
  if (before != after) store::request_sweep(context.db(), target.tenant.id, target.connection.integration_id, true, context.now());
  return host::missing_settings(manifest, after);
}

}  // namespace picket::operations
