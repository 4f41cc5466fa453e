#include "host-sim/store/schema_versions.hpp"

#include <array>
#include <span>
#include <string_view>

#include "host-sim/store/schema.hpp"

namespace picket::store {
namespace {

// A primary key begins with the tenant, every other index ends with it. Without statistics on a new table, a planner takes any index that
// begins with the tenant for as good as the right one, and then reads all of the tenant's rows.
constexpr std::string_view version_1[] = {
    // ---- the PSA's own data
    R"(CREATE TABLE tenants (
  tenant {uuid} NOT NULL, name text NOT NULL,
  PRIMARY KEY (tenant)))",
    R"(CREATE TABLE clients (
  tenant {uuid} NOT NULL, client_id {uuid} NOT NULL, client_name text NOT NULL, is_inactive {bool} NOT NULL DEFAULT false,
  PRIMARY KEY (tenant, client_id),
  FOREIGN KEY (tenant) REFERENCES tenants))",
    R"(CREATE TABLE contacts (
  tenant {uuid} NOT NULL, contact_name_id {uuid} NOT NULL, client_id {uuid} NOT NULL, full_name text NOT NULL, email text NOT NULL,
  is_primary {bool} NOT NULL DEFAULT false,
  PRIMARY KEY (tenant, contact_name_id),
  FOREIGN KEY (tenant, client_id) REFERENCES clients))",
    "CREATE INDEX contacts_by_client ON contacts (client_id, tenant)",
    R"(CREATE TABLE users (
  tenant {uuid} NOT NULL, user_id {uuid} NOT NULL, name text NOT NULL, email text NOT NULL,
  PRIMARY KEY (tenant, user_id),
  FOREIGN KEY (tenant) REFERENCES tenants))",
    R"(CREATE TABLE boards (
  tenant {uuid} NOT NULL, board_id {uuid} NOT NULL, board_name text NOT NULL,
  PRIMARY KEY (tenant, board_id),
  FOREIGN KEY (tenant) REFERENCES tenants))",
    R"(CREATE TABLE statuses (
  tenant {uuid} NOT NULL, status_id {uuid} NOT NULL, board_id {uuid}, name text NOT NULL, is_default {bool} NOT NULL DEFAULT false,
  is_closed {bool} NOT NULL DEFAULT false,
  PRIMARY KEY (tenant, status_id),
  FOREIGN KEY (tenant) REFERENCES tenants,
  FOREIGN KEY (tenant, board_id) REFERENCES boards))",
    R"(CREATE TABLE priorities (
  tenant {uuid} NOT NULL, priority_id {uuid} NOT NULL, priority_name text NOT NULL, order_number {int} NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant, priority_id),
  FOREIGN KEY (tenant) REFERENCES tenants))",
    R"(CREATE TABLE categories (
  tenant {uuid} NOT NULL, category_id {uuid} NOT NULL, category_name text NOT NULL, parent_category {uuid}, board_id {uuid},
  PRIMARY KEY (tenant, category_id),
  FOREIGN KEY (tenant) REFERENCES tenants,
  FOREIGN KEY (tenant, parent_category) REFERENCES categories,
  FOREIGN KEY (tenant, board_id) REFERENCES boards))",
    R"(CREATE TABLE assets (
  tenant {uuid} NOT NULL, asset_id {uuid} NOT NULL, client_id {uuid} NOT NULL, name text NOT NULL, serial_number text, asset_type text,
  PRIMARY KEY (tenant, asset_id),
  FOREIGN KEY (tenant, client_id) REFERENCES clients))",
    "CREATE INDEX assets_by_client ON assets (client_id, tenant)",

    // ---- tickets
    R"(CREATE TABLE tickets (
  tenant {uuid} NOT NULL, ticket_id {uuid} NOT NULL, ticket_number text NOT NULL, title text NOT NULL, description text NOT NULL,
  client_id {uuid} NOT NULL, contact_name_id {uuid}, board_id {uuid} NOT NULL, status_id {uuid} NOT NULL, priority_id {uuid},
  category_id {uuid}, subcategory_id {uuid}, source text, source_reference text, url text, attributes {json},
  entered_at {time} NOT NULL, updated_at {time} NOT NULL, closed_at {time},
  PRIMARY KEY (tenant, ticket_id),
  UNIQUE (ticket_number, tenant),
  FOREIGN KEY (tenant, client_id) REFERENCES clients,
  FOREIGN KEY (tenant, contact_name_id) REFERENCES contacts,
  FOREIGN KEY (tenant, board_id) REFERENCES boards,
  FOREIGN KEY (tenant, status_id) REFERENCES statuses,
  FOREIGN KEY (tenant, priority_id) REFERENCES priorities,
  FOREIGN KEY (tenant, category_id) REFERENCES categories,
  FOREIGN KEY (tenant, subcategory_id) REFERENCES categories))",
    "CREATE INDEX tickets_by_source ON tickets (source_reference, source, tenant)",
    R"(CREATE TABLE comment_threads (
  tenant {uuid} NOT NULL, thread_id {uuid} NOT NULL, ticket_id {uuid} NOT NULL, created_at {time} NOT NULL,
  PRIMARY KEY (tenant, thread_id),
  FOREIGN KEY (tenant, ticket_id) REFERENCES tickets))",
    "CREATE INDEX comment_threads_by_ticket ON comment_threads (ticket_id, tenant)",
    // picket_position keeps comments of the same time in the order in which they were written.
    R"(CREATE TABLE comments (
  tenant {uuid} NOT NULL, comment_id {uuid} NOT NULL, thread_id {uuid} NOT NULL, ticket_id {uuid} NOT NULL, note text NOT NULL,
  is_internal {bool} NOT NULL DEFAULT true, is_system_generated {bool} NOT NULL DEFAULT false, created_at {time} NOT NULL,
  picket_position {int} NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant, comment_id),
  FOREIGN KEY (tenant, thread_id) REFERENCES comment_threads,
  FOREIGN KEY (tenant, ticket_id) REFERENCES tickets))",
    "CREATE INDEX comments_by_ticket ON comments (ticket_id, tenant)",
    R"(CREATE TABLE asset_associations (
  tenant {uuid} NOT NULL, association_id {uuid} NOT NULL, asset_id {uuid} NOT NULL, entity_id {uuid} NOT NULL,
  entity_type text NOT NULL DEFAULT 'ticket', created_at {time} NOT NULL,
  PRIMARY KEY (tenant, association_id),
  UNIQUE (asset_id, entity_id, tenant),
  FOREIGN KEY (tenant, asset_id) REFERENCES assets))",
    "CREATE INDEX asset_associations_by_entity ON asset_associations (entity_id, tenant)",

    // ---- integrations
    R"(CREATE TABLE rmm_integrations (
  tenant {uuid} NOT NULL, integration_id {uuid} NOT NULL, provider text NOT NULL, instance_url text, is_active {bool} NOT NULL DEFAULT true,
  connected_at {time}, last_sync_at {time}, last_full_sync_at {time}, last_incremental_sync_at {time},
  sync_status text NOT NULL DEFAULT 'never', sync_error text, settings {json} NOT NULL,
  created_at {time} NOT NULL, updated_at {time} NOT NULL, picket_sweep_requested_at {time},
  PRIMARY KEY (tenant, integration_id),
  UNIQUE (tenant, provider),
  FOREIGN KEY (tenant) REFERENCES tenants))",
    R"(CREATE TABLE rmm_organization_mappings (
  tenant {uuid} NOT NULL, mapping_id {uuid} NOT NULL, integration_id {uuid} NOT NULL, external_organization_id text NOT NULL,
  external_organization_name text NOT NULL, client_id {uuid}, default_contact_id {uuid}, auto_create_tickets {bool} NOT NULL DEFAULT true,
  metadata {json} NOT NULL, last_synced_at {time}, created_at {time} NOT NULL, updated_at {time} NOT NULL,
  PRIMARY KEY (tenant, mapping_id),
  UNIQUE (external_organization_id, integration_id, tenant),
  FOREIGN KEY (tenant, integration_id) REFERENCES rmm_integrations,
  FOREIGN KEY (tenant, client_id) REFERENCES clients,
  FOREIGN KEY (tenant, default_contact_id) REFERENCES contacts))",
    R"(CREATE TABLE rmm_alerts (
  tenant {uuid} NOT NULL, alert_id {uuid} NOT NULL, integration_id {uuid} NOT NULL, external_alert_id text NOT NULL,
  external_device_id text, asset_id {uuid}, ticket_id {uuid}, severity text NOT NULL, status text NOT NULL, message text NOT NULL,
  device_name text, metadata {json}, triggered_at {time}, resolved_at {time}, created_at {time} NOT NULL, updated_at {time} NOT NULL,
  picket_revision {int} NOT NULL, picket_failures {int} NOT NULL DEFAULT 0, picket_incomplete {bool} NOT NULL DEFAULT false,
  picket_fingerprint text,
  PRIMARY KEY (tenant, alert_id),
  UNIQUE (external_alert_id, integration_id, tenant),
  FOREIGN KEY (tenant, integration_id) REFERENCES rmm_integrations,
  FOREIGN KEY (tenant, ticket_id) REFERENCES tickets,
  FOREIGN KEY (tenant, asset_id) REFERENCES assets))",
    "CREATE INDEX rmm_alerts_open ON rmm_alerts (tenant, integration_id, updated_at) WHERE resolved_at IS NULL",
    "CREATE INDEX rmm_alerts_failing ON rmm_alerts (tenant, integration_id, updated_at) WHERE picket_failures > 0",
    "CREATE INDEX rmm_alerts_incomplete ON rmm_alerts (tenant, integration_id, updated_at) WHERE picket_incomplete = true",
    R"(CREATE TABLE tenant_external_entity_mappings (
  tenant {uuid} NOT NULL, id {uuid} NOT NULL, integration_type text NOT NULL, alga_entity_type text NOT NULL,
  alga_entity_id {uuid} NOT NULL, external_entity_id text NOT NULL, external_realm_id text NOT NULL, sync_status text NOT NULL,
  last_synced_at {time}, metadata {json}, created_at {time} NOT NULL, updated_at {time} NOT NULL,
  PRIMARY KEY (tenant, id),
  UNIQUE (external_entity_id, external_realm_id, alga_entity_type, integration_type, tenant)))",

    // ---- our own
    R"(CREATE TABLE picket_cursors (
  tenant {uuid} NOT NULL, integration_id {uuid} NOT NULL, stream text NOT NULL, value text NOT NULL, updated_at {time} NOT NULL,
  PRIMARY KEY (tenant, integration_id, stream),
  FOREIGN KEY (tenant, integration_id) REFERENCES rmm_integrations))",
    R"(CREATE TABLE picket_leases (
  tenant {uuid} NOT NULL, name text NOT NULL, holder text NOT NULL, purpose text NOT NULL, acquired_at {time} NOT NULL,
  expires_at {time} NOT NULL,
  PRIMARY KEY (tenant, name)))",
    R"(CREATE TABLE picket_rate_limits (
  tenant {uuid} NOT NULL, account text NOT NULL, revision {int} NOT NULL, state text NOT NULL,
  PRIMARY KEY (tenant, account)))",
    R"(CREATE TABLE picket_sequences (
  tenant {uuid} NOT NULL, name text NOT NULL, value {int} NOT NULL,
  PRIMARY KEY (tenant, name)))",
    R"(CREATE TABLE picket_audit (
  tenant {uuid} NOT NULL, audit_id {uuid} NOT NULL, at {time} NOT NULL, action text NOT NULL, subject text NOT NULL, detail text NOT NULL,
  picket_position {int} NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant, audit_id)))",
    "CREATE INDEX picket_audit_by_time ON picket_audit (tenant, at)",
};

// SQLite cannot add a foreign key of two columns to an existing table; on SQLite only the code ensures that the user exists.
constexpr std::string_view version_2[] = {
    "ALTER TABLE tickets ADD COLUMN assigned_to {uuid}",
    "{postgresql}ALTER TABLE tickets ADD FOREIGN KEY (tenant, assigned_to) REFERENCES users",
    // picket_author: the name of the technician who wrote it.
    "ALTER TABLE comments ADD COLUMN picket_author text",
    "CREATE INDEX rmm_alerts_by_ticket ON rmm_alerts (ticket_id, tenant)",

    // The key begins with the position, so that the queue is read in order without sorting.
    R"(CREATE TABLE picket_outbox (
  tenant {uuid} NOT NULL, picket_position {int} NOT NULL, outbox_id {uuid} NOT NULL, ticket_id {uuid} NOT NULL, kind text NOT NULL,
  token text NOT NULL, payload {json} NOT NULL, is_sent {bool} NOT NULL DEFAULT false, attempts {int} NOT NULL DEFAULT 0, last_error text,
  created_at {time} NOT NULL, sent_at {time}, failed_at {time}, next_attempt_at {time}, given_up_at {time},
  PRIMARY KEY (tenant, picket_position),
  UNIQUE (outbox_id, tenant),
  FOREIGN KEY (tenant, ticket_id) REFERENCES tickets))",
    // Includes the position, so that the planner prefers it to the primary key when it looks for a ticket's earlier items.
    "CREATE INDEX picket_outbox_by_ticket ON picket_outbox (ticket_id, tenant, picket_position)",
    R"(CREATE TABLE picket_remote_tickets (
  tenant {uuid} NOT NULL, desk text NOT NULL, remote_id text NOT NULL, ticket_id {uuid} NOT NULL, is_current {bool} NOT NULL,
  remote_number text, remote_url text, remote_updated_at text, is_closed {bool}, priority_name text, assignee text,
  seen_notes {json} NOT NULL, notes_since {time}, created_at {time} NOT NULL, updated_at {time} NOT NULL,
  PRIMARY KEY (tenant, desk, remote_id),
  FOREIGN KEY (tenant, ticket_id) REFERENCES tickets))",
    "CREATE INDEX picket_remote_tickets_by_ticket ON picket_remote_tickets (ticket_id, tenant)",
    "CREATE UNIQUE INDEX picket_remote_tickets_current ON picket_remote_tickets (ticket_id, tenant) WHERE is_current = true",
    // How far a remote PSA's changes have been read; held_since: since when a ticket that cannot be read blocks it.
    R"(CREATE TABLE picket_remote_cursors (
  tenant {uuid} NOT NULL, desk text NOT NULL, changed_since {time} NOT NULL, held_since {time}, updated_at {time} NOT NULL,
  PRIMARY KEY (tenant, desk)))",
    R"(CREATE TABLE picket_ticket_events (
  tenant {uuid} NOT NULL, integration_id {uuid} NOT NULL, picket_position {int} NOT NULL, event_id {uuid} NOT NULL,
  ticket_id {uuid} NOT NULL, external_alert_id text NOT NULL, kind text NOT NULL, author text, event_text text, value_before text,
  value_after text, at {time} NOT NULL,
  is_told {bool} NOT NULL DEFAULT false, attempts {int} NOT NULL DEFAULT 0, last_error text,
  created_at {time} NOT NULL, told_at {time}, failed_at {time}, next_attempt_at {time}, given_up_at {time},
  PRIMARY KEY (tenant, integration_id, picket_position),
  UNIQUE (event_id, tenant),
  FOREIGN KEY (tenant, integration_id) REFERENCES rmm_integrations,
  FOREIGN KEY (tenant, ticket_id) REFERENCES tickets))",
    "CREATE INDEX picket_ticket_events_by_ticket ON picket_ticket_events (ticket_id, tenant)",
    // The remote PSA in which a tenant's tickets live; without a row they live in this database alone.
    R"(CREATE TABLE picket_desks (
  tenant {uuid} NOT NULL, desk text NOT NULL, base_url text NOT NULL,
  PRIMARY KEY (tenant),
  FOREIGN KEY (tenant) REFERENCES tenants))",
};

// What real sites do.
constexpr std::string_view version_3[] = {
    // A JSON object: what RemoteState of store/remote_tickets.hpp holds.
    "ALTER TABLE picket_remote_tickets ADD COLUMN remote_state {json}",
    "ALTER TABLE picket_remote_tickets ADD COLUMN token text",
    "CREATE INDEX picket_remote_tickets_by_token ON picket_remote_tickets (token, tenant)",
    // By how many minutes the times of a remote PSA that name no zone differ from UTC.
    "ALTER TABLE picket_remote_cursors ADD COLUMN zone_offset_minutes {int}",
};

constexpr std::array<std::span<const std::string_view>, schema_version> versions{version_1, version_2, version_3};

constexpr std::string_view only_postgresql = "{postgresql}";

// The one place where the two databases differ: {uuid}, {json}, {time}, {bool} and {int} stand for their types.
struct TypeName {
  std::string_view mark, sqlite, postgresql;
};
constexpr std::array<TypeName, 5> type_names{{{"{uuid}", "TEXT", "uuid"},
                                              {"{json}", "TEXT", "jsonb"},
                                              {"{time}", "TEXT", "timestamptz"},
                                              {"{bool}", "INTEGER", "boolean"},
                                              {"{int}", "INTEGER", "bigint"}}};

std::string for_backend(std::string_view ddl, Backend backend) {
  std::string text(ddl.starts_with(only_postgresql) ? ddl.substr(only_postgresql.size()) : ddl);
  for (const auto& type : type_names) {
    const auto name = backend == Backend::sqlite ? type.sqlite : type.postgresql;
    for (auto at = text.find(type.mark); at != std::string::npos; at = text.find(type.mark, at + name.size()))
      text.replace(at, type.mark.size(), name);
  }
  return text;
}

}  // namespace

std::string schema_table_ddl(Backend backend) {
  return for_backend("CREATE TABLE IF NOT EXISTS picket_schema (version {int} NOT NULL PRIMARY KEY, applied_at {time} NOT NULL)", backend);
}

std::vector<std::string> statements_to_version(int version, Backend backend) {
  std::vector<std::string> statements;
  for (const auto ddl : versions.at(static_cast<std::size_t>(version - 1)))
    if (backend == Backend::postgresql || !ddl.starts_with(only_postgresql)) statements.push_back(for_backend(ddl, backend));
  return statements;
}

std::vector<std::string> all_tables() {
  constexpr std::string_view create = "CREATE TABLE ";
  std::vector<std::string> names{"picket_schema"};
  for (const auto version : versions)
    for (const auto ddl : version)
      if (ddl.starts_with(create)) names.emplace_back(ddl.substr(create.size(), ddl.find(' ', create.size()) - create.size()));
  return names;
}

}  // namespace picket::store
