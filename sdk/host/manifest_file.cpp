#include "sdk/host/manifest_file.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "sdk/common/byte_order_mark.hpp"
#include "sdk/common/json_duplicates.hpp"
#include "sdk/host/json_schema.hpp"
#include "sdk/host/settings.hpp"

namespace picket::host {
namespace {

constexpr std::string_view schema_name = "manifest.schema.json";

std::string read_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in) throw Error(Status::invalid, file.string() + ": cannot be read");
  return text;
}

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& field, const std::string& message) {
  throw Error(Status::invalid, file.string() + ": " + (field.empty() ? "" : field + ": ") + message, field);
}

std::vector<std::string> texts(const json::object& o, std::string_view key) {
  std::vector<std::string> out;
  for (const json::value& v : o.at(key).as_array()) out.emplace_back(v.as_string());
  return out;
}

std::uint32_t number(const json::object& o, std::string_view key) {
  return static_cast<std::uint32_t>(json::integer_at(o, key).value_or(0));
}

std::string text(const json::object& o, std::string_view key) { return std::string(o.at(key).as_string()); }

// `o` is valid by the schema.
Manifest manifest_from(const json::object& o) {
  Manifest m;
  m.id = text(o, "id");
  m.title = text(o, "title");
  m.description = text(o, "description");
  m.category = text(o, "category");
  m.requires_enterprise = o.at("requires_enterprise").as_bool();
  if (const json::value* replaces = o.if_contains("replaces_container")) m.replaces_container = replaces->as_bool();
  m.library = text(o, "library");
  m.abi_major = number(o.at("abi").as_object(), "major");
  m.abi_minor = number(o.at("abi").as_object(), "minor");
  m.capabilities = texts(o, "capabilities");
  const json::object& network = o.at("network").as_object();
  m.default_base_url = text(network, "default_base_url");
  m.base_url_env = json::text_at(network, "base_url_env").value_or("");
  m.verify_tls_env = json::text_at(network, "verify_tls_env").value_or("");
  m.transport_env = json::text_at(o, "sync_transport_env").value_or("");
  m.origins = texts(network, "origins");
  m.concurrency = number(network, "concurrency");
  const json::object& rate_limit = o.at("rate_limit").as_object();
  m.rate_limit_requests = number(rate_limit, "requests");
  m.rate_limit_window = std::chrono::seconds{number(rate_limit, "window_seconds")};
  for (const json::value& v : o.at("secrets").as_array()) {
    const json::object& secret = v.as_object();
    m.secrets.push_back({text(secret, "name"), text(secret, "vault"), text(secret, "title"), json::text_at(secret, "env").value_or("")});
  }
  if (const json::object* cursors = json::object_at(o, "cursors"))
    for (const auto& member : *cursors) m.cursors.emplace(member.key(), member.value().as_string());
  m.settings = o.at("settings").as_object();
  return m;
}

// In every group of settings "required" may name only members of "properties".
void check_required(const std::filesystem::path& file, const json::object& group, const std::string& path) {
  const json::object* properties = json::object_at(group, "properties");
  if (const json::array* required = json::array_at(group, "required"))
    for (const json::value& key : *required)
      if (properties == nullptr || !properties->contains(key.as_string()))
        refuse(file, path + ".required", "names '" + std::string(key.as_string()) + "', which is not among the properties");
  if (properties == nullptr) return;
  for (const auto& member : *properties)
    if (const json::object* inner = member.value().if_object())
      check_required(file, *inner, path + ".properties." + std::string(member.key()));
}

// The rules that the schema cannot express.
void check_meaning(const Manifest& m) {
  check_required(m.file, m.settings, "settings");
  const std::vector<SettingField> fields = setting_fields(m);
  for (const auto& [stream, key] : m.cursors)
    if (std::none_of(fields.begin(), fields.end(), [&k = key](const SettingField& f) { return f.path == k; }))
      refuse(m.file, "cursors." + stream, "names the setting '" + key + "', which does not exist");
  for (const SettingField& field : fields)
    for (const auto& [other, entity] : {std::pair(field.board, "board"), std::pair(field.parent, "category")})
      if (!other.empty() && std::none_of(fields.begin(), fields.end(),
                                         [&o = other, e = entity](const SettingField& f) { return f.path == o && f.entity == e; }))
        refuse(m.file, "settings", "'" + field.path + "' refers to the setting '" + other + "', which is no " + entity);
  for (const SettingField& field : fields) {
    if (field.default_value.is_null()) continue;
    json::object only;
    set_setting(only, field.path, field.default_value);
    try {
      validate_settings(m, only, false);
    } catch (const Error& e) {
      refuse(m.file, "settings", std::string("the default of ") + e.what());
    }
  }
}

json::object read_schema(const std::filesystem::path& schema) { return json::parse_object(read_file(schema), schema.string()); }

Manifest load(const std::filesystem::path& file, const json::object& schema) {
  const std::string content = read_file(file);
  const json::object document = json::parse_object(without_byte_order_mark(content), file.string());
  if (const auto twice = json::duplicate_member(without_byte_order_mark(content))) refuse(file, *twice, "is given twice");
  const auto faults = schema_faults(schema, json::value(document));
  if (!faults.empty()) refuse(file, faults.front().path, faults.front().message);
  Manifest manifest = manifest_from(document);
  manifest.file = file;
  check_meaning(manifest);
  return manifest;
}

}  // namespace

Manifest load_manifest(const std::filesystem::path& file, const std::filesystem::path& schema) { return load(file, read_schema(schema)); }

std::vector<Manifest> load_manifests(const std::filesystem::path& folder) {
  std::error_code error;
  const std::filesystem::directory_iterator entries(folder, error);
  if (error) throw Error(Status::invalid, folder.string() + ": cannot be read: " + error.message());
  const json::object schema = read_schema(folder / schema_name);
  std::vector<Manifest> manifests;
  for (const auto& entry : entries)
    if (entry.path().extension() == ".json" && entry.path().filename() != schema_name) manifests.push_back(load(entry.path(), schema));
  std::sort(manifests.begin(), manifests.end(), [](const Manifest& a, const Manifest& b) { return a.id < b.id; });
  const auto twin =
      std::adjacent_find(manifests.begin(), manifests.end(), [](const Manifest& a, const Manifest& b) { return a.id == b.id; });
  if (twin != manifests.end()) refuse(twin->file, "id", "'" + twin->id + "' is also the id in " + std::next(twin)->file.string());
  return manifests;
}

}  // namespace picket::host
