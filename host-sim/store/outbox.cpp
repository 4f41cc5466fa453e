#include "host-sim/store/outbox.hpp"

#include <array>
#include <utility>

#include "host-sim/store/sequences.hpp"
#include "host-sim/store/uuid.hpp"
#include "sdk/common/json.hpp"
#include "sdk/common/time_text.hpp"

namespace picket::store {
namespace {

constexpr std::array<std::pair<OutboxKind, std::string_view>, 3> kind_names{
    {{OutboxKind::ticket, "ticket"}, {OutboxKind::note, "note"}, {OutboxKind::update, "update"}}};

std::string_view name_of(OutboxKind kind) {
  for (const auto& [k, name] : kind_names)
    if (k == kind) return name;
  throw Error(Status::internal, "the outbox knows no such kind");
}

OutboxKind kind_of(std::string_view text) {
  for (const auto& [kind, name] : kind_names)
    if (name == text) return kind;
  throw Error(Status::internal, "the outbox holds the unknown kind \"" + std::string(text) + '"');
}

constexpr std::string_view select_items =
    "SELECT o.outbox_id, o.ticket_id, o.kind, o.token, o.payload, o.is_sent, o.attempts, o.created_at FROM picket_outbox o "
    "WHERE o.tenant = ?";
constexpr std::size_t item_columns = 8;

OutboxItem item_of(std::span<Field> row) {
  OutboxItem item;
  item.outbox_id = text_of(row[0]);
  item.ticket_id = text_of(row[1]);
  item.kind = kind_of(text_of(row[2]));
  item.token = text_of(row[3]);
  item.payload = text_of(row[4]);
  item.sent = bool_of(row[5]);
  item.attempts = static_cast<std::uint64_t>(integer_of(row[6]));
  item.created_at = time_of(row[7]).value();
  return item;
}

constexpr std::string_view select_links =
    "SELECT desk, remote_id, ticket_id, is_current, remote_number, remote_url, remote_updated_at, is_closed, priority_name, assignee, "
    "seen_notes, notes_since FROM picket_remote_tickets WHERE tenant = ?";
constexpr std::size_t link_columns = 12;

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
  for (const auto& id : seen.as_array()) link.seen_notes.emplace_back(id.as_string());
  link.notes_since = time_of(row[11]);
  return link;
}

}  // namespace

void add_outbox_items(Database& db, std::string_view tenant, std::span<const NewOutboxItem> items, Time now) {
  if (items.empty()) return;
  std::int64_t position = take_numbers(db, tenant, "outbox", items.size(), 1);
  const std::string at = format_time(now);
  std::vector<std::array<std::string, 3>> made;
  made.reserve(items.size());
  std::vector<Param> rows;
  for (const auto& item : items) {
    const auto& [id, token, place] = made.emplace_back(std::array{new_uuid(), new_token(), std::to_string(position++)});
    rows.insert(rows.end(), {tenant, place, id, item.ticket_id, name_of(item.kind), token, item.payload, at});
  }
  db.insert_many("picket_outbox", "tenant, picket_position, outbox_id, ticket_id, kind, token, payload, created_at", rows);
}

std::vector<OutboxItem> due_outbox_items(Database& db, std::string_view tenant, Time now, std::size_t limit) {
  // What never failed comes first, or else notes that fail for ever would keep new tickets waiting. Two queries, since each can follow the
  // index and stop early.
  static const std::string due =
      std::string(select_items) +
      " AND o.given_up_at IS NULL AND (o.next_attempt_at IS NULL OR o.next_attempt_at <= ?) AND NOT EXISTS "
      "(SELECT 1 FROM picket_outbox e WHERE e.ticket_id = "
      "o.ticket_id AND e.tenant = o.tenant AND e.picket_position < o.picket_position AND e.given_up_at IS NULL) ";
  static const std::string fresh = due + "AND o.attempts = 0 ORDER BY o.picket_position LIMIT ?";
  static const std::string failed = due + "AND o.attempts > 0 ORDER BY o.picket_position LIMIT ?";
  const std::string at = format_time(now);
  std::vector<OutboxItem> items;
  for (const std::string* sql : {&fresh, &failed}) {
    if (items.size() >= limit) break;
    const std::string rows = std::to_string(limit - items.size());
    const Param params[] = {tenant, at, rows};
    db.select(*sql, params, item_columns, [&](std::span<Field> row) { items.push_back(item_of(row)); });
  }
  return items;
}

std::vector<OutboxItem> sent_outbox_items(Database& db, std::string_view tenant, std::span<const std::string_view> ticket_ids) {
  static const std::string sql = std::string(select_items) + " AND o.is_sent = true AND o.ticket_id IN (?...)";
  const Param before[] = {tenant};
  std::vector<OutboxItem> items;
  db.select_in(sql, before, ticket_ids, item_columns, [&](std::span<Field> row) { items.push_back(item_of(row)); });
  return items;
}

bool waits_to_be_opened(Database& db, std::string_view tenant, std::string_view ticket_id) {
  return !db.query<1>("SELECT outbox_id FROM picket_outbox WHERE tenant = ? AND ticket_id = ? AND kind = 'ticket'", {tenant, ticket_id})
              .empty();
}

void mark_outbox_items(Database& db, std::string_view tenant, std::span<const std::string> outbox_ids, Time now) {
  const std::string at = format_time(now);
  for (const auto& id : outbox_ids)
    db.execute("UPDATE picket_outbox SET is_sent = true, sent_at = ? WHERE tenant = ? AND outbox_id = ?", {at, tenant, id});
}

void unmark_outbox_items(Database& db, std::string_view tenant, std::span<const std::string_view> outbox_ids) {
  for (const auto id : outbox_ids) db.execute("UPDATE picket_outbox SET is_sent = false WHERE tenant = ? AND outbox_id = ?", {tenant, id});
}

void finish_outbox_item(Database& db, std::string_view tenant, std::string_view outbox_id) {
  db.execute("DELETE FROM picket_outbox WHERE tenant = ? AND outbox_id = ?", {tenant, outbox_id});
}

void postpone_outbox_item(Database& db, std::string_view tenant, std::string_view outbox_id, std::string_view error, bool had_no_effect,
                          Time next_attempt_at) {
  db.execute(had_no_effect ? "UPDATE picket_outbox SET attempts = attempts + 1, last_error = ?, next_attempt_at = ?, is_sent = false "
                             "WHERE tenant = ? AND outbox_id = ?"
                           : "UPDATE picket_outbox SET attempts = attempts + 1, last_error = ?, next_attempt_at = ? "
                             "WHERE tenant = ? AND outbox_id = ?",
             {error, format_time(next_attempt_at), tenant, outbox_id});
}

void give_up_outbox_item(Database& db, std::string_view tenant, std::string_view outbox_id, std::string_view error, Time now) {
  db.execute(
      "UPDATE picket_outbox SET attempts = attempts + 1, last_error = ?, given_up_at = ?, is_sent = false WHERE tenant = ? AND outbox_id = "
      "?",
      {error, format_time(now), tenant, outbox_id});
}

QueueState outbox_queue(Database& db, std::string_view tenant, std::string_view provider) {
  std::string from = " FROM picket_outbox o WHERE o.tenant = ?";
  std::vector<Param> params{tenant};
  if (!provider.empty()) {
    from += " AND EXISTS (SELECT 1 FROM tickets t WHERE t.tenant = o.tenant AND t.ticket_id = o.ticket_id AND t.source = ?)";
    params.emplace_back(provider);
  }
  QueueState state;
  auto row = db.query<4>(
                   "SELECT coalesce(sum(CASE WHEN o.given_up_at IS NULL THEN 1 ELSE 0 END), 0), "
                   "coalesce(sum(CASE WHEN o.given_up_at IS NULL AND o.attempts > 0 THEN 1 ELSE 0 END), 0), "
                   "min(CASE WHEN o.given_up_at IS NULL THEN o.created_at END), count(o.given_up_at)" +
                       from,
                   params)
                 .at(0);
  state.waiting = static_cast<std::uint64_t>(integer_of(row[0]));
  state.failing = static_cast<std::uint64_t>(integer_of(row[1]));
  state.oldest = time_of(row[2]);
  state.given_up = static_cast<std::uint64_t>(integer_of(row[3]));
  for (auto& failed : db.query<1>("SELECT o.last_error" + from +
                                      " AND o.attempts > 0 ORDER BY CASE WHEN o.given_up_at IS NULL THEN 0 ELSE 1 END, o.given_up_at DESC, "
                                      "o.picket_position LIMIT 1",
                                  params))
    state.last_error = text_of(failed[0]);
  return state;
}

void put_remote_link(Database& db, std::string_view tenant, const RemoteLink& link, Time now) {
  const std::string at = format_time(now);
  if (link.is_current)
    db.execute(
        "UPDATE picket_remote_tickets SET is_current = false, updated_at = ? WHERE tenant = ? AND ticket_id = ? AND is_current = true AND "
        "NOT (desk = ? AND remote_id = ?)",
        {at, tenant, link.ticket_id, link.psa, link.remote_id});
  json::array seen;
  for (const auto& id : link.seen_notes) seen.emplace_back(id);
  const auto since = link.notes_since ? std::optional(format_time(*link.notes_since)) : std::nullopt;
  db.execute(
      "INSERT INTO picket_remote_tickets (tenant, desk, remote_id, ticket_id, is_current, remote_number, remote_url, remote_updated_at, "
      "is_closed, priority_name, assignee, seen_notes, notes_since, created_at, updated_at) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (tenant, desk, remote_id) DO UPDATE SET "
      "ticket_id = excluded.ticket_id, is_current = excluded.is_current, remote_number = excluded.remote_number, "
      "remote_url = excluded.remote_url, remote_updated_at = excluded.remote_updated_at, is_closed = excluded.is_closed, "
      "priority_name = excluded.priority_name, assignee = excluded.assignee, seen_notes = excluded.seen_notes, "
      "notes_since = excluded.notes_since, updated_at = excluded.updated_at",
      {tenant, link.psa, link.remote_id, link.ticket_id, param_of(link.is_current), param_or_null(link.number), param_or_null(link.url),
       param_or_null(link.updated_at), link.closed ? param_of(*link.closed) : Param(), link.priority, link.assignee, json::to_string(seen),
       since, at, at});
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

}  // namespace picket::store
