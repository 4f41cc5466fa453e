#include "host-sim/tickets/batch.hpp"

#include <iterator>
#include <set>

#include "host-sim/store/connections.hpp"
#include "host-sim/store/outbox.hpp"
#include "host-sim/store/sequences.hpp"
#include "host-sim/store/ticket_events.hpp"
#include "host-sim/store/uuid.hpp"
#include "sdk/common/time_text.hpp"

namespace picket::tickets {
namespace {

using store::Field;
using store::Param;
using store::param_of;
using store::param_or_null;
using store::text_of;

constexpr std::int64_t first_ticket_number = 1001;

using Row = std::initializer_list<Param>;

void add(std::vector<Param>& rows, Row row) { rows.insert(rows.end(), row.begin(), row.end()); }

// Distinct non-empty texts, as a list to ask for.
class Wanted {
 public:
  void add(std::string_view text) {
    if (!text.empty()) texts_.insert(text);
  }
  std::vector<std::string_view> list() const { return {texts_.begin(), texts_.end()}; }

 private:
  std::set<std::string_view> texts_;
};

bool touches_ticket(const ChangeSet& set) {
  return !set.notes.empty() || set.ticket_action != TicketAction::keep || !set.priority_id.empty() || !set.body_markdown.empty();
}

}  // namespace

struct Batch::Decision {
  const ChangeSet* set = nullptr;
  Status status = Status::ok;
  std::string message;

  const KnownAlert* known_alert = nullptr;
  std::string ticket_id;  // the linked ticket, opened or known
  bool opens = false;
  // The ticket as it will be; for a known ticket only what changes.
  std::string contact_id, status_id, priority_id, thread_id;
  std::optional<std::string_view> body;
  std::string own_note;  // after those of the change set
  enum class Closing { stays, closes, reopens } closing = Closing::stays;
  // What another PSA would have to be told of a known ticket.
  bool priority_changes = false, body_changes = false;
  std::vector<std::string_view> comment_ids;  // of the notes, once they are written
};

Batch::Batch(store::Database& db, const LocalConnection& connection, Time now)
    : db_(db), connection_(connection), time_(now), now_(format_time(now)) {}

std::vector<BatchResult> Batch::apply(std::span<const ChangeSet> change_sets) {
  read(change_sets);
  std::vector<Decision> decisions;
  std::vector<BatchResult> results;
  decisions.reserve(change_sets.size());
  results.reserve(change_sets.size());
  for (const auto& set : change_sets) decisions.push_back(decide(set));
  write(decisions);
  for (auto& decision : decisions) {
    const bool is_ok = decision.status == Status::ok;
    results.push_back({decision.status, is_ok ? std::move(decision.ticket_id) : std::string(), std::move(decision.message)});
  }
  return results;
}

// ---- reading

void Batch::read(std::span<const ChangeSet> change_sets) {
  read_alerts(change_sets);
  read_tickets(change_sets);
  read_clients(change_sets);
  read_assets(change_sets);
  read_mappings(change_sets);
  reference_ = ReferenceData::load(db_, connection_.tenant);
}

void Batch::read_alerts(std::span<const ChangeSet> change_sets) {
  Wanted ids;
  for (const auto& set : change_sets)
    if (set.alert) ids.add(set.alert->external_id);
  const Param before[] = {connection_.tenant, connection_.integration_id};
  db_.select_in(
      "SELECT external_alert_id, alert_id, picket_revision, ticket_id FROM rmm_alerts WHERE tenant = ? AND integration_id = ? AND "
      "external_alert_id IN (?...)",
      before, ids.list(), 4, [&](std::span<Field> row) {
        alerts_.emplace(text_of(row[0]),
                        KnownAlert{text_of(row[1]), static_cast<std::uint64_t>(store::integer_of(row[2])), text_of(row[3])});
      });
}

void Batch::read_tickets(std::span<const ChangeSet> change_sets) {
  Wanted ids;
  for (const auto& set : change_sets) {
    if (!set.alert || !touches_ticket(set)) continue;
    if (const auto known = alerts_.find(set.alert->external_id); known != alerts_.end()) ids.add(known->second.ticket_id);
  }
  const Param before[] = {connection_.tenant};
  db_.select_in("SELECT ticket_id, board_id, status_id, priority_id, closed_at FROM tickets WHERE tenant = ? AND ticket_id IN (?...)",
                before, ids.list(), 5, [&](std::span<Field> row) {
                  tickets_[text_of(row[0])] = {text_of(row[1]), text_of(row[2]), text_of(row[3]), {}, {}, row[4].has_value()};
                });
  db_.select_in("SELECT ticket_id, thread_id FROM comment_threads WHERE tenant = ? AND ticket_id IN (?...) ORDER BY created_at DESC",
                before, ids.list(), 2, [&](std::span<Field> row) { tickets_[text_of(row[0])].thread_id = text_of(row[1]); });
  if (!connection_.has_outbox) return;
  Wanted with_new_body;
  for (const auto& set : change_sets)
    if (set.alert && !set.body_markdown.empty())
      if (const auto known = alerts_.find(set.alert->external_id); known != alerts_.end()) with_new_body.add(known->second.ticket_id);
  db_.select_in("SELECT ticket_id, description FROM tickets WHERE tenant = ? AND ticket_id IN (?...)", before, with_new_body.list(), 2,
                [&](std::span<Field> row) { tickets_[text_of(row[0])].body = text_of(row[1]); });
}

void Batch::read_clients(std::span<const ChangeSet> change_sets) {
  Wanted ids;
  Wanted contact_ids;
  for (const auto& set : change_sets) {
    if (set.mapping) ids.add(set.mapping->client_id);
    if (!set.open_ticket) continue;
    ids.add(set.open_ticket->client_id);
    contact_ids.add(set.open_ticket->contact_id);
  }
  const Param before[] = {connection_.tenant};
  db_.select_in("SELECT client_id FROM clients WHERE tenant = ? AND client_id IN (?...)", before, ids.list(), 1,
                [&](std::span<Field> row) { clients_.emplace(text_of(row[0]), KnownClient{}); });
  db_.select_in("SELECT client_id, contact_name_id FROM contacts WHERE tenant = ? AND is_primary = true AND client_id IN (?...)", before,
                ids.list(), 2, [&](std::span<Field> row) { clients_[text_of(row[0])].primary_contact = text_of(row[1]); });
  db_.select_in("SELECT contact_name_id FROM contacts WHERE tenant = ? AND contact_name_id IN (?...)", before, contact_ids.list(), 1,
                [&](std::span<Field> row) { contacts_.emplace(text_of(row[0]), true); });
}

void Batch::read_assets(std::span<const ChangeSet> change_sets) {
  Wanted ids;
  for (const auto& set : change_sets) {
    if (set.alert) ids.add(set.alert->asset_id);
    if (set.asset_link) ids.add(set.asset_link->asset_id);
  }
  const Param before[] = {connection_.tenant};
  db_.select_in("SELECT asset_id FROM assets WHERE tenant = ? AND asset_id IN (?...)", before, ids.list(), 1,
                [&](std::span<Field> row) { assets_.emplace(text_of(row[0]), true); });
}

void Batch::read_mappings(std::span<const ChangeSet> change_sets) {
  Wanted ids;
  for (const auto& set : change_sets)
    if (set.mapping) ids.add(set.mapping->external_id);
  const Param before[] = {connection_.tenant, connection_.integration_id};
  db_.select_in(
      "SELECT external_organization_id, external_organization_name FROM rmm_organization_mappings WHERE tenant = ? AND integration_id = ? "
      "AND external_organization_id IN (?...)",
      before, ids.list(), 2, [&](std::span<Field> row) { mappings_.emplace(text_of(row[0]), text_of(row[1])); });
}

// ---- deciding

Batch::Decision Batch::decide(const ChangeSet& set) const {
  Decision decision;
  decision.set = &set;
  try {
    if (set.mapping && !set.mapping->client_id.empty() && !mappings_.contains(set.mapping->external_id) &&
        !clients_.contains(set.mapping->client_id))
      throw Error(Status::invalid, "the client " + set.mapping->client_id + " does not exist any more");
    if (set.alert) {
      const auto known = alerts_.find(set.alert->external_id);
      if (known != alerts_.end()) {
        decision.known_alert = &known->second;
        decision.ticket_id = known->second.ticket_id;
      }
      const std::uint64_t revision = decision.known_alert == nullptr ? 0 : decision.known_alert->revision;
      if (set.alert->revision != revision)
        throw Error(Status::conflict, "the finding " + set.alert->external_id + " was changed by somebody else in the meantime");
      if (!set.alert->asset_id.empty()) require_asset(set.alert->asset_id);
    }
    if (set.asset_link) require_asset(set.asset_link->asset_id);
    decide_ticket(set, decision);
  } catch (const Error& e) {
    decision.status = e.status();
    decision.message = e.what();
  }
  return decision;
}

void Batch::require_asset(std::string_view asset_id) const {
  if (!assets_.contains(asset_id)) throw Error(Status::invalid, "the asset " + std::string(asset_id) + " does not exist any more");
}

void Batch::decide_new_ticket(const TicketDraft& draft, Decision& decision) const {
  const auto client = clients_.find(draft.client_id);
  if (client == clients_.end()) throw Error(Status::invalid, "the client " + draft.client_id + " does not exist any more", "client");
  reference_.require_board(draft.board_id);
  if (!draft.priority_id.empty()) reference_.require_priority(draft.priority_id);
  if (!draft.category_id.empty()) reference_.require_category(draft.category_id, draft.board_id);
  if (!draft.subcategory_id.empty()) reference_.require_category(draft.subcategory_id, draft.board_id);
  if (!draft.contact_id.empty() && !contacts_.contains(draft.contact_id))
    throw Error(Status::invalid, "the contact " + draft.contact_id + " does not exist any more", "contact");
  decision.opens = true;
  decision.ticket_id = store::new_uuid();
  decision.contact_id = draft.contact_id.empty() ? client->second.primary_contact : draft.contact_id;
  decision.status_id = reference_.default_status(draft.board_id).id;
  decision.priority_id = draft.priority_id;
  decision.body = draft.body_markdown;
}

void Batch::decide_ticket(const ChangeSet& set, Decision& decision) const {
  if (set.open_ticket) {
    if (!decision.ticket_id.empty()) throw Error(Status::conflict, "the finding " + set.alert->external_id + " has a ticket already");
    decide_new_ticket(*set.open_ticket, decision);
  }
  if (!touches_ticket(set)) return;
  if (decision.ticket_id.empty()) throw Error(Status::invalid, "the finding " + set.alert->external_id + " has no ticket to change");
  std::string_view board_id;
  std::string_view current_status;
  bool has_closed_at = false;
  if (decision.opens) {
    board_id = set.open_ticket->board_id;
    current_status = decision.status_id;
  } else {
    const auto known = tickets_.find(decision.ticket_id);
    if (known == tickets_.end())
      throw Error(Status::invalid, "the ticket of the finding " + set.alert->external_id + " does not exist any more");
    board_id = known->second.board_id;
    current_status = known->second.status_id;
    has_closed_at = known->second.has_closed_at;
    decision.thread_id = known->second.thread_id;
    decision.priority_changes = !set.priority_id.empty() && set.priority_id != known->second.priority_id;
    decision.body_changes = !set.body_markdown.empty() && set.body_markdown != known->second.body;
  }
  if (!set.priority_id.empty()) {
    reference_.require_priority(set.priority_id);
    decision.priority_id = set.priority_id;
  }
  if (!set.body_markdown.empty()) decision.body = set.body_markdown;
  const bool in_closed_status = reference_.status(current_status).is_closed;
  if (set.ticket_action == TicketAction::close && !in_closed_status) {
    if (const store::Entity* status = reference_.closed_status(set.status_id, board_id)) {
      decision.status_id = status->id;
      decision.closing = Decision::Closing::closes;
    } else {
      // The vendor's last words must reach the ticket all the same.
      decision.own_note =
          "This ticket should have been closed, but its board has no closed status. Close it by hand, and give the board one.";
    }
  } else if (set.ticket_action == TicketAction::reopen && (in_closed_status || has_closed_at)) {
    // The PSA may not say which of its statuses are closed ones: the date of closing tells too.
    decision.status_id = reference_.default_status(board_id).id;
    decision.closing = Decision::Closing::reopens;
  }
}

// ---- writing

void Batch::write(std::vector<Decision>& decisions) {
  std::vector<Decision> accepted;
  for (auto& decision : decisions)
    if (decision.status == Status::ok) accepted.push_back(decision);
  write_mappings(accepted);
  write_new_tickets(accepted);
  write_changed_tickets(accepted);
  write_alerts(accepted);
  write_notes(accepted);
  if (connection_.has_outbox)
    write_outbox(accepted);
  else if (connection_.tells_events)
    write_events(accepted);
  write_asset_links(accepted);
  write_cursors(accepted);
}

void Batch::write_mappings(const std::vector<Decision>& decisions) {
  std::vector<Param> rows;
  for (const auto& d : decisions) {
    if (!d.set->mapping) continue;
    const Mapping& mapping = *d.set->mapping;
    const auto known = mappings_.find(mapping.external_id);
    if (known == mappings_.end()) {
      mappings_.emplace(mapping.external_id, mapping.external_name);
      add(rows, {connection_.tenant, texts_.emplace_back(store::new_uuid()), connection_.integration_id, mapping.external_id,
                 mapping.external_name, param_or_null(mapping.client_id), param_of(mapping.auto_create_tickets), "{}", now_, now_, now_});
    } else if (!mapping.external_name.empty() && known->second != mapping.external_name) {
      known->second = mapping.external_name;
      db_.execute(
          "UPDATE rmm_organization_mappings SET external_organization_name = ?, last_synced_at = ?, updated_at = ? WHERE tenant = ? AND "
          "integration_id = ? AND external_organization_id = ?",
          {mapping.external_name, now_, now_, connection_.tenant, connection_.integration_id, mapping.external_id});
    }
  }
  // An organization sync of another process may have added one of them meanwhile.
  db_.insert_many(
      "rmm_organization_mappings",
      "tenant, mapping_id, integration_id, external_organization_id, external_organization_name, client_id, auto_create_tickets, metadata, "
      "last_synced_at, created_at, updated_at",
      rows, "ON CONFLICT DO NOTHING");
}

void Batch::write_new_tickets(std::vector<Decision>& decisions) {
  std::size_t count = 0;
  for (const auto& d : decisions) count += d.opens ? 1 : 0;
  if (count == 0) return;
  std::int64_t number = store::take_numbers(db_, connection_.tenant, "ticket", count, first_ticket_number);
  std::vector<Param> rows;
  for (auto& d : decisions) {
    if (!d.opens) continue;
    const TicketDraft& draft = *d.set->open_ticket;
    add(rows, {connection_.tenant, d.ticket_id, texts_.emplace_back(std::to_string(number++)), draft.title, *d.body, draft.client_id,
               param_or_null(d.contact_id), draft.board_id, d.status_id, param_or_null(d.priority_id), param_or_null(draft.category_id),
               param_or_null(draft.subcategory_id), connection_.provider, param_or_null(draft.source_reference), param_or_null(draft.url),
               param_or_null(draft.attributes), now_, now_, d.closing == Decision::Closing::closes ? Param(now_) : Param()});
  }
  db_.insert_many(
      "tickets",
      "tenant, ticket_id, ticket_number, title, description, client_id, contact_name_id, board_id, status_id, priority_id, category_id, "
      "subcategory_id, source, source_reference, url, attributes, entered_at, updated_at, closed_at",
      rows);
}

void Batch::write_changed_tickets(const std::vector<Decision>& decisions) {
  for (const auto& d : decisions) {
    if (d.opens || !touches_ticket(*d.set)) continue;
    const auto& id = d.ticket_id;
    if (!d.priority_id.empty())
      db_.execute("UPDATE tickets SET priority_id = ? WHERE tenant = ? AND ticket_id = ?", {d.priority_id, connection_.tenant, id});
    if (d.body) db_.execute("UPDATE tickets SET description = ? WHERE tenant = ? AND ticket_id = ?", {*d.body, connection_.tenant, id});
    if (!d.status_id.empty())
      db_.execute("UPDATE tickets SET status_id = ? WHERE tenant = ? AND ticket_id = ?", {d.status_id, connection_.tenant, id});
    if (d.closing != Decision::Closing::stays)
      db_.execute("UPDATE tickets SET closed_at = ? WHERE tenant = ? AND ticket_id = ?",
                  {d.closing == Decision::Closing::closes ? Param(now_) : Param(), connection_.tenant, id});
    if (!d.set->notes.empty() || !d.priority_id.empty() || d.body || !d.status_id.empty())
      db_.execute("UPDATE tickets SET updated_at = ? WHERE tenant = ? AND ticket_id = ?", {now_, connection_.tenant, id});
  }
}

void Batch::write_alerts(const std::vector<Decision>& decisions) {
  std::vector<Param> rows;
  for (const auto& d : decisions) {
    if (!d.set->alert) continue;
    const Alert& alert = *d.set->alert;
    const auto time = [this](const std::optional<Time>& t) { return t ? Param(texts_.emplace_back(format_time(*t))) : Param(); };
    const std::string& failures = texts_.emplace_back(std::to_string(alert.failures));
    if (d.known_alert == nullptr) {
      add(rows, {connection_.tenant,
                 texts_.emplace_back(store::new_uuid()),
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
                 time(alert.triggered_at),
                 time(alert.resolved_at),
                 now_,
                 now_,
                 "1",
                 failures,
                 param_of(alert.incomplete),
                 param_or_null(alert.fingerprint)});
      continue;
    }
    const std::int64_t written = db_.execute(
        "UPDATE rmm_alerts SET external_device_id = ?, asset_id = ?, ticket_id = ?, severity = ?, status = ?, message = ?, device_name = "
        "?, metadata = ?, "
        "triggered_at = ?, resolved_at = ?, updated_at = ?, picket_revision = picket_revision + 1, picket_failures = ?, picket_incomplete "
        "= ?, "
        "picket_fingerprint = ? WHERE tenant = ? AND alert_id = ? AND picket_revision = ?",
        {param_or_null(alert.external_device_id), param_or_null(alert.asset_id), param_or_null(d.ticket_id), alert.severity, alert.status,
         alert.message, param_or_null(alert.device_name), param_or_null(alert.metadata), time(alert.triggered_at), time(alert.resolved_at),
         now_, failures, param_of(alert.incomplete), param_or_null(alert.fingerprint), connection_.tenant, d.known_alert->alert_id,
         std::to_string(alert.revision)});
    if (written != 1) throw Error(Status::conflict, "the finding " + alert.external_id + " was changed by somebody else in the meantime");
  }
  db_.insert_many("rmm_alerts",
                  "tenant, alert_id, integration_id, external_alert_id, external_device_id, asset_id, ticket_id, severity, status, "
                  "message, device_name, "
                  "metadata, triggered_at, resolved_at, created_at, updated_at, picket_revision, picket_failures, picket_incomplete, "
                  "picket_fingerprint",
                  rows);
}

void Batch::write_notes(std::vector<Decision>& decisions) {
  std::size_t count = 0;
  for (const auto& d : decisions) count += d.set->notes.size() + (d.own_note.empty() ? 0 : 1);
  if (count == 0) return;
  std::int64_t position = store::take_numbers(db_, connection_.tenant, "comment", count, 1);
  std::vector<Param> threads;
  std::vector<Param> comments;
  for (auto& d : decisions) {
    if (d.set->notes.empty() && d.own_note.empty()) continue;
    if (d.thread_id.empty()) {
      d.thread_id = store::new_uuid();
      add(threads, {connection_.tenant, d.thread_id, d.ticket_id, now_});
    }
    const auto write = [&](std::string_view note) {
      const std::string& id = texts_.emplace_back(store::new_uuid());
      d.comment_ids.push_back(id);
      add(comments, {connection_.tenant, id, d.thread_id, d.ticket_id, note, param_of(true), param_of(true), now_,
                     texts_.emplace_back(std::to_string(position++))});
    };
    for (const auto& note : d.set->notes) write(note);
    if (!d.own_note.empty()) write(d.own_note);
  }
  db_.insert_many("comment_threads", "tenant, thread_id, ticket_id, created_at", threads);
  db_.insert_many("comments",
                  "tenant, comment_id, thread_id, ticket_id, note, is_internal, is_system_generated, created_at, picket_position",
                  comments);
}

void Batch::write_outbox(const std::vector<Decision>& decisions) {
  std::vector<store::NewOutboxItem> items;
  for (const auto& d : decisions) {
    const bool reopens = d.closing == Decision::Closing::reopens;
    json::object update;
    if (d.closing != Decision::Closing::stays) {
      update["action"] = reopens ? "reopen" : "close";
      update["status_id"] = d.status_id;
    }
    if (d.priority_changes) update["priority_id"] = d.priority_id;
    if (d.body_changes) update["body"] = true;
    const auto add_update = [&] {
      if (!update.empty()) items.push_back({d.ticket_id, store::OutboxKind::update, json::to_string(update)});
    };
    if (d.opens) items.push_back({d.ticket_id, store::OutboxKind::ticket, d.set->open_ticket->may_exist ? R"({"may_exist":true})" : "{}"});
    // A closed ticket may refuse notes: it is opened before them, and closed after them.
    if (reopens) add_update();
    for (const auto id : d.comment_ids)
      items.push_back({d.ticket_id, store::OutboxKind::note, json::to_string(json::object{{"comment_id", id}})});
    if (!reopens) add_update();
  }
  store::add_outbox_items(db_, connection_.tenant, items, time_);
}

void Batch::write_events(const std::vector<Decision>& decisions) {
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

void Batch::write_asset_links(const std::vector<Decision>& decisions) {
  std::vector<Param> associations;
  std::map<std::pair<std::string_view, std::string_view>, std::string_view> devices;  // the last word on each device
  for (const auto& d : decisions) {
    if (!d.set->asset_link) continue;
    const AssetLink& link = *d.set->asset_link;
    devices[{link.external_id, link.external_realm_id}] = link.asset_id;
    if (!d.ticket_id.empty())
      add(associations, {connection_.tenant, texts_.emplace_back(store::new_uuid()), link.asset_id, d.ticket_id, "ticket", now_});
  }
  if (devices.empty()) return;
  db_.insert_many("asset_associations", "tenant, association_id, asset_id, entity_id, entity_type, created_at", associations,
                  "ON CONFLICT DO NOTHING");
  std::vector<Param> rows;
  for (const auto& [device, asset_id] : devices)
    add(rows, {connection_.tenant, texts_.emplace_back(store::new_uuid()), connection_.provider, "asset", asset_id, device.first,
               device.second, "synced", now_, now_, now_});
  db_.insert_many(
      "tenant_external_entity_mappings",
      "tenant, id, integration_type, alga_entity_type, alga_entity_id, external_entity_id, external_realm_id, sync_status, last_synced_at, "
      "created_at, updated_at",
      rows,
      "ON CONFLICT (tenant, integration_type, alga_entity_type, external_entity_id, external_realm_id) DO UPDATE SET alga_entity_id = "
      "excluded.alga_entity_id, sync_status = excluded.sync_status, last_synced_at = excluded.last_synced_at, updated_at = "
      "excluded.updated_at");
}

void Batch::write_cursors(const std::vector<Decision>& decisions) {
  std::map<std::string_view, std::string_view> last;
  for (const auto& d : decisions)
    if (!d.set->cursor_stream.empty()) last[d.set->cursor_stream] = d.set->cursor_value;
  bool has_settings = false;
  for (const auto& [stream, value] : last) {
    if (connection_.cursor_settings.contains(stream)) {
      has_settings = true;
      continue;
    }
    db_.execute(
        "INSERT INTO picket_cursors (tenant, integration_id, stream, value, updated_at) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (tenant, integration_id, stream) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at",
        {connection_.tenant, connection_.integration_id, stream, value, now_});
  }
  if (!has_settings) return;
  store::update_settings_in_transaction(db_, connection_.tenant, connection_.integration_id, time_, [&](boost::json::object& settings) {
    for (const auto& [stream, value] : last)
      if (const auto member = connection_.cursor_settings.find(stream); member != connection_.cursor_settings.end())
        settings[member->second] = value;
  });
}

}  // namespace picket::PSA
