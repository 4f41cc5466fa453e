#include "host-sim/operations/organizations.hpp"

#include "host-sim/store/audit.hpp"
#include "host-sim/store/leases.hpp"
#include "host-sim/store/mappings.hpp"

namespace picket::operations {

Target find_target(HostContext& context, const std::string& provider, const std::string& tenant) {
  Target target;
  target.entry = &context.registry().find(provider);
  target.tenant = store::find_tenant(context.db(), tenant);
  auto connection = store::find_connection(context.db(), target.tenant.id, provider);
  if (!connection)
    throw Error(Status::not_found, provider + " is not connected for the tenant " + target.tenant.name + "; run \"picket connect " +
                                       provider + " --tenant ...\" first");
  target.connection = std::move(*connection);
  return target;
}

OrganizationSync sync_organizations(HostContext& context, const Target& target, const OrganizationSyncOptions& options) {
  constexpr std::size_t page_size = 500;
  if (!target.connection.is_active)
    throw Error(Status::invalid,
                target.entry->manifest.id + " is disconnected for the tenant " + target.tenant.name + "; connect it again first");
  store::Database& db = context.db();
  const std::string& integration = target.connection.integration_id;
  store::Lease lease(db, context.clock(), target.tenant.id, integration, "a sync of the organizations");
  const host::Call call = make_call(context, &lease);
  ProviderRun run(context, run_spec(*target.entry, target.connection, options.connection, &lease), call);

  OrganizationSync result;
  std::vector<store::Organization> all;
  try {
    run.session().organizations(call, [&](std::string_view id, std::string_view name) {
      all.push_back({std::string(id), std::string(name)});
    });
  } catch (const Error& e) {
    throw Error(e.status(), reason_of(e, lease), e.field());
  }
  for (std::size_t begin = 0; begin < all.size(); begin += page_size) {
    const std::size_t size = std::min(page_size, all.size() - begin);
    const auto counts = store::upsert_organizations(db, target.tenant.id, integration, std::span(all).subspan(begin, size), context.now());
    result.created += counts.created;
    result.renamed += counts.renamed;
  }
  result.organizations = all.size();
  result.requests = run.requests_sent();
  std::size_t forgotten = 0;
  if (options.match)
    result.auto_matched = store::auto_match(db, target.tenant.id, integration, context.now());
  else
    forgotten = store::forget_auto_matches(db, target.tenant.id, integration, context.now());
  result.unmapped = store::list_mappings(db, target.tenant.id, integration, true).size();
  store::FencedTransaction transaction(db, &lease);
  store::set_full_sync(db, target.tenant.id, integration, context.now());
  if (!result.auto_matched.empty() || forgotten > 0) store::request_sweep(db, target.tenant.id, integration, context.now());
  transaction.commit();
  return result;
}

std::vector<store::OrganizationMapping> list_organizations(HostContext& context, const Target& target) {
  return store::list_mappings(context.db(), target.tenant.id, target.connection.integration_id);
}

namespace {

store::OrganizationMapping decided(HostContext& context, const Target& target, const char* action, store::OrganizationMapping mapping) {
  store::request_sweep(context.db(), target.tenant.id, target.connection.integration_id, context.now());
  store::write_audit(context.db(), target.tenant.id, action, target.entry->manifest.id + " organization " + mapping.external_id,
                     mapping.client_name, context.now());
  return mapping;
}

std::string external_id_of(HostContext& context, const Target& target, const std::string& organization) {
  return store::find_mapping(context.db(), target.tenant.id, target.connection.integration_id, organization).external_id;
}

}  // namespace

store::OrganizationMapping map_organization(HostContext& context, const Target& target, const std::string& organization,
                                            const std::string& client) {
  const std::string id = external_id_of(context, target, organization);
  const store::Entity found = store::find_entity(context.db(), target.tenant.id, store::EntityKind::client, client);
  if (found.inactive)
    throw Error(Status::invalid, "the client " + found.name + " is inactive; map the organization to an active one", "CLIENT");
  return decided(context, target, "orgs.map",
                 store::map_organization(context.db(), target.tenant.id, target.connection.integration_id, id, found.id, context.now()));
}

store::OrganizationMapping unmap_organization(HostContext& context, const Target& target, const std::string& organization) {
  const std::string id = external_id_of(context, target, organization);
  return decided(context, target, "orgs.unmap",
                 store::unmap_organization(context.db(), target.tenant.id, target.connection.integration_id, id, context.now()));
}

store::OrganizationMapping opt_organization(HostContext& context, const Target& target, const std::string& organization, bool in) {
  const std::string id = external_id_of(context, target, organization);
  return decided(context, target, in ? "orgs.opt-in" : "orgs.opt-out",
                 store::set_auto_create(context.db(), target.tenant.id, target.connection.integration_id, id, in, context.now()));
}

}  // namespace picket::operations
