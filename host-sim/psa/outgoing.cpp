#include "host-sim/psa/outgoing.hpp"

#include <set>

#include "host-sim/psa/tokens.hpp"
#include "host-sim/tickets/closed_ticket.hpp"
#include "sdk/common/json.hpp"

namespace picket::psa {

using store::Field;
using store::Param;
using store::text_of;

std::map<std::string, OutgoingTicket, std::less<>> read_outgoing_tickets(store::Database& db, std::string_view tenant,
                                                                         std::span<const std::string_view> ticket_ids) {
  std::map<std::string, OutgoingTicket, std::less<>> tickets;
  std::set<std::string, std::less<>> follow_ups;
  const Param before[] = {tenant};
  db.select_in(
      R"(SELECT ticket_id, ticket_number, title, description, client_id, board_id, priority_id, coalesce(subcategory_id, category_id),
               attributes
        FROM tickets
        WHERE tenant = ? AND ticket_id IN (?...))",
      before, ticket_ids, 9, [&](std::span<Field> row) {
        const std::string id = text_of(row[0]);
        if (tickets::is_follow_up(text_of(row[8]))) follow_ups.insert(id);
        OutgoingTicket& ticket = tickets[id];
        ticket.number = text_of(row[1]);
        ticket.title = text_of(row[2]);
        ticket.body_markdown = text_of(row[3]);
        ticket.client_id = text_of(row[4]);
        ticket.board_id = text_of(row[5]);
        ticket.priority_id = text_of(row[6]);
        ticket.category_id = text_of(row[7]);
      });
  // The token of a ticket with several findings comes from the oldest one.
  db.select_in(
      R"(SELECT a.ticket_id, i.provider, i.instance_url, t.name, a.external_alert_id
        FROM rmm_alerts a
        JOIN rmm_integrations i ON i.tenant = a.tenant AND i.integration_id = a.integration_id
        JOIN tenants t ON t.tenant = a.tenant
        WHERE a.tenant = ? AND a.ticket_id IN (?...)
        ORDER BY a.created_at, a.alert_id)",
      before, ticket_ids, 5, [&](std::span<Field> row) {
        const std::string id = text_of(row[0]);
        std::string& token = tickets[id].token;
        // A follow-up's token is not that of the ticket that it follows.
        const std::string finding = text_of(row[4]) + (follow_ups.contains(id) ? "\n" + id : "");
        if (token.empty()) token = ticket_token(text_of(row[1]), text_of(row[2]), text_of(row[3]), finding);
      });
  db.select_in("SELECT ticket_id FROM picket_remote_tickets WHERE tenant = ? AND is_current = false AND ticket_id IN (?...)", before,
               ticket_ids, 1, [&](std::span<Field> row) { tickets[text_of(row[0])].has_former = true; });
  return tickets;
}

std::map<std::string, std::string, std::less<>> read_outgoing_notes(store::Database& db, std::string_view tenant,
                                                                    std::span<const std::string_view> comment_ids) {
  std::map<std::string, std::string, std::less<>> notes;
  const Param before[] = {tenant};
  db.select_in("SELECT comment_id, note FROM comments WHERE tenant = ? AND comment_id IN (?...)", before, comment_ids, 2,
               [&](std::span<Field> row) { notes.emplace(text_of(row[0]), text_of(row[1])); });
  return notes;
}

}  // namespace picket::psa
