#include "tests/bench/raw_loop.hpp"

#include <algorithm>
#include <stdexcept>
#include <string_view>
#include <unordered_map>

namespace picket::bench {
namespace {

// The columns by which rows are found come first: the tenant, the row's id, then what links it with an alert or a ticket.
constexpr const char* alert_columns =
    "tenant, alert_id, ticket_id, external_device_id, integration_id, external_alert_id, asset_id, severity, status, message, device_name, "
    "metadata, triggered_at, resolved_at, created_at, updated_at, picket_revision, picket_failures, picket_incomplete, picket_fingerprint";
constexpr const char* ticket_columns =
    "tenant, ticket_id, ticket_number, title, description, client_id, contact_name_id, board_id, status_id, priority_id, category_id, "
    "subcategory_id, source, source_reference, url, attributes, entered_at, updated_at, closed_at";
constexpr const char* thread_columns = "tenant, thread_id, ticket_id, created_at";
constexpr const char* comment_columns =
    "tenant, comment_id, ticket_id, thread_id, note, is_internal, is_system_generated, created_at, picket_position";
constexpr const char* association_columns = "tenant, association_id, entity_id, asset_id, entity_type, created_at";
constexpr const char* entity_columns =
    "tenant, id, external_entity_id, integration_type, alga_entity_type, alga_entity_id, external_realm_id, sync_status, last_synced_at, "
    "metadata, created_at, updated_at";
constexpr std::size_t id_place = 1;
constexpr std::size_t link_place = 2;
constexpr std::size_t device_place = 3;

using RowsByLink = std::unordered_map<std::string, std::vector<Row>>;

std::string insert(const std::string& table, const std::string& columns) {
  std::string sql = "INSERT INTO " + table + " (" + columns + ") VALUES (?";
  for (auto commas = std::count(columns.begin(), columns.end(), ','); commas > 0; --commas) sql += ", ?";
  return sql + ")";
}

std::vector<Row> read_table(RawDatabase& db, const std::string& table, const std::string& columns) {
  return db.run(db.prepare("SELECT " + columns + " FROM " + table));
}

RowsByLink read_by_link(RawDatabase& db, const std::string& table, const std::string& columns) {
  RowsByLink rows;
  for (Row& row : read_table(db, table, columns)) {
    const std::string link = row.at(link_place).value_or("");
    rows[link].push_back(std::move(row));
  }
  return rows;
}

const std::vector<Row>& rows_of(const RowsByLink& all, const Value& link) {
  static const std::vector<Row> none;
  const auto found = link ? all.find(*link) : all.end();
  return found == all.end() ? none : found->second;
}

const Row& only(const std::vector<Row>& rows) {
  if (rows.size() != 1) throw std::runtime_error("a ticket was expected to have exactly one thread");
  return rows.front();
}

}  // namespace

std::vector<IncidentRows> read_incident_rows(RawDatabase& db) {
  RowsByLink alerts = read_by_link(db, "rmm_alerts", alert_columns);
  const RowsByLink threads = read_by_link(db, "comment_threads", thread_columns);
  const RowsByLink comments = read_by_link(db, "comments", comment_columns);
  const RowsByLink associations = read_by_link(db, "asset_associations", association_columns);
  const RowsByLink entities = read_by_link(db, "tenant_external_entity_mappings", entity_columns);
  std::vector<IncidentRows> incidents;
  for (Row& ticket : read_table(db, "tickets", std::string(ticket_columns))) {
    const Value id = ticket.at(id_place);
    IncidentRows& incident = incidents.emplace_back();
    incident.ticket = std::move(ticket);
    incident.alert = only(rows_of(alerts, id));
    incident.thread = only(rows_of(threads, id));
    incident.comments = rows_of(comments, id);
    incident.asset_associations = rows_of(associations, id);
    if (!incident.asset_associations.empty()) incident.entity_mappings = rows_of(entities, incident.alert.at(device_place));
  }
  const auto number = [](const IncidentRows& i) { return std::stoll(i.ticket.at(2).value()); };
  std::sort(incidents.begin(), incidents.end(), [&](const IncidentRows& a, const IncidentRows& b) { return number(a) < number(b); });
  return incidents;
}

void write_incident_rows(RawDatabase& db, const std::vector<IncidentRows>& incidents) {
  if (incidents.empty()) return;
  const Value tenant = incidents.front().ticket.front();
  const std::vector<Value> sequence{tenant};
  db.run(db.prepare("INSERT INTO picket_sequences (tenant, name, value) VALUES (?, 'ticket', 1001)"), sequence);
  const auto add_alert = db.prepare(insert("rmm_alerts", alert_columns));
  const auto take_number = db.prepare("UPDATE picket_sequences SET value = value + 1 WHERE tenant = ? AND name = 'ticket' RETURNING value");
  const auto add_ticket = db.prepare(insert("tickets", ticket_columns));
  const auto add_thread = db.prepare(insert("comment_threads", thread_columns));
  const auto add_comment = db.prepare(insert("comments", comment_columns));
  const auto add_association = db.prepare(insert("asset_associations", association_columns));
  const auto add_entity = db.prepare(
      insert("tenant_external_entity_mappings", entity_columns) +
      " ON CONFLICT (tenant, integration_type, alga_entity_type, external_entity_id, external_realm_id) DO UPDATE SET alga_entity_id = "
      "excluded.alga_entity_id, sync_status = excluded.sync_status, last_synced_at = excluded.last_synced_at, updated_at = "
      "excluded.updated_at");
  const auto link_alert = db.prepare("UPDATE rmm_alerts SET ticket_id = ? WHERE tenant = ? AND alert_id = ?");

  Row alert;
  for (const IncidentRows& incident : incidents) {
    const Value& ticket_id = incident.ticket.at(id_place);
    db.begin();
    alert = incident.alert;
    alert.at(link_place).reset();
    db.run(add_alert, alert);
    db.run(take_number, sequence);
    db.run(add_ticket, incident.ticket);
    db.run(add_thread, incident.thread);
    for (const Row& comment : incident.comments) db.run(add_comment, comment);
    for (const Row& association : incident.asset_associations) db.run(add_association, association);
    for (const Row& entity : incident.entity_mappings) db.run(add_entity, entity);
    const Value link[] = {ticket_id, tenant, alert.at(id_place)};
    db.run(link_alert, link);
    db.commit();
  }
}

}  // namespace picket::bench
