#include "host-sim/operations/settings.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "host-sim/store/audit.hpp"
#include "sdk/common/list.hpp"
#include "sdk/common/text.hpp"
#include "sdk/common/time_text.hpp"
#include "sdk/host/settings.hpp"

namespace picket::operations {
namespace {

bool allows(const host::SettingField& field, std::string_view type) { return contains(field.types, type); }

const host::SettingField& find_field(const std::vector<host::SettingField>& fields, const std::string& path,
                                     const host::Manifest& manifest) {
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
    message += "; it has " + joined(paths);
  }
  throw Error(Status::invalid, message, path);
}

std::string text_setting(const json::object& settings, const std::string& path) {
  const json::value* value = path.empty() ? nullptr : host::setting_at(settings, path);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string{};
}

json::value parse_value(HostContext& context, const Target& target, const host::SettingField& field, const std::string& text,
                        const json::object& settings) {
  const auto refuse = [&](const std::string& expected) -> Error {
    return {Status::invalid, field.path + " is \"" + text::clean_line(text, 80).text + "\"; expected " + expected, field.path};
  };
  if (text.empty() || text == "null") {
    if (allows(field, "null") || !field.required) return nullptr;
    throw refuse(field.entity.empty() ? "a value" : "the id or name of a " + field.entity);
  }
  if (!field.entity.empty()) {
    try {
      const store::Entity found = store::find_entity(context.db(), target.tenant.id, entity_kind(field.entity), text,
                                                     text_setting(settings, field.board), text_setting(settings, field.parent));
      if (found.inactive) throw Error(Status::invalid, "the " + field.entity + " " + found.name + " is inactive");
      return json::value(found.id);
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
  if (allows(field, "number")) {
    const json::object wrapped{{"n", text}};
    if (const auto whole = json::integer_at(wrapped, "n")) return *whole;
    double n = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(n)) throw refuse("a number");
    return n;
  }
  return json::value(text);
}

// What depends on a changed setting must still fit it.
void check_consistency(HostContext& context, const std::string& tenant, const std::vector<host::SettingField>& fields,
                       const json::object& settings, const std::vector<std::string>& changed) {
  const auto is_changed = [&](const std::string& path) { return contains(changed, path); };
  const auto refuse = [](const host::SettingField& field, const std::string& reason) {
    throw Error(Status::invalid, field.path + " " + reason + "; set both, or clear it: " + field.path + "=", field.path);
  };
  for (const host::SettingField& field : fields) {
    const std::string id = text_setting(settings, field.path);
    if (id.empty() || (!is_changed(field.path) && !is_changed(field.board) && !is_changed(field.parent))) continue;
    if (field.board.empty() && field.parent.empty()) continue;
    const std::vector<store::Entity> entities = store::list_entities(context.db(), tenant, entity_kind(field.entity));
    const auto entity = std::find_if(entities.begin(), entities.end(), [&](const store::Entity& e) { return e.id == id; });
    if (entity == entities.end()) continue;  // deleted in the PSA; it shows as such
    const std::string name = "(" + entity->name + ")";
    if (const std::string board = text_setting(settings, field.board);
        !board.empty() && !entity->board_id.empty() && entity->board_id != board)
      refuse(field, name + " belongs to another board than " + field.board);
    if (!field.parent.empty() && (entity->parent_id.empty() || entity->parent_id != text_setting(settings, field.parent)))
      refuse(field, name + " is no subcategory of " + field.parent);
  }
}

// A cursor in the future would hide all findings until then.
void check_cursors(HostContext& context, const host::Manifest& manifest, const json::object& settings,
                   const std::vector<std::string>& changed) {
  for (const auto& [stream, path] : manifest.cursors) {
    if (std::find(changed.begin(), changed.end(), path) == changed.end()) continue;
    const auto at = parse_time(text_setting(settings, path));
    if (at && *at > context.now()) throw Error(Status::invalid, path + ": expected a time that is not in the future", path);
  }
}

}  // namespace

store::EntityKind entity_kind(const std::string& word) {
  for (const auto kind : {store::EntityKind::client, store::EntityKind::board, store::EntityKind::status, store::EntityKind::priority,
                          store::EntityKind::category})
    if (store::name_of(kind) == word) return kind;
  throw Error(Status::invalid, "the manifest's x-picket-entity \"" + word + "\" is none of client, board, status, priority, category");
}

json::object usable_settings(HostContext& context, const host::Manifest& manifest, const std::string& tenant, json::object settings) {
  for (const host::SettingField& field : host::setting_fields(manifest)) {
    const std::string id = field.entity.empty() ? std::string{} : text_setting(settings, field.path);
    if (id.empty()) continue;
    const std::vector<store::Entity> entities = store::list_entities(context.db(), tenant, entity_kind(field.entity));
    const auto found = std::find_if(entities.begin(), entities.end(), [&](const store::Entity& e) { return e.id == id; });
    if (found != entities.end() && !found->inactive) continue;
    const std::string what = "the setting " + field.path + " names a " + field.entity + " that " +
                             (found == entities.end() ? "no longer exists" : "is inactive");
    context.log().write(PICKET_LOG_WARNING, what + (field.required ? "; findings that need it fail until it is set again"
                                                                   : "; tickets are opened without it until it is set again"));
    if (!field.required) host::set_setting(settings, field.path, nullptr);
  }
  return settings;
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

std::vector<std::string> set_settings(HostContext& context, const Target& target,
                                      const std::vector<std::pair<std::string, std::string>>& values) {
  const host::Manifest& manifest = target.entry->manifest;
  const std::vector<host::SettingField> fields = host::setting_fields(manifest);
  json::object before;
  const json::object after =
      store::update_settings(context.db(), target.tenant.id, target.connection.integration_id, context.now(), [&](json::object& settings) {
        before = settings;
        // Boards first, subcategories last: they narrow one another's names.
        const auto rank_of = [](const host::SettingField& field) { return field.entity == "board" ? 0 : field.parent.empty() ? 1 : 2; };
        std::vector<std::string> changed;
        for (int rank = 0; rank <= 2; ++rank)
          for (const auto& [path, text] : values) {
            const host::SettingField& field = find_field(fields, path, manifest);
            if (rank_of(field) != rank) continue;
            if (field.read_only) throw Error(Status::invalid, path + " is set by \"picket connect\" only", path);
            host::set_setting(settings, path, parse_value(context, target, field, text, settings));
            changed.push_back(path);
          }
        host::validate_settings(manifest, settings, false);
        check_consistency(context, target.tenant.id, fields, settings, changed);
        check_cursors(context, manifest, settings, changed);
      });
  std::string changed;
  for (const auto& [path, text] : values) changed += (changed.empty() ? "" : ", ") + path;
  store::write_audit(context.db(), target.tenant.id, "settings.set", manifest.id, changed, context.now());
  // New routing may make more findings eligible.
  if (before != after) store::request_sweep(context.db(), target.tenant.id, target.connection.integration_id, context.now());
  return host::missing_settings(manifest, after);
}

}  // namespace picket::operations
