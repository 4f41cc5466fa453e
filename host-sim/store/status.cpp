#include "host-sim/store/status.hpp"

#include "host-sim/store/outbox.hpp"
#include "host-sim/store/ticket_events.hpp"
#include "sdk/common/json.hpp"

namespace picket::store {
namespace {

std::uint64_t count_of(const Field& field) { return static_cast<std::uint64_t>(integer_of(field)); }

void read_organizations(Database& db, ConnectionStatus& status) {
  const auto rows = db.query<3>(R"(SELECT count(*), coalesce(sum(CASE WHEN client_id IS NULL THEN 1 ELSE 0 END), 0),
                                          coalesce(sum(CASE WHEN auto_create_tickets = true THEN 0 ELSE 1 END), 0)
                                   FROM rmm_organization_mappings
                                   WHERE tenant = ? AND integration_id = ?)",
                                {status.connection.tenant, status.connection.integration_id});
  const auto& row = rows.at(0);
  status.organizations = count_of(row[0]);
  status.unmapped_organizations = count_of(row[1]);
  status.opted_out_organizations = count_of(row[2]);
}

void read_alerts(Database& db, ConnectionStatus& status) {
  const auto& c = status.connection;
  const auto count = [&](std::string_view where) {
    return count_of(db.query<1>("SELECT count(*) FROM rmm_alerts WHERE tenant = ? AND integration_id = ?" + std::string(where),
                                {c.tenant, c.integration_id})
                        .at(0)[0]);
  };
  status.alerts = count("");
  status.open_alerts = count(" AND resolved_at IS NULL");
  status.failing_alerts = count(" AND picket_failures > 0");
  status.incomplete_alerts = count(" AND picket_incomplete = true");
  status.tickets = count(" AND ticket_id IS NOT NULL");
}

void read_findings_without_open_ticket(Database& db, ConnectionStatus& status) {
  // A remote PSA may not say which of its statuses are closed ones: then only the date of closing shows it.
  const auto rows = db.query<1>(R"(SELECT count(*)
                                   FROM rmm_alerts a
                                   LEFT JOIN tickets t ON t.tenant = a.tenant AND t.ticket_id = a.ticket_id
                                   LEFT JOIN statuses s ON s.tenant = t.tenant AND s.status_id = t.status_id
                                   WHERE a.tenant = ? AND a.integration_id = ? AND a.resolved_at IS NULL
                                     AND (t.closed_at IS NOT NULL OR s.is_closed = true
                                       OR a.ticket_id IS NULL AND (a.picket_failures > 0
                                         OR NOT EXISTS (SELECT 1
                                                        FROM rmm_organization_mappings m
                                                        WHERE m.tenant = a.tenant AND m.integration_id = a.integration_id
                                                          AND m.auto_create_tickets = false))))",
                                {status.connection.tenant, status.connection.integration_id});
  status.without_open_ticket = count_of(rows.at(0)[0]);
}

}  // namespace

std::vector<ConnectionStatus> connection_status(Database& db, const host::Clock& clock, std::string_view tenant,
                                                std::string_view provider) {
  std::vector<ConnectionStatus> all;
  for (auto& connection : list_connections(db, tenant, provider)) {
    ConnectionStatus& status = all.emplace_back();
    status.connection = std::move(connection);
    status.account_name = json::text_at(status.connection.settings, "accountName").value_or("");
    read_organizations(db, status);
    read_alerts(db, status);
    read_findings_without_open_ticket(db, status);
    status.outbox = outbox_queue(db, status.connection.tenant, status.connection.provider);
    status.ticket_events = ticket_event_queue(db, status.connection.tenant, status.connection.integration_id);
    status.lease = lease_holder(db, clock, status.connection.tenant, status.connection.integration_id);
  }
  return all;
}

std::vector<FailingFinding> failing_findings(Database& db, std::string_view tenant, std::string_view integration_id, std::size_t limit) {
  std::vector<FailingFinding> findings;
  for (auto& row : db.query<5>(R"(SELECT external_alert_id, message, picket_failures, metadata, updated_at
                      FROM rmm_alerts
                      WHERE tenant = ? AND integration_id = ? AND picket_failures > 0
                      ORDER BY picket_failures DESC, updated_at DESC
                      LIMIT ?)",
                               {tenant, integration_id, std::to_string(limit)}))
    findings.push_back(
        {text_of(row[0]), text_of(row[1]), static_cast<std::uint32_t>(integer_of(row[2])), text_of(row[3]), time_of(row[4])});
  return findings;
}

}  // namespace picket::store
