#include "host-sim/operations/environment_keys.hpp"

#include "host-sim/config/known_keys.hpp"
#include "host-sim/config/psa_kinds.hpp"
#include "host-sim/config/runtime_keys.hpp"
#include "host-sim/config/transport.hpp"
#include "sdk/host/settings.hpp"

namespace picket::operations {
namespace {

EnvironmentKeys keys_of_psa(const psa::PsaKind& kind) {
  EnvironmentKeys group{std::string(kind.id), std::string(kind.title), {}};
  for (const psa::PsaKey& key : kind.keys)
    group.keys.push_back({std::string(key.name), std::string(key.default_value), std::string(key.description), key.required});
  return group;
}

std::string default_text(const json::value& value) {
  if (value.is_null()) return {};
  return value.is_string() ? std::string(value.get_string()) : json::to_string(value);
}

EnvironmentKeys keys_of_provider(const host::Manifest& manifest) {
  EnvironmentKeys group{manifest.id, manifest.title, {}};
  const auto add = [&](EnvironmentKey key) {
    if (!key.name.empty() && !config::is_runtime_key(key.name)) group.keys.push_back(std::move(key));
  };
  // A vendor without an origin of its own is a different machine for everybody, so its default address is only a pattern.
  const bool is_fixed = !manifest.origins.empty();
  add({manifest.base_url_env, is_fixed ? manifest.default_base_url : "", "The address of the vendor's API.", !is_fixed});
  for (const host::SecretField& field : manifest.secrets) add({field.env, "", field.title + ".", true});
  add({manifest.verify_tls_env, "true", "Whether the vendor's certificate is checked.", false});
  add({manifest.transport_env, "", "How its polls are carried out, before " + std::string(config::transport_key) + " says it.", false});
  for (const host::SettingField& field : host::setting_fields(manifest))
    add({field.env, default_text(field.default_value), field.description, false});
  return group;
}

EnvironmentKeys keys_of_picket() {
  EnvironmentKeys group{"picket", "Picket", {}};
  for (const config::RuntimeKey& key : config::runtime_keys())
    group.keys.push_back({std::string(key.name), std::string(key.default_value), std::string(key.description), false});
  return group;
}

}  // namespace

std::vector<EnvironmentKeys> environment_keys(HostContext& context) {
  std::vector<EnvironmentKeys> groups;
  for (const psa::PsaKind& kind : config::psa_kinds()) groups.push_back(keys_of_psa(kind));
  for (const registry::Entry& entry : context.registry().entries()) groups.push_back(keys_of_provider(entry.manifest));
  groups.push_back(keys_of_picket());
  return groups;
}

}  // namespace picket::operations
