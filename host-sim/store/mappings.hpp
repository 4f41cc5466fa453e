// Which vendor organization belongs to which client: rmm_organization_mappings as people and the organization sync see it. (Providers read
// it through the PSA.) Thread: that of the Database.
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
  bool auto_matched = false;      // by name, not by a person
  bool unmapped_by_user = false;  // a person took the client away: names do not bring it back
  std::optional<Time> last_synced_at;
};

// By name; `unmapped_only`: those that have no client.
std::vector<OrganizationMapping> list_mappings(Database& db, std::string_view tenant, std::string_view integration_id,
                                               bool unmapped_only = false);

// One, by the vendor's id or by its name (without regard to case); Error(not_found) / Error(invalid, ambiguous).
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
// A page of the vendor's organizations: unknown ones are added without a client, known ones get their name refreshed. One transaction.
OrganizationSyncCounts upsert_organizations(Database& db, std::string_view tenant, std::string_view integration_id,
                                            std::span<const Organization> page, Time now);

// Gives every organization without a client the one active client whose name is the same but for case, punctuation and white space; none
// if several are, or if a person unmapped it. Returns the mappings made.
std::vector<OrganizationMapping> auto_match(Database& db, std::string_view tenant, std::string_view integration_id, Time now);

// Takes the client away from every organization that was matched by name; what people decided stays. Returns how many.
std::size_t forget_auto_matches(Database& db, std::string_view tenant, std::string_view integration_id, Time now);

// What a person decides. Error(not_found) if there is no such organization or client. They return the mapping afterwards.
OrganizationMapping map_organization(Database& db, std::string_view tenant, std::string_view integration_id, std::string_view external_id,
                                     std::string_view client_id, Time now);
OrganizationMapping unmap_organization(Database& db, std::string_view tenant, std::string_view integration_id, std::string_view external_id,
                                       Time now);
OrganizationMapping set_auto_create(Database& db, std::string_view tenant, std::string_view integration_id, std::string_view external_id,
                                    bool auto_create_tickets, Time now);

}  // namespace picket::store
