#include "host-sim/store/remote_tickets.hpp"

#include <utility>

#include "sdk/common/json.hpp"
#include "sdk/common/time_text.hpp"

namespace picket::store {
namespace {

constexpr std::string_view select_links = R"(SELECT desk, remote_id, ticket_id, is_current, remote_number, remote_url, remote_updated_at,
      is_closed, priority_name, assignee, seen_notes, notes_since, remote_state, token
    FROM picket_remote_tickets
    WHERE tenant = ?)";
constexpr std::size_t link_columns = 14;

RemoteState state_of(const Field& text) {
  if (!text) return {};
  const json::object o = json::parse_object(*text, "the state of a remote ticket");
  RemoteState state;
  state.status_id = json::text_at(o, "status_id").value_or("");
  state.has_closed_flag = json::bool_at(o, "closed_flag").value_or(false);
  state.closing_mark = json::text_at(o, "closing_mark").value_or("");
  state.rests = json::bool_at(o, "rests").value_or(false);
  state.body_digest = json::text_at(o, "body_digest").value_or("");
  return state;
}

std::string text_of_state(const RemoteState& state) {
  return json::to_string(json::object{{"status_id", state.status_id},
                                      {"closed_flag", state.has_closed_flag},
                                      {"closing_mark", state.closing_mark},
                                      {"rests", state.rests},
                                      {"body_digest", state.body_digest}});
}

// A note is its id, or {"id", "digest"} if the digest of its words is known.
void take_seen_note(RemoteLink& link, const json::value& note) {
  if (note.is_string()) {
    link.seen_notes.emplace_back(note.get_string());
    return;
  }
  const json::object& o = note.as_object();
  std::string& id = link.seen_notes.emplace_back(o.at("id").as_string());
  link.note_digests.emplace(id, o.at("digest").as_string());
}

std::string text_of_seen_notes(const RemoteLink& link) {
  json::array notes;
  for (const auto& id : link.seen_notes) {
    const auto digest = link.note_digests.find(id);
    if (digest == link.note_digests.end())
      notes.emplace_back(id);
    else
      notes.push_back(json::object{{"id", id}, {"digest", digest->second}});
  }
  return json::to_string(notes);
}

RemoteLink link_of(std::span<Field> row) {
  RemoteLink link;
  link.psa = text_of(row[0]);
  link.remote_id = text_of(row[1]);
  link.ticket_id = text_of(row[2]);
  link.is_current = bool_of(row[3]);
  link.number = text_of(row[4]);
  link.url = text_of(row[5]);
  link.updated_at = text_of(row[6]);
  if (row[7]) link.closed = bool_of(row[7]);
  link.priority = std::move(row[8]);
  link.assignee = std::move(row[9]);
  const json::value seen = json::parse(text_of(row[10]), "the notes seen on the ticket " + link.remote_id);
  for (const auto& note : seen.as_array()) take_seen_note(link, note);
  link.notes_since = time_of(row[11]);
  link.state = state_of(row[12]);
  link.token = text_of(row[13]);
  return link;
}

}  // namespace

void put_remote_link(Database& db, std::string_view tenant, const RemoteLink& link, Time now) {
  const std::string at = format_time(now);
  if (link.is_current)
    db.execute(R"(UPDATE picket_remote_tickets SET is_current = false, updated_at = ?
        WHERE tenant = ? AND ticket_id = ? AND is_current = true AND NOT (desk = ? AND remote_id = ?))",
               {at, tenant, link.ticket_id, link.psa, link.remote_id});
  const auto since = link.notes_since ? std::optional(format_time(*link.notes_since)) : std::nullopt;
  db.execute(R"(INSERT INTO picket_remote_tickets (tenant, desk, remote_id, ticket_id, is_current, remote_number, remote_url,
        remote_updated_at, is_closed, priority_name, assignee, seen_notes, notes_since, remote_state, token, created_at, updated_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (tenant, desk, remote_id) DO UPDATE SET
        ticket_id = excluded.ticket_id, is_current = excluded.is_current, remote_number = excluded.remote_number,
        remote_url = excluded.remote_url, remote_updated_at = excluded.remote_updated_at, is_closed = excluded.is_closed,
        priority_name = excluded.priority_name, assignee = excluded.assignee, seen_notes = excluded.seen_notes,
        notes_since = excluded.notes_since, remote_state = excluded.remote_state, token = excluded.token, updated_at = excluded.updated_at)",
             {tenant, link.psa, link.remote_id, link.ticket_id, param_of(link.is_current), param_or_null(link.number),
              param_or_null(link.url), param_or_null(link.updated_at), link.closed ? param_of(*link.closed) : Param(), link.priority,
              link.assignee, text_of_seen_notes(link), since, text_of_state(link.state), param_or_null(link.token), at, at});
}

std::vector<RemoteLink> find_remote_links(Database& db, std::string_view tenant, std::string_view psa,
                                          std::span<const std::string_view> remote_ids) {
  static const std::string sql = std::string(select_links) + " AND desk = ? AND remote_id IN (?...)";
  const Param before[] = {tenant, psa};
  std::vector<RemoteLink> links;
  db.select_in(sql, before, remote_ids, link_columns, [&](std::span<Field> row) { links.push_back(link_of(row)); });
  return links;
}

std::vector<RemoteLink> current_remote_links(Database& db, std::string_view tenant, std::span<const std::string_view> ticket_ids) {
  static const std::string sql = std::string(select_links) + " AND is_current = true AND ticket_id IN (?...)";
  const Param before[] = {tenant};
  std::vector<RemoteLink> links;
  db.select_in(sql, before, ticket_ids, link_columns, [&](std::span<Field> row) { links.push_back(link_of(row)); });
  return links;
}

std::vector<RemoteLink> remote_links_by_token(Database& db, std::string_view tenant, std::string_view psa,
                                              std::span<const std::string_view> tokens) {
  static const std::string sql = std::string(select_links) + " AND desk = ? AND is_current = true AND token IN (?...)";
  const Param before[] = {tenant, psa};
  std::vector<RemoteLink> links;
  db.select_in(sql, before, tokens, link_columns, [&](std::span<Field> row) { links.push_back(link_of(row)); });
  return links;
}

void take_over_priority(Database& db, std::string_view tenant, std::string_view ticket_id, std::string_view priority_id) {
  db.execute(R"(UPDATE tickets SET priority_id = ?
      WHERE tenant = ? AND ticket_id = ? AND (priority_id IS NULL OR priority_id <> ?))",
             {priority_id, tenant, ticket_id, priority_id});
}

void take_over_status(Database& db, std::string_view tenant, std::string_view ticket_id, std::string_view status_id,
                      std::optional<Time> closed_at) {
  const auto closed = closed_at ? std::optional(format_time(*closed_at)) : std::nullopt;
  db.execute(R"(UPDATE tickets SET status_id = ?, closed_at = ?
      WHERE tenant = ? AND ticket_id = ? AND status_id <> ?)",
             {status_id, closed, tenant, ticket_id, status_id});
}

void merge_tickets(Database& db, std::string_view tenant, std::string_view from, std::string_view into, Time now) {
  const std::string at = format_time(now);
  db.execute("UPDATE rmm_alerts SET ticket_id = ?, updated_at = ? WHERE tenant = ? AND ticket_id = ?", {into, at, tenant, from});
  // A ticket that waits to be opened, and changes of one that is closed now, have nobody to go to: notes have.
  db.execute("DELETE FROM picket_outbox WHERE tenant = ? AND ticket_id = ? AND kind <> 'note'", {tenant, from});
  db.execute("UPDATE picket_outbox SET ticket_id = ? WHERE tenant = ? AND ticket_id = ?", {into, tenant, from});
  db.execute("UPDATE picket_ticket_events SET ticket_id = ? WHERE tenant = ? AND ticket_id = ?", {into, tenant, from});
  db.execute("UPDATE tickets SET closed_at = coalesce(closed_at, ?), updated_at = ? WHERE tenant = ? AND ticket_id = ?",
             {at, at, tenant, from});
  // What is merged into one of these later belongs to that other ticket, too.
  db.execute("UPDATE picket_remote_tickets SET ticket_id = ?, is_current = false, updated_at = ? WHERE tenant = ? AND ticket_id = ?",
             {into, at, tenant, from});
}

BoardAndStatus board_and_status(Database& db, std::string_view tenant, std::string_view ticket_id) {
  auto row = db.query<2>("SELECT board_id, status_id FROM tickets WHERE tenant = ? AND ticket_id = ?", {tenant, ticket_id}).at(0);
  return {text_of(row[0]), text_of(row[1])};
}

void reopen_for_follow_up(Database& db, std::string_view tenant, std::string_view ticket_id, std::string_view status_id, Time now) {
  db.execute(R"(UPDATE tickets SET status_id = ?, closed_at = NULL, updated_at = ?
      WHERE tenant = ? AND ticket_id = ?)",
             {status_id, format_time(now), tenant, ticket_id});
}

}  // namespace picket::store
