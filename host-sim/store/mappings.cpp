#include "host-sim/store/mappings.hpp"

#include <map>

#include "host-sim/store/psa.hpp"
#include "host-sim/store/uuid.hpp"
#include "sdk/common/json.hpp"
#include "sdk/common/text.hpp"
#include "sdk/common/time_text.hpp"

namespace picket::store {
namespace {

constexpr std::string_view auto_matched = "auto_matched";
constexpr std::string_view unmapped_by_user = "unmapped_by_user";

constexpr std::string_view select_mappings =
    R"(SELECT m.mapping_id, m.external_organization_id, m.external_organization_name, m.client_id, c.client_name, c.is_inactive,
              m.auto_create_tickets, m.metadata, m.last_synced_at
       FROM rmm_organization_mappings m
       LEFT JOIN clients c ON c.tenant = m.tenant AND c.client_id = m.client_id
       WHERE m.tenant = ? AND m.integration_id = ?)";
constexpr std::size_t mapping_columns = 9;

json::object metadata_of(const Field& field) {
  return field ? json::parse_object(*field, "the metadata of an organization mapping") : json::object();
}

OrganizationMapping mapping_of(std::span<Field> row) {
  OrganizationMapping m;
  m.mapping_id = text_of(row[0]);
  m.external_id = text_of(row[1]);
  m.external_name = text_of(row[2]);
  m.client_id = text_of(row[3]);
  m.client_name = text_of(row[4]);
  m.client_inactive = bool_of(row[5]);
  m.auto_create_tickets = bool_of(row[6]);
  const auto metadata = metadata_of(row[7]);
  m.auto_matched = json::bool_at(metadata, auto_matched).value_or(false);
  m.unmapped_by_user = json::bool_at(metadata, unmapped_by_user).value_or(false);
  m.last_synced_at = time_of(row[8]);
  return m;
}

std::optional<OrganizationMapping> by_external_id(Database& db, std::string_view tenant, std::string_view integration_id,
                                                  std::string_view external_id) {
  std::optional<OrganizationMapping> found;
  const Param params[] = {tenant, integration_id, external_id};
  db.select(std::string(select_mappings) + " AND m.external_organization_id = ?", params, mapping_columns,
            [&](std::span<Field> row) { found = mapping_of(row); });
  return found;
}

OrganizationMapping require(Database& db, std::string_view tenant, std::string_view integration_id, std::string_view external_id) {
  auto found = by_external_id(db, tenant, integration_id, external_id);
  if (!found)
    throw Error(Status::not_found,
                "there is no organization " + std::string(external_id) + " in this connection; is the list of organizations up to date?",
                "organization");
  return std::move(*found);
}

// The mapping after change(mapping_id), in one transaction.
template <class Change>
OrganizationMapping changed(Database& db, std::string_view tenant, std::string_view integration_id, std::string_view external_id,
                            Change change) {
  Transaction transaction(db);
  change(require(db, tenant, integration_id, external_id).mapping_id);
  auto result = require(db, tenant, integration_id, external_id);
  transaction.commit();
  return result;
}

// Sets the client and records in the metadata who chose it, under the row's lock.
void write_client(Database& db, std::string_view tenant, std::string_view mapping_id, std::string_view client_id, bool by_name,
                  bool by_user, Time now) {
  db.execute(
      R"(UPDATE rmm_organization_mappings
         SET client_id = ?, default_contact_id = NULL, updated_at = ?
         WHERE tenant = ? AND mapping_id = ?)",
      {param_or_null(client_id), format_time(now), tenant, mapping_id});
  const auto row = db.query<1>("SELECT metadata FROM rmm_organization_mappings WHERE tenant = ? AND mapping_id = ?", {tenant, mapping_id});
  auto metadata = metadata_of(row.at(0)[0]);
  metadata.erase(auto_matched);
  metadata.erase(unmapped_by_user);
  if (by_name) metadata[auto_matched] = true;
  if (by_user && client_id.empty()) metadata[unmapped_by_user] = true;
  db.execute("UPDATE rmm_organization_mappings SET metadata = ? WHERE tenant = ? AND mapping_id = ?",
             {json::to_string(metadata), tenant, mapping_id});
}

}  // namespace

std::vector<OrganizationMapping> list_mappings(Database& db, std::string_view tenant, std::string_view integration_id, bool unmapped_only) {
  std::vector<OrganizationMapping> found;
  const Param params[] = {tenant, integration_id};
  db.select(std::string(select_mappings) + (unmapped_only ? " AND m.client_id IS NULL" : "") +
                " ORDER BY m.external_organization_name, m.external_organization_id",
            params, mapping_columns, [&](std::span<Field> row) { found.push_back(mapping_of(row)); });
  return found;
}

OrganizationMapping find_mapping(Database& db, std::string_view tenant, std::string_view integration_id, std::string_view id_or_name) {
  if (auto found = by_external_id(db, tenant, integration_id, id_or_name)) return std::move(*found);
  std::vector<OrganizationMapping> same;
  std::vector<std::string> names;
  for (auto& mapping : list_mappings(db, tenant, integration_id)) {
    names.push_back(mapping.external_name);
    if (text::fold(mapping.external_name) == text::fold(id_or_name)) same.push_back(std::move(mapping));
  }
  if (same.size() == 1) return std::move(same[0]);
  if (same.size() > 1) {
    std::string ids;
    for (const auto& mapping : same) ids += (ids.empty() ? "" : ", ") + mapping.external_id;
    throw Error(Status::invalid, "several organizations are named \"" + std::string(id_or_name) + "\"; use an id: " + ids, "organization");
  }
  const std::string meant = text::nearest(id_or_name, names);
  throw Error(Status::not_found,
              "there is no organization \"" + std::string(id_or_name) + "\" in this connection" +
                  (meant.empty() ? "; \"picket orgs list\" shows them, \"picket orgs sync\" reads new ones from the vendor"
                                 : "; did you mean \"" + meant + "\"?"),
              "organization");
}

OrganizationSyncCounts upsert_organizations(Database& db, std::string_view tenant, std::string_view integration_id,
                                            std::span<const Organization> page, Time now) {
  OrganizationSyncCounts counts;
  const std::string at = format_time(now);
  std::map<std::string_view, std::string_view> wanted;  // the last of a page's duplicates
  for (const auto& organization : page) wanted[organization.external_id] = organization.name;
  std::vector<std::string_view> ids;
  for (const auto& [id, name] : wanted) ids.push_back(id);
  Transaction transaction(db);
  std::map<std::string, std::string, std::less<>> known;
  const Param before[] = {tenant, integration_id};
  db.select_in(
      R"(SELECT external_organization_id, external_organization_name
         FROM rmm_organization_mappings
         WHERE tenant = ? AND integration_id = ? AND external_organization_id IN (?...))",
      before, ids, 2, [&](std::span<Field> row) { known.emplace(text_of(row[0]), text_of(row[1])); });
  std::vector<std::string> new_ids;
  std::vector<Param> rows;
  new_ids.reserve(wanted.size());
  std::vector<std::string_view> unchanged;
  for (const auto& [id, name] : wanted) {
    const auto found = known.find(id);
    if (found == known.end()) {
      const Param row[] = {tenant, new_ids.emplace_back(new_uuid()), integration_id, id, name, param_of(true), "{}", at, at, at};
      rows.insert(rows.end(), std::begin(row), std::end(row));
      ++counts.created;
    } else if (found->second != name) {
      db.execute(
          R"(UPDATE rmm_organization_mappings
             SET external_organization_name = ?, last_synced_at = ?, updated_at = ?
             WHERE tenant = ? AND integration_id = ? AND external_organization_id = ?)",
          {name, at, at, tenant, integration_id, id});
      ++counts.renamed;
    } else {
      unchanged.push_back(id);
    }
  }
  for (const auto id : unchanged)
    db.execute(
        R"(UPDATE rmm_organization_mappings
           SET last_synced_at = ?
           WHERE tenant = ? AND integration_id = ? AND external_organization_id = ?)",
        {at, tenant, integration_id, id});
  counts.unchanged = unchanged.size();
  // A poll may have added one of them in the meantime.
  db.insert_many("rmm_organization_mappings",
                 R"(tenant, mapping_id, integration_id, external_organization_id, external_organization_name, auto_create_tickets, metadata,
                    last_synced_at, created_at, updated_at)",
                 rows, "ON CONFLICT DO NOTHING");
  transaction.commit();
  return counts;
}

std::vector<OrganizationMapping> auto_match(Database& db, std::string_view tenant, std::string_view integration_id, Time now) {
  Transaction transaction(db);
  std::multimap<std::string, std::string> clients;  // key -> id
  for (const auto& client : list_entities(db, tenant, EntityKind::client))
    if (auto key = text::match_key(client.name); !client.inactive && !key.empty()) clients.emplace(std::move(key), client.id);
  std::vector<OrganizationMapping> matched;
  for (const auto& mapping : list_mappings(db, tenant, integration_id, true)) {
    const auto key = text::match_key(mapping.external_name);
    if (mapping.unmapped_by_user || key.empty() || clients.count(key) != 1) continue;
    write_client(db, tenant, mapping.mapping_id, clients.find(key)->second, true, false, now);
    matched.push_back(require(db, tenant, integration_id, mapping.external_id));
  }
  transaction.commit();
  return matched;
}

std::size_t forget_auto_matches(Database& db, std::string_view tenant, std::string_view integration_id, Time now) {
  Transaction transaction(db);
  std::size_t forgotten = 0;
  for (const auto& mapping : list_mappings(db, tenant, integration_id)) {
    if (!mapping.auto_matched || mapping.client_id.empty()) continue;
    write_client(db, tenant, mapping.mapping_id, "", false, false, now);
    ++forgotten;
  }
  transaction.commit();
  return forgotten;
}

OrganizationMapping map_organization(Database& db, std::string_view tenant, std::string_view integration_id, std::string_view external_id,
                                     std::string_view client_id, Time now) {
  return changed(db, tenant, integration_id, external_id, [&](const std::string& mapping_id) {
    if (!is_uuid(client_id) || db.query<1>("SELECT client_id FROM clients WHERE tenant = ? AND client_id = ?", {tenant, client_id}).empty())
      throw Error(Status::not_found, "there is no client " + std::string(client_id), "client");
    write_client(db, tenant, mapping_id, client_id, false, true, now);
  });
}

OrganizationMapping unmap_organization(Database& db, std::string_view tenant, std::string_view integration_id, std::string_view external_id,
                                       Time now) {
  return changed(db, tenant, integration_id, external_id,
                 [&](const std::string& mapping_id) { write_client(db, tenant, mapping_id, "", false, true, now); });
}

OrganizationMapping set_auto_create(Database& db, std::string_view tenant, std::string_view integration_id, std::string_view external_id,
                                    bool auto_create_tickets, Time now) {
  return changed(db, tenant, integration_id, external_id, [&](const std::string& mapping_id) {
    db.execute("UPDATE rmm_organization_mappings SET auto_create_tickets = ?, updated_at = ? WHERE tenant = ? AND mapping_id = ?",
               {param_of(auto_create_tickets), format_time(now), tenant, mapping_id});
  });
}

}  // namespace picket::store
