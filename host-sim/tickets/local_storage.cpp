#include "host-sim/store/uuid.hpp"
#include "host-sim/tickets/local_services.hpp"
#include "sdk/common/json.hpp"

namespace picket::tickets {
namespace {

using store::Field;
using store::Param;
using store::text_of;

constexpr std::string_view select_alerts =
    R"(SELECT external_alert_id, picket_revision, picket_failures, severity, status, message, device_name, external_device_id, asset_id,
              ticket_id, picket_fingerprint, metadata, triggered_at, resolved_at, picket_incomplete
       FROM rmm_alerts
       WHERE tenant = ? AND integration_id = ?)";
constexpr std::size_t alert_column_count = 15;

Alert alert_of(std::span<Field> row) {
  Alert alert;
  alert.external_id = text_of(row[0]);
  alert.revision = static_cast<std::uint64_t>(store::integer_of(row[1]));
  alert.failures = static_cast<std::uint32_t>(store::integer_of(row[2]));
  alert.severity = text_of(row[3]);
  alert.status = text_of(row[4]);
  alert.message = text_of(row[5]);
  alert.device_name = text_of(row[6]);
  alert.external_device_id = text_of(row[7]);
  alert.asset_id = text_of(row[8]);
  alert.ticket_id = text_of(row[9]);
  alert.fingerprint = text_of(row[10]);
  alert.metadata = text_of(row[11]);
  alert.triggered_at = store::time_of(row[12]);
  alert.resolved_at = store::time_of(row[13]);
  alert.incomplete = store::bool_of(row[14]);
  return alert;
}

}  // namespace

LocalStorage::LocalStorage(store::Database& db, LocalConnection connection) : db_(db), connection_(std::move(connection)) {}

json::object LocalStorage::stored_settings() {
  auto rows = db_.query<1>("SELECT settings FROM rmm_integrations WHERE tenant = ? AND integration_id = ?",
                           {connection_.tenant, connection_.integration_id});
  if (rows.empty()) throw Error(Status::not_found, "the connection " + connection_.integration_id + " does not exist any more");
  return json::parse_object(text_of(rows[0][0]), "the connection's settings");
}

std::string LocalStorage::settings() {
  json::object settings = stored_settings();
  if (connection_.complete_settings) settings = connection_.complete_settings(std::move(settings));
  return json::to_string(settings);
}

std::optional<std::string> LocalStorage::cursor(std::string_view stream) {
  if (const auto member = connection_.cursor_settings.find(stream); member != connection_.cursor_settings.end())
    return json::text_at(stored_settings(), member->second);
  auto rows = db_.query<1>("SELECT value FROM picket_cursors WHERE tenant = ? AND integration_id = ? AND stream = ?",
                           {connection_.tenant, connection_.integration_id, stream});
  return rows.empty() ? std::nullopt : std::move(rows[0][0]);
}

void LocalStorage::find_alerts(std::span<const std::string_view> external_ids, const std::function<void(const Alert&)>& visit) {
  static const std::string sql = std::string(select_alerts) + " AND external_alert_id IN (?...)";
  const Param before[] = {connection_.tenant, connection_.integration_id};
  db_.select_in(sql, before, external_ids, alert_column_count, [&](std::span<Field> row) { visit(alert_of(row)); });
}

void LocalStorage::list_alerts(std::int32_t state, std::size_t limit, const std::function<void(const Alert&)>& visit) {
  std::string sql(select_alerts);
  switch (state) {
    case PICKET_ALERTS_OPEN: sql += " AND resolved_at IS NULL"; break;
    case PICKET_ALERTS_FAILING: sql += " AND picket_failures > 0"; break;
    case PICKET_ALERTS_INCOMPLETE: sql += " AND picket_incomplete = true"; break;
    default: throw Error(Status::invalid, "there is no list of alerts in the state " + std::to_string(state));
  }
  sql += " ORDER BY updated_at, external_alert_id LIMIT ?";
  const std::string rows = limit == 0 ? "9223372036854775807" : std::to_string(limit);
  const Param params[] = {connection_.tenant, connection_.integration_id, rows};
  db_.select(sql, params, alert_column_count, [&](std::span<Field> row) { visit(alert_of(row)); });
}

void LocalStorage::find_mappings(std::span<const std::string_view> external_ids, const std::function<void(const Mapping&)>& visit) {
  const Param before[] = {connection_.tenant, connection_.integration_id};
  db_.select_in(
      R"(SELECT m.external_organization_id, m.external_organization_name, m.client_id,
                coalesce(m.default_contact_id,
                         (SELECT p.contact_name_id
                          FROM contacts p
                          WHERE p.tenant = m.tenant AND p.client_id = m.client_id AND p.is_primary = true
                          ORDER BY p.contact_name_id
                          LIMIT 1)),
                c.is_inactive, c.client_id, m.auto_create_tickets
         FROM rmm_organization_mappings m
         LEFT JOIN clients c ON c.tenant = m.tenant AND c.client_id = m.client_id
         WHERE m.tenant = ? AND m.integration_id = ? AND m.external_organization_id IN (?...))",
      before, external_ids, 7, [&](std::span<Field> row) {
        Mapping mapping;
        mapping.external_id = text_of(row[0]);
        mapping.external_name = text_of(row[1]);
        mapping.client_usable = !row[2] || (row[5] && !store::bool_of(row[4]));
        mapping.client_id = text_of(row[2]);
        mapping.contact_id = text_of(row[3]);
        mapping.auto_create_tickets = store::bool_of(row[6]);
        visit(mapping);
      });
}

LocalDirectory::LocalDirectory(store::Database& db, std::string tenant) : db_(db), tenant_(std::move(tenant)) {}

void LocalDirectory::assets(std::span<const std::string_view> client_ids, const std::function<void(const Asset&)>& visit) {
  std::vector<std::string_view> ids;
  for (const auto id : client_ids)
    if (store::is_uuid(id)) ids.push_back(id);  // anything else is no client's id
  const Param before[] = {tenant_};
  db_.select_in("SELECT asset_id, client_id, name, serial_number FROM assets WHERE tenant = ? AND client_id IN (?...)", before, ids, 4,
                [&](std::span<Field> row) {
                  visit({text_of(row[0]), text_of(row[1]), text_of(row[2]), text_of(row[3])});
                });
}

}  // namespace picket::tickets
