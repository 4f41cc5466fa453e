#include "host-sim/operations/outbox.hpp"

#include <algorithm>

#include "host-sim/operations/ticket_events.hpp"
#include "host-sim/psa/outgoing.hpp"
#include "host-sim/store/audit.hpp"
#include "host-sim/store/outbox.hpp"
#include "host-sim/store/ticket_events.hpp"
#include "sdk/common/json.hpp"
#include "sdk/common/list.hpp"

namespace picket::operations {
namespace {

using store::OutboxKind;
using store::UpdatePayload;

std::vector<store::Tenant> tenants_of(store::Database& db, const std::string& tenant) {
  return tenant.empty() ? store::list_tenants(db) : std::vector{store::find_tenant(db, tenant)};
}

std::string name_in(const std::vector<store::Entity>& entities, const std::string& id) {
  const auto found = std::find_if(entities.begin(), entities.end(), [&](const store::Entity& e) { return e.id == id; });
  return found == entities.end() ? id : found->name;
}

void list_to_psa(store::Database& db, const store::Tenant& tenant, std::vector<QueuedChange>& all) {
  const std::vector<store::OutboxEntry> entries = store::list_outbox(db, tenant.id);
  if (entries.empty()) return;
  std::vector<std::string> comment_ids;
  for (const auto& entry : entries)
    comment_ids.push_back(json::text_at(json::parse_object(entry.payload, "an item of the outbox"), "comment_id").value_or(""));
  std::vector<std::string_view> ids(comment_ids.begin(), comment_ids.end());
  std::erase(ids, "");
  const auto notes = psa::read_outgoing_notes(db, tenant.id, ids);
  const auto priorities = store::list_entities(db, tenant.id, store::EntityKind::priority);
  const std::string title = psa_title(db, tenant.id);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    QueuedChange& change = all.emplace_back(QueuedChange{tenant, Direction::to_psa, title, {}, {}, true, false, entries[i].item});
    switch (entries[i].kind) {
      case OutboxKind::ticket:
        change.what = "opening of the ticket";
        change.can_be_dropped = false;
        break;
      case OutboxKind::note: change.what = "note"; break;
      case OutboxKind::update: {
        const UpdatePayload update = store::read_update_payload(entries[i].payload);
        change.what = store::words_for(update, name_in(priorities, update.priority_id));
        change.is_outdated = entries[i].item.given_up_at && update == UpdatePayload{};
        break;
      }
    }
    if (const auto note = notes.find(comment_ids[i]); note != notes.end()) change.text = note->second;
  }
}

std::string words_for(const store::TicketEventEntry& event) {
  switch (event.kind) {
    case TicketEventKind::created: return "number of the ticket";
    case TicketEventKind::note: return "note";
    case TicketEventKind::priority: return "priority " + event.after;
    case TicketEventKind::assignee: return "assignee " + (event.after.empty() ? "nobody" : event.after);
    case TicketEventKind::closed: return "closing";
    case TicketEventKind::reopened: return "reopening";
  }
  return "event";
}

void list_to_vendor(store::Database& db, const store::Tenant& tenant, std::vector<QueuedChange>& all) {
  const std::vector<store::TicketEventEntry> entries = store::list_ticket_events(db, tenant.id);
  if (entries.empty()) return;
  const std::vector<store::Connection> connections = store::list_connections(db, tenant.id);
  for (const auto& entry : entries) {
    QueuedChange& change = all.emplace_back(QueuedChange{tenant, Direction::to_vendor, {}, words_for(entry), entry.text, true, false, entry.item});
    if (!entry.author.empty()) change.what += " by " + entry.author;
    for (const store::Connection& connection : connections)
      if (connection.integration_id == entry.integration_id) change.to = connection.provider;
  }
}

const store::RetryQueue& queue_of(const QueuedChange& change) {
  return change.direction == Direction::to_psa ? store::outbox_retry : store::ticket_event_retry;
}

QueuedChange find_queued(HostContext& context, const std::string& tenant, const std::string& id) {
  std::vector<QueuedChange> found = list_queued(context, tenant);
  std::erase_if(found, [&](const QueuedChange& change) { return !change.item.id.starts_with(id); });
  if (found.empty())
    throw Error(Status::not_found, "nothing with the id " + id + " waits or was given up; \"picket outbox list\" shows what does", "ID");
  if (found.size() > 1)
    throw Error(Status::invalid, std::to_string(found.size()) + " ids begin with " + id + "; give more of the one that is meant", "ID");
  return std::move(found.front());
}

std::string subject_of(const QueuedChange& change) { return change.what + " on ticket " + change.item.ticket_number + " for " + change.to; }

}  // namespace

QueuedState QueuedChange::state() const {
  if (item.given_up_at) return QueuedState::given_up;
  return item.attempts > 0 ? QueuedState::failing : QueuedState::waiting;
}

std::vector<QueuedChange> list_queued(HostContext& context, const std::string& tenant) {
  std::vector<QueuedChange> all;
  for (const store::Tenant& t : tenants_of(context.db(), tenant)) {
    list_to_psa(context.db(), t, all);
    list_to_vendor(context.db(), t, all);
  }
  return all;
}

std::vector<QueuedChange> retry_queued(HostContext& context, const std::string& tenant, const std::string& id) {
  store::Database& db = context.db();
  store::Transaction transaction(db);
  std::vector<QueuedChange> wanted;
  if (id.empty()) {
    wanted = list_queued(context, tenant);
    std::erase_if(wanted, [](const QueuedChange& change) { return change.state() == QueuedState::waiting; });
  } else {
    wanted.push_back(find_queued(context, tenant, id));
  }
  for (const QueuedChange& change : wanted) {
    if (change.is_outdated)
      queue_of(change).finish(db, change.tenant.id, change.item.id);
    else
      queue_of(change).retry(db, change.tenant.id, change.item.id);
    store::write_audit(db, change.tenant.id, "outbox.retry", subject_of(change), change.is_outdated ? "outdated" : "", context.now());
  }
  transaction.commit();
  return wanted;
}

QueuedChange drop_queued(HostContext& context, const std::string& tenant, const std::string& id) {
  store::Database& db = context.db();
  store::Transaction transaction(db);
  QueuedChange change = find_queued(context, tenant, id);
  if (!change.can_be_dropped)
    throw Error(Status::invalid,
                "the opening of ticket " + change.item.ticket_number + " cannot be dropped: its finding would have no ticket in " +
                    change.to + "; mend what " + change.to + " refuses",
                "ID");
  queue_of(change).finish(db, change.tenant.id, change.item.id);
  store::write_audit(db, change.tenant.id, "outbox.drop", subject_of(change), "", context.now());
  transaction.commit();
  return change;
}

}  // namespace picket::operations
