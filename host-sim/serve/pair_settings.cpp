#include "host-sim/serve/pair_settings.hpp"

#include <algorithm>

#include "sdk/common/list.hpp"
#include "sdk/common/text.hpp"
#include "sdk/host/settings.hpp"

namespace picket::serve {
namespace {

void erase_setting(json::object& settings, std::string_view path) {
  const auto dot = path.find('.');
  const auto member = settings.find(path.substr(0, dot));
  if (member == settings.end()) return;
  if (dot == std::string_view::npos)
    settings.erase(member);
  else if (json::object* inner = member->value().if_object())
    erase_setting(*inner, path.substr(dot + 1));
}

void set_or_erase(json::object& settings, const std::string& path, const std::string& id) {
  if (id.empty())
    erase_setting(settings, path);
  else
    host::set_setting(settings, path, json::value(id));
}

// The first of the manifest's names that a priority has.
std::string by_name(const std::vector<std::string>& names, const std::vector<store::Entity>& entities) {
  for (const std::string& name : names)
    for (const store::Entity& e : entities)
      if (!e.inactive && text::fold(e.name) == text::fold(name)) return e.id;
  return {};
}

void set_by_psa(json::object& settings, const host::SettingField& field, const PsaFacts& psa) {
  const psa::PsaDefaults& d = psa.defaults;
  if (field.entity == "board" && field.required) set_or_erase(settings, field.path, d.board_id);
  if (field.entity == "client" && (field.required || field.path == "defaultClientId")) set_or_erase(settings, field.path, d.client_id);
  if (field.entity == "category" && field.path == "categoryId") set_or_erase(settings, field.path, d.category_id);
  if (field.entity == "status" && field.path == "closedStatusId") set_or_erase(settings, field.path, d.closed_status_id);
  if (field.entity == "priority")
    set_or_erase(settings, field.path, !d.priority_id.empty() ? d.priority_id : by_name(field.prefill_names, psa.priorities));
}

}  // namespace

json::object pair_settings(const host::Manifest& manifest, json::object stored, const json::object& configured,
                           const std::optional<PsaFacts>& psa) {
  for (const host::SettingField& field : host::setting_fields(manifest)) {
    const bool is_cursor =
        std::any_of(manifest.cursors.begin(), manifest.cursors.end(), [&](const auto& cursor) { return cursor.second == field.path; });
    const json::value* value = field.env.empty() ? nullptr : host::setting_at(configured, field.path);
    if (is_cursor || (field.read_only && value == nullptr)) continue;
    if (value != nullptr)
      host::set_setting(stored, field.path, *value);
    else if (!field.entity.empty() && psa)
      set_by_psa(stored, field, *psa);
    else if (field.entity.empty() && !field.env.empty())
      erase_setting(stored, field.path);
  }
  return stored;
}

std::string words_for_missing(const host::Manifest& manifest, const std::vector<std::string>& paths, const std::string& psa) {
  const std::vector<host::SettingField> fields = host::setting_fields(manifest);
  const bool needs_priority = std::any_of(fields.begin(), fields.end(), [&](const host::SettingField& field) {
    return field.entity == "priority" && contains(paths, field.path);
  });
  return "nothing gives these settings a value: " + joined(paths) +
         (needs_priority ? "; " + psa + " has no priorities of the usual names, so choose a default priority by its key" : "");
}

}  // namespace picket::serve
