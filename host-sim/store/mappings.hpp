// Which vendor organization belongs to which client: rmm_organization_mappings for the commands and the organization sync. (Providers read
// it through host::Storage.) Thread: that of the Database.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host-sim/store/database.hpp"

namespace picket::store {

struct OrganizationMapping {
  std::string mapping_id;
  std::string external_id;
  std::string external_name;
  std::string client_id;  // empty = unmapped
  std::string client_name;
  bool client_inactive = false;
  bool auto_create_tickets = true;
  bool auto_matched = false;      // by name, not by a user
  bool unmapped_by_user = false;  // a user took the client away; matching by name does not bring it back
  std::optional<Time> last_synced_at;
};

// Sorted by name; `unmapped_only`: those that have no client.
std::vector<OrganizationMapping> list_mappings(Database& db, std::string_view tenant, std::string_view integration_id,
                                               bool unmapped_only = false);

// By the vendor's id or by name, ignoring case. Throws Error(not_found), or Error(invalid) for an ambiguous name.
OrganizationMapping find_mapping(Database& db, std::string_view tenant, std::string_view integration_id, std::string_view id_or_name);

struct Organization {
  std::string external_id;
  std::string name;
};
struct OrganizationSyncCounts {
  std::uint64_t created = 0;
  std::uint64_t renamed = 0;
  std::uint64_t unchanged = 0;
};
// Stores a page of the vendor's organizations in one transaction: unknown ones are added without a client, known ones get their new name.
OrganizationSyncCounts upsert_organizations(Database& db, std::string_view tenant, std::string_view integration_id,
                                            std::span<const Organization> page, Time now);

// Gives every organization without a client the one active client whose name differs only in case, punctuation and white space; none if
// several match, or if a user unmapped it. Returns the mappings made.
std::vector<OrganizationMapping> auto_match(Database& db, std::string_view tenant, std::string_view integration_id, Time now);

// Takes the client away from every organization that was matched by name; what users decided stays. Returns how many.
std::size_t forget_auto_matches(Database& db, std::string_view tenant, std::string_view integration_id, Time now);

// A user's decisions. Each throws Error(not_found) if there is no such organization or client, and returns the new mapping.
OrganizationMapping map_organization(Database& db, std::string_view tenant, std::string_view integration_id, std::string_view external_id,
                                     std::string_view client_id, Time now);
OrganizationMapping unmap_organization(Database& db, std::string_view tenant, std::string_view integration_id, std::string_view external_id,
                                       Time now);
OrganizationMapping set_auto_create(Database& db, std::string_view tenant, std::string_view integration_id, std::string_view external_id,
                                    bool auto_create_tickets, Time now);

}  // namespace picket::store
