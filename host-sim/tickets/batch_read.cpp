#include "host-sim/tickets/batch_read.hpp"

#include <vector>

#include "host-sim/store/outbox.hpp"
#include "host-sim/store/remote_tickets.hpp"

namespace picket::tickets {
namespace {

using store::Field;
using store::Param;
using store::text_of;

// Distinct non-empty texts, as a list to ask for.
class IdList {
 public:
  void add(std::string_view text) {
    if (!text.empty()) texts_.insert(text);
  }
  std::vector<std::string_view> list() const { return {texts_.begin(), texts_.end()}; }

 private:
  std::set<std::string_view> texts_;
};

class FactReader {
 public:
  FactReader(store::Database& db, const LocalConnection& connection, std::span<const ChangeSet> change_sets)
      : db_(db), connection_(connection), change_sets_(change_sets) {}

  BatchFacts read(Time now) {
    facts_.now = now;
    facts_.closed_ticket_rules = connection_.closed_tickets;
    facts_.reference = ReferenceData::load(db_, connection_.tenant);
    read_alerts();
    read_tickets();
    read_closed_tickets();
    read_bodies();
    read_clients();
    read_assets();
    read_mappings();
    return std::move(facts_);
  }

 private:
  void select(std::string_view sql, const IdList& ids, std::size_t columns, const store::Database::Visit& visit) {
    const Param tenant = connection_.tenant;
    db_.select_in(sql, {&tenant, 1}, ids.list(), columns, visit);
  }

  void select_of_connection(std::string_view sql, const IdList& ids, std::size_t columns, const store::Database::Visit& visit) {
    const Param before[] = {connection_.tenant, connection_.integration_id};
    db_.select_in(sql, before, ids.list(), columns, visit);
  }

  void read_alerts() {
    IdList ids;
    for (const auto& set : change_sets_)
      if (set.alert) ids.add(set.alert->external_id);
    select_of_connection(R"(SELECT external_alert_id, alert_id, picket_revision, ticket_id
                            FROM rmm_alerts
                            WHERE tenant = ? AND integration_id = ? AND external_alert_id IN (?...))",
                         ids, 4, [&](std::span<Field> row) {
                           facts_.alerts.emplace(text_of(row[0]),
                                                 KnownAlert{.alert_id = text_of(row[1]),
                                                            .revision = static_cast<std::uint64_t>(store::integer_of(row[2])),
                                                            .ticket_id = text_of(row[3])});
                         });
  }

  // The id of the finding's ticket, or empty.
  std::string_view ticket_of(const ChangeSet& set) const {
    if (!set.alert) return {};
    const auto known = facts_.alerts.find(set.alert->external_id);
    return known == facts_.alerts.end() ? std::string_view() : known->second.ticket_id;
  }

  void read_tickets() {
    IdList ids;
    for (const auto& set : change_sets_)
      if (touches_ticket(set)) ids.add(ticket_of(set));
    select(R"(SELECT ticket_id, board_id, status_id, priority_id, closed_at, attributes
              FROM tickets
              WHERE tenant = ? AND ticket_id IN (?...))",
           ids, 6, [&](std::span<Field> row) {
             KnownTicket& ticket = facts_.tickets[text_of(row[0])];
             ticket.board_id = text_of(row[1]);
             ticket.status_id = text_of(row[2]);
             ticket.priority_id = text_of(row[3]);
             ticket.closed_at = store::time_of(row[4]);
             ticket.is_follow_up = is_follow_up(text_of(row[5]));
           });
    if (connection_.has_outbox) add_waiting_updates(ids);
    select(R"(SELECT ticket_id, thread_id
              FROM comment_threads
              WHERE tenant = ? AND ticket_id IN (?...)
              ORDER BY created_at DESC)",
           ids, 2, [&](std::span<Field> row) { facts_.tickets[text_of(row[0])].thread_id = text_of(row[1]); });
  }

  void add_waiting_updates(const IdList& ids) {
    for (const auto& [ticket_id, update, created_at] : store::waiting_updates(db_, connection_.tenant, ids.list())) {
      KnownTicket& ticket = facts_.tickets.at(ticket_id);
      if (!update.priority_id.empty()) ticket.priority_id = update.priority_id;
      if (update.action == store::UpdatePayload::Action::none) continue;
      ticket.status_id = update.status_id;
      ticket.closed_at = update.action == store::UpdatePayload::Action::close ? std::optional(created_at) : std::nullopt;
    }
  }

  void read_closed_tickets() {
    IdList ids;
    for (const auto& [id, ticket] : facts_.tickets)
      if (ticket.closed_at || facts_.reference.status(ticket.status_id).is_closed) ids.add(id);
    if (ids.list().empty()) return;
    select(R"(SELECT ticket_id, ticket_number, title, description, attributes, client_id, contact_name_id, category_id, subcategory_id,
                     source_reference, url
              FROM tickets
              WHERE tenant = ? AND ticket_id IN (?...))",
           ids, 11, [&](std::span<Field> row) {
             const std::string id = text_of(row[0]);
             ClosedTicket& ticket = facts_.closed[id];
             ticket.followed = {.number = text_of(row[1]),
                                .title = text_of(row[2]),
                                .body_markdown = text_of(row[3]),
                                .attributes = text_of(row[4]),
                                .url = {},
                                .closed_at = facts_.tickets.at(id).closed_at};
             ticket.client_id = text_of(row[5]);
             ticket.contact_id = text_of(row[6]);
             ticket.priority_id = facts_.tickets.at(id).priority_id;
             ticket.category_id = text_of(row[7]);
             ticket.subcategory_id = text_of(row[8]);
             ticket.source_reference = text_of(row[9]);
             ticket.url = text_of(row[10]);
           });
    if (connection_.has_outbox) read_remote_numbers(ids);
    if (!connection_.takes_ticket_events) return;
    select(R"(SELECT ticket_id
              FROM picket_ticket_events
              WHERE tenant = ? AND kind = 'closed' AND given_up_at IS NULL AND ticket_id IN (?...))",
           ids, 1, [&](std::span<Field> row) { facts_.closed.at(text_of(row[0])).closing_is_on_its_way = true; });
  }

  void read_remote_numbers(const IdList& ids) {
    for (const store::RemoteLink& link : store::current_remote_links(db_, connection_.tenant, ids.list())) {
      FollowedTicket& followed = facts_.closed.at(link.ticket_id).followed;
      if (!link.number.empty()) followed.number = link.number;
      followed.url = link.url;
    }
  }

  void read_bodies() {
    IdList ids;
    for (const auto& set : change_sets_)
      if (!set.body_markdown.empty() || set.restated_ticket) {
        const auto known = facts_.tickets.find(ticket_of(set));
        if (known != facts_.tickets.end() && (connection_.has_outbox || known->second.is_follow_up)) ids.add(known->first);
      }
    select(R"(SELECT ticket_id, description FROM tickets WHERE tenant = ? AND ticket_id IN (?...))", ids, 2,
           [&](std::span<Field> row) { facts_.tickets[text_of(row[0])].body = text_of(row[1]); });
  }

  void read_clients() {
    IdList ids;
    IdList contact_ids;
    for (const auto& set : change_sets_) {
      if (set.mapping) ids.add(set.mapping->client_id);
      if (!set.open_ticket) continue;
      ids.add(set.open_ticket->client_id);
      contact_ids.add(set.open_ticket->contact_id);
    }
    select(R"(SELECT client_id FROM clients WHERE tenant = ? AND client_id IN (?...))", ids, 1,
           [&](std::span<Field> row) { facts_.clients.emplace(text_of(row[0]), KnownClient{}); });
    select(R"(SELECT client_id, contact_name_id
              FROM contacts
              WHERE tenant = ? AND is_primary = true AND client_id IN (?...))",
           ids, 2, [&](std::span<Field> row) { facts_.clients[text_of(row[0])].primary_contact = text_of(row[1]); });
    select(R"(SELECT contact_name_id FROM contacts WHERE tenant = ? AND contact_name_id IN (?...))", contact_ids, 1,
           [&](std::span<Field> row) { facts_.contacts.insert(text_of(row[0])); });
  }

  void read_assets() {
    IdList ids;
    for (const auto& set : change_sets_) {
      if (set.alert) ids.add(set.alert->asset_id);
      if (set.asset_link) ids.add(set.asset_link->asset_id);
    }
    select(R"(SELECT asset_id FROM assets WHERE tenant = ? AND asset_id IN (?...))", ids, 1,
           [&](std::span<Field> row) { facts_.assets.insert(text_of(row[0])); });
  }

  void read_mappings() {
    IdList ids;
    for (const auto& set : change_sets_)
      if (set.mapping) ids.add(set.mapping->external_id);
    select_of_connection(R"(SELECT external_organization_id, external_organization_name
                            FROM rmm_organization_mappings
                            WHERE tenant = ? AND integration_id = ? AND external_organization_id IN (?...))",
                         ids, 2, [&](std::span<Field> row) { facts_.mappings.emplace(text_of(row[0]), text_of(row[1])); });
  }

  store::Database& db_;
  const LocalConnection& connection_;
  const std::span<const ChangeSet> change_sets_;
  BatchFacts facts_;
};

}  // namespace

BatchFacts read_facts(store::Database& db, const LocalConnection& connection, Time now, std::span<const ChangeSet> change_sets) {
  return FactReader(db, connection, change_sets).read(now);
}

bool touches_ticket(const ChangeSet& set) {
  return !set.notes.empty() || set.ticket_action != TicketAction::keep || !set.priority_id.empty() || !set.body_markdown.empty() ||
         set.restated_ticket;
}

}  // namespace picket::tickets
