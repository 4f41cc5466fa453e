#include "host-sim/store/connections.hpp"

#include "host-sim/store/uuid.hpp"
#include "sdk/common/json.hpp"
#include "sdk/common/time_text.hpp"

namespace picket::store {
namespace {

constexpr std::string_view select_connections =
    R"(SELECT i.tenant, t.name, i.integration_id, i.provider, i.instance_url, i.is_active, i.sync_status, i.sync_error, i.settings,
              i.picket_sweep_requested_at, i.connected_at, i.last_sync_at, i.last_full_sync_at, i.last_incremental_sync_at
       FROM rmm_integrations i
       JOIN tenants t ON t.tenant = i.tenant)";
constexpr std::size_t connection_columns = 14;

Connection connection_of(std::span<Field> row) {
  Connection c;
  c.tenant = text_of(row[0]);
  c.tenant_name = text_of(row[1]);
  c.integration_id = text_of(row[2]);
  c.provider = text_of(row[3]);
  c.instance_url = text_of(row[4]);
  c.is_active = bool_of(row[5]);
  c.sync_status = text_of(row[6]);
  c.sync_error = text_of(row[7]);
  c.settings = json::parse_object(text_of(row[8]), "the settings of the connection " + c.integration_id);
  c.sweep_requested_at = time_of(row[9]);
  c.connected_at = time_of(row[10]);
  c.last_sync_at = time_of(row[11]);
  c.last_full_sync_at = time_of(row[12]);
  c.last_incremental_sync_at = time_of(row[13]);
  return c;
}

void require_row(std::int64_t affected, std::string_view integration_id) {
  if (affected == 0) throw Error(Status::not_found, "there is no connection " + std::string(integration_id) + " any more");
}

}  // namespace

std::optional<Connection> find_connection(Database& db, std::string_view tenant, std::string_view provider) {
  std::optional<Connection> found;
  const Param params[] = {tenant, provider};
  db.select(std::string(select_connections) + " WHERE i.tenant = ? AND i.provider = ?", params, connection_columns,
            [&](std::span<Field> row) { found = connection_of(row); });
  return found;
}

std::vector<Connection> list_connections(Database& db, std::string_view tenant, std::string_view provider) {
  std::vector<Connection> found;
  std::string sql(select_connections);
  std::vector<Param> params;
  if (!tenant.empty()) {
    sql += " WHERE i.tenant = ?";
    params.emplace_back(tenant);
  }
  if (!provider.empty()) {
    sql += params.empty() ? " WHERE i.provider = ?" : " AND i.provider = ?";
    params.emplace_back(provider);
  }
  sql += " ORDER BY t.name, i.tenant, i.provider";
  db.select(sql, params, connection_columns, [&](std::span<Field> row) { found.push_back(connection_of(row)); });
  return found;
}

Connection upsert_connection(Database& db, std::string_view tenant, std::string_view provider, std::string_view instance_url,
                             const boost::json::object& account, Time now) {
  const std::string at = format_time(now);
  Transaction transaction(db);
  db.execute(
      R"(INSERT INTO rmm_integrations (tenant, integration_id, provider, instance_url, is_active, connected_at, sync_status, settings,
                                       created_at, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, 'never', '{}', ?, ?)
         ON CONFLICT (tenant, provider) DO UPDATE
         SET instance_url = excluded.instance_url, is_active = excluded.is_active, connected_at = excluded.connected_at,
             sync_error = NULL, updated_at = excluded.updated_at)",
      {tenant, new_uuid(), provider, instance_url, param_of(true), at, at, at});
  // The last error may have been caused by the old credentials.
  db.execute(R"(UPDATE rmm_integrations SET sync_status = 'never' WHERE tenant = ? AND provider = ? AND sync_status = 'error')",
             {tenant, provider});
  const auto id =
      db.query<1>("SELECT integration_id FROM rmm_integrations WHERE tenant = ? AND provider = ?", {tenant, provider}).at(0)[0].value();
  update_settings_in_transaction(db, tenant, id, now, [&](boost::json::object& settings) {
    for (const auto& member : account) settings[member.key()] = member.value();
  });
  transaction.commit();
  return find_connection(db, tenant, provider).value();
}

void deactivate_connection(Database& db, std::string_view tenant, std::string_view integration_id, Time now) {
  require_row(db.execute("UPDATE rmm_integrations SET is_active = ?, updated_at = ? WHERE tenant = ? AND integration_id = ?",
                         {param_of(false), format_time(now), tenant, integration_id}),
              integration_id);
}

boost::json::object update_settings_in_transaction(Database& db, std::string_view tenant, std::string_view integration_id, Time now,
                                                   const std::function<void(boost::json::object&)>& change) {
  // Writing first takes the row's lock on PostgreSQL, so that the settings read next are the latest.
  require_row(db.execute("UPDATE rmm_integrations SET updated_at = ? WHERE tenant = ? AND integration_id = ?",
                         {format_time(now), tenant, integration_id}),
              integration_id);
  const auto row = db.query<1>("SELECT settings FROM rmm_integrations WHERE tenant = ? AND integration_id = ?", {tenant, integration_id});
  boost::json::object settings = json::parse_object(row.at(0)[0].value(), "the settings of the connection");
  change(settings);
  db.execute("UPDATE rmm_integrations SET settings = ? WHERE tenant = ? AND integration_id = ?",
             {json::to_string(settings), tenant, integration_id});
  return settings;
}

boost::json::object update_settings(Database& db, std::string_view tenant, std::string_view integration_id, Time now,
                                    const std::function<void(boost::json::object&)>& change) {
  Transaction transaction(db);
  auto settings = update_settings_in_transaction(db, tenant, integration_id, now, change);
  transaction.commit();
  return settings;
}

void set_sync_state(Database& db, std::string_view tenant, std::string_view integration_id, const SyncState& state, Time now) {
  const auto at = state.last_incremental_sync_at ? std::optional(format_time(*state.last_incremental_sync_at)) : std::nullopt;
  require_row(db.execute(R"(UPDATE rmm_integrations
                            SET sync_status = ?, sync_error = ?, last_incremental_sync_at = coalesce(?, last_incremental_sync_at),
                                last_sync_at = coalesce(?, last_sync_at), updated_at = ?
                            WHERE tenant = ? AND integration_id = ?)",
                         {state.status, param_or_null(state.error), at, at, format_time(now), tenant, integration_id}),
              integration_id);
}

void set_full_sync(Database& db, std::string_view tenant, std::string_view integration_id, Time now) {
  const std::string at = format_time(now);
  require_row(db.execute(R"(UPDATE rmm_integrations
                            SET last_full_sync_at = ?, last_sync_at = ?, updated_at = ?
                            WHERE tenant = ? AND integration_id = ?)",
                         {at, at, at, tenant, integration_id}),
              integration_id);
}

void request_sweep(Database& db, std::string_view tenant, std::string_view integration_id, Time now) {
  const std::string at = format_time(now);
  require_row(db.execute(R"(UPDATE rmm_integrations
                            SET picket_sweep_requested_at = ?, updated_at = ?
                            WHERE tenant = ? AND integration_id = ?)",
                         {at, at, tenant, integration_id}),
              integration_id);
}

void clear_sweep_request(Database& db, std::string_view tenant, std::string_view integration_id, Time requested_at) {
  db.execute(R"(UPDATE rmm_integrations
                SET picket_sweep_requested_at = NULL
                WHERE tenant = ? AND integration_id = ? AND picket_sweep_requested_at = ?)",
             {tenant, integration_id, format_time(requested_at)});
}

}  // namespace picket::store
