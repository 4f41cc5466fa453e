#include "host-sim/operations/connect.hpp"

#include "host-sim/config/network.hpp"
#include "host-sim/operations/provider_run.hpp"
#include "host-sim/operations/settings.hpp"
#include "host-sim/store/audit.hpp"
#include "host-sim/store/connections.hpp"
#include "host-sim/store/psa.hpp"
#include "sdk/common/json.hpp"
#include "sdk/common/text.hpp"
#include "sdk/host/settings.hpp"

namespace picket::operations {
namespace {

void check_secret_names(const host::Manifest& manifest, const std::map<std::string, std::string>& given) {
  std::vector<std::string> known;
  for (const host::SecretField& field : manifest.secrets) known.push_back(field.name);
  for (const auto& [name, value] : given)
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      const std::string near = text::nearest(name, known);
      throw Error(Status::invalid,
                  manifest.title + " has no secret \"" + name + "\"" + (near.empty() ? "" : "; did you mean " + near + "?"), "--secret");
    }
  for (const host::SecretField& field : manifest.secrets)
    if (!given.contains(field.name) || given.at(field.name).empty())
      throw Error(
          Status::invalid,
          "the secret " + field.name + " (" + field.title + ") is missing; give it by --secret " + field.name + "=env:VAR, file:PATH or -",
          "--secret");
}

std::string base_url_of(const ConnectRequest& request, const host::Manifest& manifest, const std::optional<store::Connection>& before) {
  std::string url = !request.base_url.empty() ? request.base_url : before ? before->instance_url : manifest.default_base_url;
  while (url.ends_with('/')) url.pop_back();
  config::origin_of_base_url(url, "--base-url");
  return url;
}

// Fills settings that are empty and have an entity of one of the manifest's names.
std::map<std::string, std::string> prefill(HostContext& context, const host::Manifest& manifest, const std::string& tenant,
                                           const std::string& integration) {
  std::map<std::string, std::string> filled;
  store::update_settings(context.db(), tenant, integration, context.now(), [&](boost::json::object& settings) {
    for (const host::SettingField& field : host::setting_fields(manifest)) {
      if (field.prefill_names.empty() || field.entity.empty()) continue;
      const json::value* current = host::setting_at(settings, field.path);
      if (current != nullptr && !current->is_null()) continue;
      const std::vector<store::Entity> entities = store::list_entities(context.db(), tenant, entity_kind(field.entity));
      for (const std::string& name : field.prefill_names) {
        const auto found =
            std::find_if(entities.begin(), entities.end(), [&](const store::Entity& e) { return text::fold(e.name) == text::fold(name); });
        if (found == entities.end()) continue;
        host::set_setting(settings, field.path, json::value(found->id));
        filled[field.path] = found->name;
        break;
      }
    }
  });
  return filled;
}

}  // namespace

json::object account_settings(HostContext& context, const host::Manifest& manifest, const json::object& account) {
  json::object known;
  const std::vector<host::SettingField> fields = host::setting_fields(manifest);
  for (const auto& [key, value] : account) {
    const std::string path(key);
    if (std::any_of(fields.begin(), fields.end(), [&](const host::SettingField& f) { return f.read_only && f.path == path; }))
      known.emplace(key, value);
    else
      context.log().write(PICKET_LOG_WARNING, manifest.id + ": the account's \"" + text::clean_line(path, 80).text +
                                                  "\" is no read-only setting of the manifest; it is ignored");
  }
  host::validate_settings(manifest, known, false);
  return known;
}

ConnectResult connect(HostContext& context, const ConnectRequest& request) {
  const registry::Entry& entry = context.registry().find(request.provider);
  const host::Manifest& manifest = entry.manifest;
  const store::Tenant tenant = store::find_tenant(context.db(), request.tenant);
  check_secret_names(manifest, request.secrets);
  const auto before = store::find_connection(context.db(), tenant.id, manifest.id);
  const std::string base_url = base_url_of(request, manifest, before);
  if (base_url.starts_with("http:") && !config::is_loopback(base_url)) {
    if (!context.options().allow_plain_http)
      throw Error(Status::invalid,
                  "the base URL " + base_url +
                      " is not encrypted: the credentials would travel in clear text; use https, or set "
                      "PICKET_ALLOW_PLAIN_HTTP=1 if that is really meant",
                  "--base-url");
    context.log().write(PICKET_LOG_WARNING, "the base URL " + base_url + " is not encrypted: the credentials travel in clear text");
  }

  GivenSecrets given(request.secrets);
  json::object account;
  {
    const host::Call call = make_call(context);
    RunSpec spec{.entry = &entry, .tenant = tenant.id, .base_url = base_url, .secrets = &given};
    if (before) spec.integration_id = before->integration_id;
    ProviderRun run(context, spec, call);
    account = account_settings(context, manifest, json::parse_object(run.session().check(call), "the account"));
  }

  for (const host::SecretField& field : manifest.secrets) context.make_vault().put(tenant.id, field.vault, request.secrets.at(field.name));
  const store::Connection connection = store::upsert_connection(context.db(), tenant.id, manifest.id, base_url, account, context.now());

  ConnectResult result;
  result.tenant_name = tenant.name;
  for (const auto& [key, value] : account)
    if (result.account.empty() && value.is_string()) result.account = value.get_string();
  result.prefilled = prefill(context, manifest, tenant.id, connection.integration_id);
  store::write_audit(context.db(), tenant.id, "connect", manifest.id, base_url, context.now());

  const Target target = find_target(context, manifest.id, tenant.id);
  result.missing = host::missing_settings(manifest, target.connection.settings);
  try {
    result.organizations = sync_organizations(context, target);
  } catch (const Error& e) {
    throw Error(e.status(), manifest.title + " is connected, but its organizations could not be read: " + e.what() +
                                "; run \"picket orgs sync " + manifest.id + " --tenant ...\" later");
  }
  return result;
}

void disconnect(HostContext& context, const std::string& provider, const std::string& tenant) {
  const Target target = find_target(context, provider, tenant);
  store::deactivate_connection(context.db(), target.tenant.id, target.connection.integration_id, context.now());
  store::revoke_lease(context.db(), target.tenant.id, target.connection.integration_id);  // a poll that is running writes nothing more
  for (const host::SecretField& field : target.entry->manifest.secrets) context.make_vault().erase(target.tenant.id, field.vault);
  store::write_audit(context.db(), target.tenant.id, "disconnect", provider, "", context.now());
}

}  // namespace picket::operations
