#include "host-sim/tickets/batch_write.hpp"

#include <map>
#include <utility>

#include "host-sim/store/connections.hpp"
#include "host-sim/store/outbox.hpp"
#include "host-sim/store/sequences.hpp"
#include "host-sim/store/ticket_events.hpp"
#include "host-sim/store/uuid.hpp"
#include "sdk/common/time_text.hpp"

namespace picket::tickets {
namespace {

using store::Param;
using store::param_of;
using store::param_or_null;

constexpr std::int64_t first_ticket_number = 1001;

void add_row(std::vector<Param>& rows, std::initializer_list<Param> row) { rows.insert(rows.end(), row.begin(), row.end()); }

std::string opening_payload(const Decision& d) {
  json::object payload;
  if (d.draft().may_exist) payload["may_exist"] = true;
  if (d.follow_up) payload[follow_up_of] = d.follow_up->of;
  return json::to_string(payload);
}

}  // namespace

BatchWriter::BatchWriter(store::Database& db, const LocalConnection& connection, Time now)
    : db_(db), connection_(connection), time_(now), now_(format_time(now)) {}

std::string_view BatchWriter::keep(std::string text) { return texts_.emplace_back(std::move(text)); }

Param BatchWriter::time_param(const std::optional<Time>& time) { return time ? Param(keep(format_time(*time))) : Param(); }

void BatchWriter::write(Decisions decisions, const BatchFacts& facts) {
  write_mappings(decisions, facts);
  write_new_tickets(decisions);
  write_changed_tickets(decisions);
  write_alerts(decisions);
  write_notes(decisions);
  if (connection_.has_outbox)
    write_outbox(decisions);
  else if (connection_.takes_ticket_events)
    write_events(decisions);
  write_asset_links(decisions);
  write_cursors(decisions);
}

void BatchWriter::write_mappings(const Decisions& decisions, const BatchFacts& facts) {
  std::map<std::string_view, std::string_view> names(facts.mappings.begin(), facts.mappings.end());
  std::vector<Param> rows;
  for (const auto& d : decisions) {
    if (!d.set->mapping) continue;
    const Mapping& mapping = *d.set->mapping;
    const auto [name, is_new] = names.emplace(mapping.external_id, mapping.external_name);
    if (is_new) {
      add_row(rows, {connection_.tenant, keep(store::new_uuid()), connection_.integration_id, mapping.external_id, mapping.external_name,
                     param_or_null(mapping.client_id), param_of(mapping.auto_create_tickets), "{}", now_, now_, now_});
    } else if (!mapping.external_name.empty() && name->second != mapping.external_name) {
      name->second = mapping.external_name;
      db_.execute(R"(UPDATE rmm_organization_mappings
                     SET external_organization_name = ?, last_synced_at = ?, updated_at = ?
                     WHERE tenant = ? AND integration_id = ? AND external_organization_id = ?)",
                  {mapping.external_name, now_, now_, connection_.tenant, connection_.integration_id, mapping.external_id});
    }
  }
  // An organization sync of another process may have added one of them meanwhile.
  db_.insert_many("rmm_organization_mappings", R"(tenant, mapping_id, integration_id, external_organization_id, external_organization_name,
                    client_id, auto_create_tickets, metadata, last_synced_at, created_at, updated_at)",
                  rows, "ON CONFLICT DO NOTHING");
}

void BatchWriter::write_new_tickets(const Decisions& decisions) {
  std::size_t count = 0;
  for (const auto& d : decisions) count += d.opens ? 1 : 0;
  if (count == 0) return;
  std::int64_t number = store::take_numbers(db_, connection_.tenant, "ticket", count, first_ticket_number);
  std::vector<Param> rows;
  for (const auto& d : decisions) {
    if (!d.opens) continue;
    const TicketDraft& draft = d.draft();
    const bool closes = d.closing == Closing::closes && !connection_.has_outbox;
    add_row(rows, {connection_.tenant, d.ticket_id, keep(std::to_string(number++)), draft.title, d.body ? *d.body : draft.body_markdown,
                   draft.client_id, param_or_null(d.contact_id), draft.board_id, closes ? d.status_id : d.opens_in,
                   param_or_null(d.priority_id),
                   param_or_null(draft.category_id), param_or_null(draft.subcategory_id), connection_.provider,
                   param_or_null(draft.source_reference), param_or_null(draft.url), param_or_null(draft.attributes), now_, now_,
                   closes ? Param(now_) : Param()});
  }
  db_.insert_many("tickets", R"(tenant, ticket_id, ticket_number, title, description, client_id, contact_name_id, board_id, status_id,
                    priority_id, category_id, subcategory_id, source, source_reference, url, attributes, entered_at, updated_at,
                    closed_at)",
                  rows);
}

void BatchWriter::write_changed_tickets(const Decisions& decisions) {
  for (const auto& d : decisions) {
    if (d.opens || !touches_ticket(*d.set)) continue;
    const auto& id = d.ticket_id;
    // What a remote PSA has still to take, our ticket has once that is delivered.
    const bool is_taken = !connection_.has_outbox;
    if (!d.priority_id.empty() && is_taken)
      db_.execute("UPDATE tickets SET priority_id = ? WHERE tenant = ? AND ticket_id = ?", {d.priority_id, connection_.tenant, id});
    if (d.body) db_.execute("UPDATE tickets SET description = ? WHERE tenant = ? AND ticket_id = ?", {*d.body, connection_.tenant, id});
    if (d.restated != nullptr) write_restated(d);
    if (!d.status_id.empty() && (is_taken || d.closing == Closing::stays))
      db_.execute("UPDATE tickets SET status_id = ? WHERE tenant = ? AND ticket_id = ?", {d.status_id, connection_.tenant, id});
    if (d.closing != Closing::stays && is_taken)
      db_.execute("UPDATE tickets SET closed_at = ? WHERE tenant = ? AND ticket_id = ?",
                  {d.closing == Closing::closes ? Param(now_) : Param(), connection_.tenant, id});
    if (!d.set->notes.empty() || !d.priority_id.empty() || d.body || !d.status_id.empty() || d.restated != nullptr)
      db_.execute("UPDATE tickets SET updated_at = ? WHERE tenant = ? AND ticket_id = ?", {now_, connection_.tenant, id});
  }
}

void BatchWriter::write_restated(const Decision& d) {
  const TicketDraft& draft = *d.restated;
  db_.execute(R"(UPDATE tickets
                 SET title = coalesce(?, title), board_id = coalesce(?, board_id), category_id = coalesce(?, category_id),
                     subcategory_id = coalesce(?, subcategory_id)
                 WHERE tenant = ? AND ticket_id = ?)",
              {param_or_null(draft.title), param_or_null(draft.board_id), param_or_null(draft.category_id),
               param_or_null(draft.subcategory_id), connection_.tenant, d.ticket_id});
}

void BatchWriter::write_alerts(const Decisions& decisions) {
  std::vector<Param> rows;
  for (const auto& d : decisions) {
    if (!d.set->alert) continue;
    if (d.known_alert != nullptr) {
      update_alert(d);
      continue;
    }
    const Alert& alert = *d.set->alert;
    add_row(rows, {connection_.tenant,
                   keep(store::new_uuid()),
                   connection_.integration_id,
                   alert.external_id,
                   param_or_null(alert.external_device_id),
                   param_or_null(alert.asset_id),
                   param_or_null(d.ticket_id),
                   alert.severity,
                   alert.status,
                   alert.message,
                   param_or_null(alert.device_name),
                   param_or_null(alert.metadata),
                   time_param(alert.triggered_at),
                   time_param(alert.resolved_at),
                   now_,
                   now_,
                   "1",
                   keep(std::to_string(alert.failures)),
                   param_of(alert.incomplete),
                   param_or_null(alert.fingerprint)});
  }
  db_.insert_many("rmm_alerts", R"(tenant, alert_id, integration_id, external_alert_id, external_device_id, asset_id, ticket_id, severity,
                    status, message, device_name, metadata, triggered_at, resolved_at, created_at, updated_at, picket_revision,
                    picket_failures, picket_incomplete, picket_fingerprint)",
                  rows);
}

void BatchWriter::update_alert(const Decision& d) {
  const Alert& alert = *d.set->alert;
  const std::int64_t written = db_.execute(
      R"(UPDATE rmm_alerts
         SET external_device_id = ?, asset_id = ?, ticket_id = ?, severity = ?, status = ?, message = ?, device_name = ?, metadata = ?,
             triggered_at = ?, resolved_at = ?, updated_at = ?, picket_revision = picket_revision + 1, picket_failures = ?,
             picket_incomplete = ?, picket_fingerprint = ?
         WHERE tenant = ? AND alert_id = ? AND picket_revision = ?)",
      {param_or_null(alert.external_device_id), param_or_null(alert.asset_id), param_or_null(d.ticket_id), alert.severity, alert.status,
       alert.message, param_or_null(alert.device_name), param_or_null(alert.metadata), time_param(alert.triggered_at),
       time_param(alert.resolved_at), now_, std::to_string(alert.failures), param_of(alert.incomplete), param_or_null(alert.fingerprint),
       connection_.tenant, d.known_alert->alert_id, std::to_string(alert.revision)});
  if (written != 1) throw Error(Status::conflict, "the finding " + alert.external_id + " was changed by another process in the meantime");
}

void BatchWriter::write_notes(Decisions& decisions) {
  comment_ids_.assign(decisions.size(), {});
  std::size_t count = 0;
  for (const auto& d : decisions) count += d.set->notes.size() + (d.own_note.empty() ? 0 : 1);
  if (count == 0) return;
  std::int64_t position = store::take_numbers(db_, connection_.tenant, "comment", count, 1);
  std::vector<Param> threads;
  std::vector<Param> comments;
  for (std::size_t i = 0; i < decisions.size(); ++i) {
    Decision& d = decisions[i];
    if (d.set->notes.empty() && d.own_note.empty()) continue;
    if (d.thread_id.empty()) {
      d.thread_id = store::new_uuid();
      add_row(threads, {connection_.tenant, d.thread_id, d.ticket_id, now_});
    }
    const auto write = [&](std::string_view note) {
      const std::string_view id = comment_ids_[i].emplace_back(keep(store::new_uuid()));
      add_row(comments, {connection_.tenant, id, d.thread_id, d.ticket_id, note, param_of(true), param_of(true), now_,
                         keep(std::to_string(position++))});
    };
    for (const auto& note : d.set->notes) write(note);
    if (!d.own_note.empty()) write(d.own_note);
  }
  db_.insert_many("comment_threads", "tenant, thread_id, ticket_id, created_at", threads);
  db_.insert_many("comments",
                  "tenant, comment_id, thread_id, ticket_id, note, is_internal, is_system_generated, created_at, picket_position",
                  comments);
}

void BatchWriter::write_outbox(const Decisions& decisions) {
  std::vector<store::NewOutboxItem> items;
  for (std::size_t i = 0; i < decisions.size(); ++i) {
    const Decision& d = decisions[i];
    const bool reopens = d.closing == Closing::reopens;
    json::object update;
    if (d.closing != Closing::stays) {
      update["action"] = reopens ? "reopen" : "close";
      update["status_id"] = d.status_id;
    }
    if (d.priority_changes) update["priority_id"] = d.priority_id;
    if (d.body_changes) update["body"] = true;
    if (d.restated != nullptr) {
      if (!d.restated->title.empty()) update["title"] = true;
      if (!d.restated->board_id.empty()) update["board_id"] = d.restated->board_id;
      if (!d.restated->category_id.empty()) update["category_id"] = d.restated->category_id;
    }
    if (!d.opens && !update.empty())
      store::supersede_given_up(db_, connection_.tenant, d.ticket_id,
                                            {.status = d.closing != Closing::stays, .priority = d.priority_changes});
    const auto add_update = [&] {
      if (!update.empty()) items.push_back({d.ticket_id, store::OutboxKind::update, json::to_string(update)});
    };
    if (d.opens) items.push_back({d.ticket_id, store::OutboxKind::ticket, opening_payload(d)});
    // A closed ticket may refuse notes: it is opened before them, and closed after them.
    if (reopens) add_update();
    for (const auto id : comment_ids_[i])
      items.push_back({d.ticket_id, store::OutboxKind::note, json::to_string(json::object{{"comment_id", id}})});
    if (!reopens) add_update();
  }
  store::add_outbox_items(db_, connection_.tenant, items, time_);
}

void BatchWriter::write_events(const Decisions& decisions) {
  std::vector<store::NewTicketEvent> events;
  for (const auto& d : decisions) {
    if (!d.opens) continue;
    store::NewTicketEvent& event = events.emplace_back();
    event.ticket_id = d.ticket_id;
    event.kind = TicketEventKind::created;
    event.at = time_;
  }
  store::queue_ticket_events(db_, connection_.tenant, events, time_);
}

void BatchWriter::write_asset_links(const Decisions& decisions) {
  std::vector<Param> associations;
  std::map<std::pair<std::string_view, std::string_view>, std::string_view> devices;  // the last link of each device counts
  for (const auto& d : decisions) {
    const auto associate = [&](std::string_view asset_id) {
      add_row(associations, {connection_.tenant, keep(store::new_uuid()), asset_id, d.ticket_id, "ticket", now_});
    };
    if (d.follow_up && !d.set->alert->asset_id.empty()) associate(d.set->alert->asset_id);
    if (!d.set->asset_link) continue;
    const AssetLink& link = *d.set->asset_link;
    devices[{link.external_id, link.external_realm_id}] = link.asset_id;
    if (!d.ticket_id.empty()) associate(link.asset_id);
  }
  db_.insert_many("asset_associations", "tenant, association_id, asset_id, entity_id, entity_type, created_at", associations,
                  "ON CONFLICT DO NOTHING");
  if (devices.empty()) return;
  std::vector<Param> rows;
  for (const auto& [device, asset_id] : devices)
    add_row(rows, {connection_.tenant, keep(store::new_uuid()), connection_.provider, "asset", asset_id, device.first, device.second,
                   "synced", now_, now_, now_});
  db_.insert_many("tenant_external_entity_mappings", R"(tenant, id, integration_type, alga_entity_type, alga_entity_id, external_entity_id,
                    external_realm_id, sync_status, last_synced_at, created_at, updated_at)",
                  rows,
                  R"(ON CONFLICT (tenant, integration_type, alga_entity_type, external_entity_id, external_realm_id) DO UPDATE
                     SET alga_entity_id = excluded.alga_entity_id, sync_status = excluded.sync_status,
                         last_synced_at = excluded.last_synced_at, updated_at = excluded.updated_at)");
}

void BatchWriter::write_cursors(const Decisions& decisions) {
  std::map<std::string_view, std::string_view> last;
  for (const auto& d : decisions)
    if (!d.set->cursor_stream.empty()) last[d.set->cursor_stream] = d.set->cursor_value;
  bool has_settings = false;
  for (const auto& [stream, value] : last) {
    if (connection_.cursor_settings.contains(stream)) {
      has_settings = true;
      continue;
    }
    db_.execute(R"(INSERT INTO picket_cursors (tenant, integration_id, stream, value, updated_at)
                   VALUES (?, ?, ?, ?, ?)
                   ON CONFLICT (tenant, integration_id, stream) DO UPDATE
                   SET value = excluded.value, updated_at = excluded.updated_at)",
                {connection_.tenant, connection_.integration_id, stream, value, now_});
  }
  if (!has_settings) return;
  store::update_settings_in_transaction(db_, connection_.tenant, connection_.integration_id, time_, [&](boost::json::object& settings) {
    for (const auto& [stream, value] : last)
      if (const auto member = connection_.cursor_settings.find(stream); member != connection_.cursor_settings.end())
        settings[member->second] = value;
  });
}

}  // namespace picket::tickets
