#include "host-sim/tickets/technician.hpp"

#include <optional>

#include "host-sim/store/sequences.hpp"
#include "host-sim/store/ticket_events.hpp"
#include "host-sim/store/uuid.hpp"
#include "host-sim/tickets/comments.hpp"
#include "host-sim/tickets/reference_data.hpp"
#include "sdk/common/markdown.hpp"
#include "sdk/common/text.hpp"
#include "sdk/common/time_text.hpp"

namespace picket::tickets {
namespace {

using store::Param;
using store::param_of;
using store::param_or_null;
using store::text_of;

constexpr std::size_t max_note_chars = 100'000;
constexpr std::size_t max_name_chars = 200;

struct Ticket {
  std::string board_id, status_id, priority_id, priority_name, assignee_id, assignee_name;
  bool is_closed = false;
};

// The ticket, which nobody else can change until the transaction ends.
Ticket lock_ticket(store::Database& db, std::string_view tenant, std::string_view ticket_id) {
  // Writing first takes the row's lock on PostgreSQL, so that the ticket read next is the latest.
  db.execute("UPDATE tickets SET updated_at = updated_at WHERE tenant = ? AND ticket_id = ?", {tenant, ticket_id});
  auto rows = db.query<8>(
      R"(SELECT t.board_id, t.status_id, t.priority_id, p.priority_name, t.assigned_to, u.name, s.is_closed, t.closed_at
         FROM tickets t
         JOIN statuses s ON s.tenant = t.tenant AND s.status_id = t.status_id
         LEFT JOIN priorities p ON p.tenant = t.tenant AND p.priority_id = t.priority_id
         LEFT JOIN users u ON u.tenant = t.tenant AND u.user_id = t.assigned_to
         WHERE t.tenant = ? AND t.ticket_id = ?)",
      {tenant, ticket_id});
  if (rows.empty()) throw Error(Status::not_found, "the ticket " + std::string(ticket_id) + " does not exist", "ticket");
  auto& row = rows[0];
  Ticket ticket;
  ticket.board_id = text_of(row[0]);
  ticket.status_id = text_of(row[1]);
  ticket.priority_id = text_of(row[2]);
  ticket.priority_name = text_of(row[3]);
  ticket.assignee_id = text_of(row[4]);
  ticket.assignee_name = text_of(row[5]);
  // A remote PSA may not say which of its statuses are closed ones: then only the date of closing shows it.
  ticket.is_closed = store::bool_of(row[6]) || row[7].has_value();
  return ticket;
}

std::string clean_name(std::string_view name) { return text::clean_line(name, max_name_chars).text; }

std::string clean_note(std::string_view note) {
  std::string text = text::clean_block(note, max_note_chars).text;
  return text.find_first_not_of(" \n") == std::string::npos ? std::string() : text;
}

void add_comment(store::Database& db, const Technician& technician, std::string_view ticket_id, const std::string& note) {
  const std::int64_t position = store::take_numbers(db, technician.tenant, "comment", 1, 1);
  const std::string author = clean_name(technician.name);
  db.execute(
      R"(INSERT INTO comments (tenant, comment_id, thread_id, ticket_id, note, is_internal, is_system_generated, created_at,
                               picket_position, picket_author)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?))",
      {technician.tenant, store::new_uuid(), thread_of(db, technician.tenant, ticket_id, technician.now), ticket_id, markdown::block(note),
       param_of(true), param_of(false), format_time(technician.at), std::to_string(position), param_or_null(author)});
}

// The id of the user of this name, who is created if unknown; empty for no name.
std::string user_of(store::Database& db, std::string_view tenant, const std::string& name) {
  if (name.empty()) return {};
  const std::string folded = text::fold(name);
  for (auto& row : db.query<2>("SELECT user_id, name FROM users WHERE tenant = ? ORDER BY user_id", {tenant}))
    if (text::fold(text_of(row[1])) == folded) return text_of(row[0]);
  std::string id = store::new_uuid();
  db.execute("INSERT INTO users (tenant, user_id, name, email) VALUES (?, ?, ?, '')", {tenant, id, name});
  return id;
}

std::string name_of_user(store::Database& db, std::string_view tenant, const std::string& id) {
  auto rows = db.query<1>("SELECT name FROM users WHERE tenant = ? AND user_id = ?", {tenant, id});
  return rows.empty() ? std::string() : text_of(rows[0][0]);
}

store::NewTicketEvent event_of(const Technician& technician, std::string_view ticket_id, TicketEventKind kind) {
  store::NewTicketEvent event;
  event.ticket_id = ticket_id;
  event.kind = kind;
  event.author = clean_name(technician.name);
  event.at = technician.at;
  return event;
}

void queue(store::Database& db, const Technician& technician, const store::NewTicketEvent& event) {
  store::queue_ticket_events(db, technician.tenant, {&event, 1}, technician.now);
}

void touch(store::Database& db, const Technician& technician, std::string_view ticket_id) {
  db.execute("UPDATE tickets SET updated_at = ? WHERE tenant = ? AND ticket_id = ?",
             {format_time(technician.now), technician.tenant, ticket_id});
}

}  // namespace

bool write_note(store::Database& db, const Technician& technician, std::string_view ticket_id, std::string_view text) {
  lock_ticket(db, technician.tenant, ticket_id);
  store::NewTicketEvent event = event_of(technician, ticket_id, TicketEventKind::note);
  event.text = clean_note(text);
  if (event.text.empty()) return false;
  touch(db, technician, ticket_id);
  add_comment(db, technician, ticket_id, event.text);
  queue(db, technician, event);
  return true;
}

bool set_priority(store::Database& db, const Technician& technician, std::string_view ticket_id, std::string_view priority_id) {
  const Ticket ticket = lock_ticket(db, technician.tenant, ticket_id);
  if (ticket.priority_id == priority_id) return false;
  store::NewTicketEvent event = event_of(technician, ticket_id, TicketEventKind::priority);
  event.before = ticket.priority_name;
  if (!priority_id.empty()) event.after = store::find_entity(db, technician.tenant, store::EntityKind::priority, priority_id).name;
  db.execute("UPDATE tickets SET priority_id = ? WHERE tenant = ? AND ticket_id = ?",
             {param_or_null(priority_id), technician.tenant, ticket_id});
  touch(db, technician, ticket_id);
  queue(db, technician, event);
  return true;
}

bool set_assignee(store::Database& db, const Technician& technician, std::string_view ticket_id, std::string_view user_name) {
  const Ticket ticket = lock_ticket(db, technician.tenant, ticket_id);
  const std::string user_id = user_of(db, technician.tenant, clean_name(user_name));
  if (ticket.assignee_id == user_id) return false;
  store::NewTicketEvent event = event_of(technician, ticket_id, TicketEventKind::assignee);
  event.before = ticket.assignee_name;
  if (!user_id.empty()) event.after = name_of_user(db, technician.tenant, user_id);
  db.execute("UPDATE tickets SET assigned_to = ? WHERE tenant = ? AND ticket_id = ?",
             {param_or_null(user_id), technician.tenant, ticket_id});
  touch(db, technician, ticket_id);
  queue(db, technician, event);
  return true;
}

bool close_ticket(store::Database& db, const Technician& technician, std::string_view ticket_id, std::string_view status_id,
                  std::string_view closure_note) {
  const Ticket ticket = lock_ticket(db, technician.tenant, ticket_id);
  if (ticket.is_closed) return false;
  const ReferenceData reference = ReferenceData::load(db, technician.tenant);
  const store::Entity* status = reference.closed_status(status_id, ticket.board_id);
  if (status == nullptr) throw Error(Status::invalid, "the ticket's board has no closed status; give it one", "status");
  store::NewTicketEvent event = event_of(technician, ticket_id, TicketEventKind::closed);
  event.text = clean_note(closure_note);
  db.execute("UPDATE tickets SET status_id = ?, closed_at = ? WHERE tenant = ? AND ticket_id = ?",
             {status->id, format_time(technician.at), technician.tenant, ticket_id});
  touch(db, technician, ticket_id);
  if (!event.text.empty()) add_comment(db, technician, ticket_id, event.text);
  queue(db, technician, event);
  return true;
}

bool reopen_ticket(store::Database& db, const Technician& technician, std::string_view ticket_id) {
  const Ticket ticket = lock_ticket(db, technician.tenant, ticket_id);
  if (!ticket.is_closed) return false;
  const std::string status_id = ReferenceData::load(db, technician.tenant).default_status(ticket.board_id).id;
  db.execute("UPDATE tickets SET status_id = ?, closed_at = NULL WHERE tenant = ? AND ticket_id = ?",
             {status_id, technician.tenant, ticket_id});
  touch(db, technician, ticket_id);
  queue(db, technician, event_of(technician, ticket_id, TicketEventKind::reopened));
  return true;
}

}  // namespace picket::tickets
