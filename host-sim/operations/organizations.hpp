// The vendor's organizations and the clients they belong to. Thread: one.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "host-sim/operations/host_context.hpp"
#include "host-sim/operations/provider_run.hpp"
#include "host-sim/store/connections.hpp"
#include "host-sim/store/mappings.hpp"
#include "host-sim/store/psa.hpp"

namespace picket::operations {

struct OrganizationSync {
  std::uint64_t organizations = 0;
  std::uint64_t created = 0;
  std::uint64_t renamed = 0;
  std::vector<store::OrganizationMapping> auto_matched;
  std::uint64_t unmapped = 0;
  std::uint64_t requests = 0;
};

// The registered provider, tenant and connection that a command names.
struct Target {
  const registry::Entry* entry = nullptr;
  store::Tenant tenant;
  store::Connection connection;
};
// Throws Error(not_found) that says what to do when one of them does not exist.
Target find_target(HostContext&, const std::string& provider, const std::string& tenant);

struct OrganizationSyncOptions {
  ConnectionSecrets connection;
  bool match = true;  // false: no organization is matched by name, and earlier matches by name are undone
};

// Reads all organizations from the vendor, refreshes names, matches unmapped ones with clients by name.
OrganizationSync sync_organizations(HostContext&, const Target&, const OrganizationSyncOptions& = {});

std::vector<store::OrganizationMapping> list_organizations(HostContext&, const Target&);

// What an administrator decides; the next poll looks at the whole open set again, so that findings which become eligible get their tickets.
store::OrganizationMapping map_organization(HostContext&, const Target&, const std::string& organization, const std::string& client);
store::OrganizationMapping unmap_organization(HostContext&, const Target&, const std::string& organization);
store::OrganizationMapping opt_organization(HostContext&, const Target&, const std::string& organization, bool in);

}  // namespace picket::operations
