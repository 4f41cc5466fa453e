#include "host-sim/cli/commands.hpp"
#include "host-sim/cli/secret_source.hpp"
#include "host-sim/operations/connect.hpp"
#include "host-sim/operations/organizations.hpp"
#include "host-sim/operations/settings.hpp"
#include "sdk/common/json.hpp"
#include "sdk/common/list.hpp"

namespace picket::cli {

namespace {

json::object mapping_json(const store::OrganizationMapping& m) {
  return {{"external_id", m.external_id},
          {"name", m.external_name},
          {"client_id", m.client_id.empty() ? json::value(nullptr) : json::value(m.client_id)},
          {"client", m.client_name.empty() ? json::value(nullptr) : json::value(m.client_name)},
          {"client_inactive", m.client_inactive},
          {"auto_create_tickets", m.auto_create_tickets},
          {"auto_matched", m.auto_matched}};
}

std::string mapping_state(const store::OrganizationMapping& m) {
  std::string state = m.client_id.empty() ? "unmapped: fallback client" : m.auto_matched ? "matched by name" : "mapped";
  if (m.client_inactive) state += ", client is inactive: fallback client";
  if (!m.auto_create_tickets) state = "opted out: no tickets";
  return state;
}

std::vector<std::string> mapping_row(const store::OrganizationMapping& m) {
  return {m.external_id, m.external_name, m.client_name.empty() ? "-" : m.client_name, mapping_state(m)};
}

json::object sync_json(const operations::OrganizationSync& sync) {
  json::array matched;
  for (const auto& m : sync.auto_matched) matched.push_back(mapping_json(m));
  return {{"organizations", sync.organizations},
          {"created", sync.created},
          {"renamed", sync.renamed},
          {"auto_matched", matched},
          {"unmapped", sync.unmapped}};
}

std::string sync_text(const operations::OrganizationSync& sync) {
  std::string text = std::to_string(sync.organizations) + " organizations, " + std::to_string(sync.created) + " new, " +
                     std::to_string(sync.auto_matched.size()) + " matched with a client by name, " + std::to_string(sync.unmapped) +
                     " unmapped\n";
  for (const auto& m : sync.auto_matched) text += "  " + m.external_name + " -> " + m.client_name + "\n";
  return text;
}

std::string missing_text(const std::string& provider, const std::vector<std::string>& missing) {
  if (missing.empty()) return "The set-up is complete: it can be polled.\n";
  return "Still missing before it can be polled: " + joined(missing) + "\n  picket settings set " + provider +
         " --tenant ... KEY=VALUE ...\n";
}

}  // namespace

std::pair<std::string, std::string> split_assignment(const std::string& text, const std::string& what) {
  const std::size_t at = text.find('=');
  if (at == std::string::npos || at == 0) throw Error(Status::invalid, "\"" + text.substr(0, 40) + "\" is not " + what, what);
  return {text.substr(0, at), text.substr(at + 1)};
}

int connect(HostContext& context, const Console& console, const ConnectArguments& arguments) {
  operations::ConnectRequest request;
  request.provider = arguments.provider;
  request.tenant = arguments.tenant;
  request.base_url = arguments.base_url;
  for (const std::string& secret : arguments.secrets) {
    const std::size_t at = secret.find('=');
    // Not quoted in the message: it may be the secret itself.
    if (at == std::string::npos || at == 0)
      throw Error(Status::invalid, "--secret must be NAME=env:VAR, NAME=file:PATH or NAME=-", "--secret");
    const std::string name = secret.substr(0, at);
    if (request.secrets.contains(name)) throw Error(Status::invalid, "the secret " + name + " is given twice", "--secret");
    request.secrets[name] = read_secret(name, secret.substr(at + 1));
  }
  const operations::ConnectResult result = operations::connect(context, request);
  json::object prefilled;
  std::string text = "Connected " + arguments.provider + " for " + result.tenant_name + ": " + result.account + "\n";
  for (const auto& [key, name] : result.prefilled) {
    prefilled[key] = name;
    text += "  " + key + " = " + name + " (filled in by name)\n";
  }
  text += sync_text(result.organizations) + missing_text(arguments.provider, result.missing);
  console.print({{"provider", arguments.provider},
                 {"tenant", result.tenant_name},
                 {"account", result.account},
                 {"prefilled", prefilled},
                 {"missing", boost::json::value_from(result.missing)},
                 {"organizations", sync_json(result.organizations)}},
                text);
  return done;
}

int disconnect(HostContext& context, const Console& console, const std::string& provider, const std::string& tenant) {
  operations::disconnect(context, provider, tenant);
  console.print({{"provider", provider}, {"tenant", tenant}, {"active", false}},
                "Disconnected " + provider + " for " + tenant + ": its secrets are deleted, its history stays\n");
  return done;
}

int settings_get(HostContext& context, const Console& console, const std::string& provider, const std::string& tenant,
                 const std::vector<std::string>& keys) {
  const operations::Target target = operations::find_target(context, provider, tenant);
  json::object document;
  std::vector<std::vector<std::string>> rows{{"KEY", "VALUE", "", "WHAT IT IS"}};
  std::vector<std::string> unknown = keys;
  for (const operations::SettingValue& v : operations::get_settings(context, target)) {
    if (!keys.empty() && std::find(keys.begin(), keys.end(), v.path) == keys.end()) continue;
    std::erase(unknown, v.path);
    document[v.path] = v.value;
    std::string shown = v.value.is_null()     ? (v.required ? "(missing)" : "-")
                        : v.value.is_string() ? std::string(v.value.get_string())
                                              : boost::json::serialize(v.value);
    rows.push_back({v.path, shown, !v.name.empty() ? v.name : v.is_default ? "(default)" : "", v.description});
  }
  if (!unknown.empty()) throw Error(Status::invalid, provider + " has no setting \"" + unknown.front() + "\"", unknown.front());
  console.print({{"provider", provider}, {"tenant", target.tenant.name}, {"settings", document}}, table(rows));
  return done;
}

int settings_set(HostContext& context, const Console& console, const std::string& provider, const std::string& tenant,
                 const std::vector<std::string>& assignments) {
  std::vector<std::pair<std::string, std::string>> values;
  for (const std::string& assignment : assignments) values.push_back(split_assignment(assignment, "KEY=VALUE"));
  const operations::Target target = operations::find_target(context, provider, tenant);
  const std::vector<std::string> missing = operations::set_settings(context, target, values);
  console.print(
      {{"provider", provider}, {"tenant", target.tenant.name}, {"missing", boost::json::value_from(missing)}},
      "Set " + std::to_string(values.size()) + (values.size() == 1 ? " setting\n" : " settings\n") + missing_text(provider, missing));
  return done;
}

int orgs_list(HostContext& context, const Console& console, const std::string& provider, const std::string& tenant) {
  const operations::Target target = operations::find_target(context, provider, tenant);
  json::array list;
  std::vector<std::vector<std::string>> rows{{"ORG", "NAME", "CLIENT", "STATE"}};
  for (const auto& m : operations::list_organizations(context, target)) {
    list.push_back(mapping_json(m));
    rows.push_back(mapping_row(m));
  }
  console.print({{"provider", provider}, {"tenant", target.tenant.name}, {"organizations", list}}, table(rows));
  return done;
}

int orgs_sync(HostContext& context, const Console& console, const std::string& provider, const std::string& tenant) {
  const operations::OrganizationSync sync = operations::sync_organizations(context, operations::find_target(context, provider, tenant));
  console.print(sync_json(sync), sync_text(sync));
  return done;
}

int orgs_change(HostContext& context, const Console& console, OrganizationAction action, const std::string& provider,
                const std::string& tenant, const std::string& organization, const std::string& client) {
  const operations::Target target = operations::find_target(context, provider, tenant);
  store::OrganizationMapping after;
  switch (action) {
    case OrganizationAction::map: after = operations::map_organization(context, target, organization, client); break;
    case OrganizationAction::unmap: after = operations::unmap_organization(context, target, organization); break;
    case OrganizationAction::opt_out: after = operations::opt_organization(context, target, organization, false); break;
    case OrganizationAction::opt_in: after = operations::opt_organization(context, target, organization, true); break;
  }
  console.print(mapping_json(after), table({mapping_row(after)}) + "The next poll looks at all open findings again.\n");
  return done;
}

}  // namespace picket::cli
