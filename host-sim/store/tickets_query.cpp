#include "host-sim/store/tickets_query.hpp"

#include <map>
#include <utility>

#include "host-sim/store/outbox.hpp"
#include "host-sim/store/psa.hpp"
#include "host-sim/store/uuid.hpp"

namespace picket::store {
namespace {

constexpr std::string_view select_tickets =
    R"(SELECT t.ticket_id, t.ticket_number, t.title, c.client_name, b.board_name, s.name, p.priority_name, g.category_name,
              h.category_name, n.full_name, s.is_closed, t.source, t.source_reference, t.url, t.entered_at, t.updated_at, t.closed_at,
              t.description, t.attributes, t.board_id, u.name, r.desk, r.remote_number, r.remote_url
       FROM tickets t
       JOIN clients c ON c.tenant = t.tenant AND c.client_id = t.client_id
       JOIN boards b ON b.tenant = t.tenant AND b.board_id = t.board_id
       JOIN statuses s ON s.tenant = t.tenant AND s.status_id = t.status_id
       LEFT JOIN priorities p ON p.tenant = t.tenant AND p.priority_id = t.priority_id
       LEFT JOIN categories g ON g.tenant = t.tenant AND g.category_id = t.category_id
       LEFT JOIN categories h ON h.tenant = t.tenant AND h.category_id = t.subcategory_id
       LEFT JOIN contacts n ON n.tenant = t.tenant AND n.contact_name_id = t.contact_name_id
       LEFT JOIN users u ON u.tenant = t.tenant AND u.user_id = t.assigned_to
       LEFT JOIN picket_remote_tickets r ON r.tenant = t.tenant AND r.ticket_id = t.ticket_id AND r.is_current = true
       WHERE t.tenant = ?)";
constexpr std::size_t ticket_columns = 24;

TicketRow ticket_of(std::span<Field> row) {
  TicketRow t;
  t.ticket_id = text_of(row[0]);
  t.number = text_of(row[1]);
  t.title = text_of(row[2]);
  t.client = text_of(row[3]);
  t.board = text_of(row[4]);
  t.status = text_of(row[5]);
  t.priority = text_of(row[6]);
  t.category = text_of(row[7]);
  t.subcategory = text_of(row[8]);
  t.contact = text_of(row[9]);
  // A remote PSA may not say which of its statuses are closed ones: then only the date of closing shows it.
  t.is_closed = bool_of(row[10]) || row[16].has_value();
  t.source = text_of(row[11]);
  t.source_reference = text_of(row[12]);
  t.url = text_of(row[13]);
  t.entered_at = time_of(row[14]);
  t.updated_at = time_of(row[15]);
  t.closed_at = time_of(row[16]);
  t.board_id = text_of(row[19]);
  t.assignee = text_of(row[20]);
  t.remote_psa = text_of(row[21]);
  t.remote_number = text_of(row[22]);
  t.remote_url = text_of(row[23]);
  return t;
}

// `of_ticket` empty: of all.
void add_pending(Database& db, std::string_view tenant, std::string_view of_ticket, std::vector<TicketRow>& rows) {
  std::map<std::string, TicketRow*, std::less<>> tickets;
  for (auto& row : rows) tickets.emplace(row.ticket_id, &row);
  const Param params[] = {tenant, of_ticket};
  const std::string sql = std::string("SELECT ticket_id, outbox_id, kind, payload, given_up_at FROM picket_outbox WHERE tenant = ?") +
                          (of_ticket.empty() ? "" : " AND ticket_id = ?") + " ORDER BY picket_position";
  db.select(sql, std::span(params, of_ticket.empty() ? 1 : 2), 5, [&](std::span<Field> row) {
    const auto ticket = tickets.find(text_of(row[0]));
    if (ticket == tickets.end()) return;
    const std::string kind = text_of(row[2]);
    const std::string what = kind == "ticket" ? "opening" : kind == "update" ? words_for(read_update_payload(text_of(row[3]))) : kind;
    ticket->second->pending.push_back({text_of(row[1]), what, row[4].has_value()});
  });
}

}  // namespace

std::vector<TicketRow> list_tickets(Database& db, std::string_view tenant, const TicketFilter& filter) {
  std::string sql(select_tickets);
  std::vector<Param> params{tenant};
  if (!filter.source.empty()) {
    sql += " AND t.source = ?";
    params.emplace_back(filter.source);
  }
  // Numbers are given out in ascending order, and the longer of two is the larger one.
  sql += " ORDER BY length(t.ticket_number) DESC, t.ticket_number DESC LIMIT ?";
  const std::string limit = filter.limit == 0 ? "9223372036854775807" : std::to_string(filter.limit);
  params.emplace_back(limit);
  std::vector<TicketRow> rows;
  db.select(sql, params, ticket_columns, [&](std::span<Field> row) { rows.push_back(ticket_of(row)); });
  add_pending(db, tenant, {}, rows);
  return rows;
}

TicketDetails show_ticket(Database& db, std::string_view tenant, std::string_view number_or_id) {
  std::optional<TicketDetails> found;
  std::vector<TicketRow> rows;
  const auto id = canonical_uuid(number_or_id);
  const Param params[] = {tenant, id ? std::string_view(*id) : number_or_id};
  const auto find = [&](const char* condition) {
    db.select(std::string(select_tickets) + condition, params, ticket_columns, [&](std::span<Field> row) {
      found.emplace();
      found->description = text_of(row[17]);
      found->attributes = text_of(row[18]);
      rows = {ticket_of(row)};
    });
  };
  find(id ? " AND t.ticket_id = ?" : " AND t.ticket_number = ?");
  if (!found && !id) find(" AND r.remote_number = ?");
  if (!found) throw Error(Status::not_found, "there is no ticket " + std::string(number_or_id), "ticket");
  add_pending(db, tenant, rows.at(0).ticket_id, rows);
  found->row = std::move(rows.at(0));
  for (auto& row : db.query<5>(
           R"(SELECT note, picket_author, is_internal, is_system_generated, created_at
              FROM comments
              WHERE tenant = ? AND ticket_id = ?
              ORDER BY created_at, picket_position, comment_id)",
           {tenant, found->row.ticket_id}))
    found->comments.push_back({text_of(row[0]), text_of(row[1]), bool_of(row[2]), bool_of(row[3]), time_of(row[4])});
  for (auto& row : db.query<3>(R"(SELECT a.asset_id, a.name, a.serial_number
                      FROM asset_associations l
                      JOIN assets a ON a.tenant = l.tenant AND a.asset_id = l.asset_id
                      WHERE l.tenant = ? AND l.entity_id = ?
                      ORDER BY a.name, a.asset_id)",
                               {tenant, found->row.ticket_id}))
    found->assets.push_back({text_of(row[0]), text_of(row[1]), text_of(row[2])});
  return std::move(*found);
}

}  // namespace picket::store
