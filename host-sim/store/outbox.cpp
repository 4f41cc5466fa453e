#include "host-sim/store/outbox.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "host-sim/store/sequences.hpp"
#include "host-sim/store/uuid.hpp"
#include "sdk/common/json.hpp"
#include "sdk/common/list.hpp"
#include "sdk/common/time_text.hpp"

namespace picket::store {
namespace {

constexpr std::array<std::pair<OutboxKind, std::string_view>, 3> outbox_kind_names{
    {{OutboxKind::ticket, "ticket"}, {OutboxKind::note, "note"}, {OutboxKind::update, "update"}}};

std::string_view name_of(OutboxKind kind) {
  for (const auto& [k, name] : outbox_kind_names)
    if (k == kind) return name;
  throw Error(Status::internal, "the outbox knows no such kind");
}

OutboxKind outbox_kind_of(std::string_view text) {
  for (const auto& [kind, name] : outbox_kind_names)
    if (name == text) return kind;
  throw Error(Status::internal, "the outbox holds the unknown kind \"" + std::string(text) + '"');
}

constexpr std::string_view select_items =
    R"(SELECT q.outbox_id, q.ticket_id, q.kind, q.token, q.payload, q.is_sent, q.attempts, q.created_at,
      q.failed_at, q.next_attempt_at
    FROM picket_outbox q
    WHERE q.tenant = ?)";
constexpr std::size_t item_columns = 10;

OutboxItem item_of(std::span<Field> row) {
  OutboxItem item;
  item.outbox_id = text_of(row[0]);
  item.ticket_id = text_of(row[1]);
  item.kind = outbox_kind_of(text_of(row[2]));
  item.token = text_of(row[3]);
  item.payload = text_of(row[4]);
  item.sent = bool_of(row[5]);
  item.attempts = static_cast<std::uint64_t>(integer_of(row[6]));
  item.created_at = time_of(row[7]).value();
  item.refusals = {time_of(row[8]), time_of(row[9])};
  return item;
}

std::vector<std::array<std::string, 2>> given_up_updates(Database& db, std::string_view tenant, std::string_view ticket_id) {
  std::vector<std::array<std::string, 2>> updates;
  for (auto& row : db.query<2>(R"(SELECT outbox_id, payload
                                  FROM picket_outbox
                                  WHERE tenant = ? AND ticket_id = ? AND kind = 'update' AND given_up_at IS NOT NULL)",
                               {tenant, ticket_id}))
    updates.push_back({text_of(row[0]), text_of(row[1])});
  return updates;
}

}  // namespace

UpdatePayload read_update_payload(std::string_view payload) {
  const json::object o = json::parse_object(payload, "an update in the outbox");
  UpdatePayload update;
  const std::string action = json::text_at(o, "action").value_or("");
  if (action == "close") update.action = UpdatePayload::Action::close;
  if (action == "reopen") update.action = UpdatePayload::Action::reopen;
  update.status_id = json::text_at(o, "status_id").value_or("");
  update.priority_id = json::text_at(o, "priority_id").value_or("");
  update.board_id = json::text_at(o, "board_id").value_or("");
  update.category_id = json::text_at(o, "category_id").value_or("");
  update.body = json::bool_at(o, "body").value_or(false);
  update.title = json::bool_at(o, "title").value_or(false);
  return update;
}

std::string words_for(const UpdatePayload& update, std::string_view priority) {
  std::vector<std::string> words;
  if (update.action == UpdatePayload::Action::close) words.emplace_back("closing");
  if (update.action == UpdatePayload::Action::reopen) words.emplace_back("reopening");
  if (!update.priority_id.empty()) words.push_back(priority.empty() ? "priority" : "priority " + std::string(priority));
  if (update.title) words.emplace_back("title");
  if (update.body) words.emplace_back("description");
  if (words.empty() && !(update.board_id + update.category_id).empty()) words.emplace_back("board or category");
  return words.empty() ? "outdated change" : picket::joined(words);
}

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
  // What is refused may be so for a day, and who asks for longer: notes do not wait for that, unless their ticket has to be reopened first.
  static const std::string due = std::string(select_items) + " AND " + std::string(RetryQueue::is_due) + R"( AND NOT EXISTS
      (SELECT 1 FROM picket_outbox e
        WHERE e.ticket_id = q.ticket_id AND e.tenant = q.tenant AND e.picket_position < q.picket_position AND e.given_up_at IS NULL
          AND NOT (q.kind = 'note' AND e.next_attempt_at IS NOT NULL AND e.next_attempt_at > ?
            AND (e.kind = 'note' AND e.failed_at IS NOT NULL
              OR e.kind = 'update' AND e.attempts > 0 AND e.is_sent = false AND CAST(e.payload AS text) NOT LIKE '%"reopen"%'))))";
  static const std::string fresh = due + " AND q.attempts = 0 ORDER BY q.picket_position LIMIT ?";
  static const std::string failed = due + " AND q.attempts > 0 ORDER BY q.picket_position LIMIT ?";
  const std::string at = format_time(now);
  std::vector<OutboxItem> items;
  for (const std::string* sql : {&fresh, &failed}) {
    if (items.size() >= limit) break;
    const std::string rows = std::to_string(limit - items.size());
    const Param params[] = {tenant, at, at, rows};
    db.select(*sql, params, item_columns, [&](std::span<Field> row) { items.push_back(item_of(row)); });
  }
  return items;
}

std::vector<OutboxItem> sent_outbox_items(Database& db, std::string_view tenant, std::span<const std::string_view> ticket_ids) {
  static const std::string sql = std::string(select_items) + " AND q.is_sent = true AND q.ticket_id IN (?...)";
  const Param before[] = {tenant};
  std::vector<OutboxItem> items;
  db.select_in(sql, before, ticket_ids, item_columns, [&](std::span<Field> row) { items.push_back(item_of(row)); });
  return items;
}

void remember_where_sent(Database& db, std::string_view tenant, std::string_view ticket_id, std::string_view remote_id) {
  for (const OutboxItem& item : sent_outbox_items(db, tenant, {&ticket_id, 1})) {
    if (item.kind != OutboxKind::note) continue;
    json::object payload = json::parse_object(item.payload, "a note in the outbox");
    json::value& earlier = payload["earlier_tickets"];
    if (!earlier.is_array()) earlier = json::array();
    earlier.as_array().emplace_back(remote_id);
    set_outbox_payload(db, tenant, item.outbox_id, json::to_string(payload));
  }
}

void set_outbox_payload(Database& db, std::string_view tenant, std::string_view outbox_id, std::string_view payload) {
  db.execute("UPDATE picket_outbox SET payload = ? WHERE tenant = ? AND outbox_id = ?", {payload, tenant, outbox_id});
}

bool waits_to_be_opened(Database& db, std::string_view tenant, std::string_view ticket_id) {
  return !db.query<1>("SELECT outbox_id FROM picket_outbox WHERE tenant = ? AND ticket_id = ? AND kind = 'ticket'", {tenant, ticket_id})
              .empty();
}

std::vector<WaitingUpdate> waiting_updates(Database& db, std::string_view tenant, std::span<const std::string_view> ticket_ids) {
  const Param before[] = {tenant};
  std::vector<WaitingUpdate> updates;
  db.select_in(R"(SELECT ticket_id, payload, created_at
                  FROM picket_outbox
                  WHERE tenant = ? AND kind = 'update' AND given_up_at IS NULL AND ticket_id IN (?...)
                  ORDER BY picket_position)",
               before, ticket_ids, 3, [&](std::span<Field> row) {
                 updates.push_back({text_of(row[0]), read_update_payload(text_of(row[1])), time_of(row[2]).value()});
               });
  return updates;
}

void supersede_given_up(Database& db, std::string_view tenant, std::string_view ticket_id, Superseded what) {
  for (const auto& [id, payload] : given_up_updates(db, tenant, ticket_id)) {
    json::object update = json::parse_object(payload, "an update in the outbox");
    const std::size_t before = update.size();
    if (what.status) update.erase("action"), update.erase("status_id");
    if (what.priority) update.erase("priority_id");
    if (update.size() != before) set_outbox_payload(db, tenant, id, json::to_string(update));
  }
}

bool has_given_up_reopening(Database& db, std::string_view tenant, std::string_view ticket_id) {
  const auto updates = given_up_updates(db, tenant, ticket_id);
  return std::any_of(updates.begin(), updates.end(),
                     [](const auto& update) { return read_update_payload(update[1]).action == UpdatePayload::Action::reopen; });
}

std::vector<OutboxEntry> list_outbox(Database& db, std::string_view tenant) {
  std::vector<OutboxEntry> entries;
  outbox_retry.list(db, tenant, "q.kind, q.payload", 2, [&](QueuedItem&& item, std::span<Field> row) {
    entries.push_back({std::move(item), outbox_kind_of(text_of(row[0])), text_of(row[1])});
  });
  return entries;
}

QueueState outbox_queue(Database& db, std::string_view tenant, std::string_view provider) {
  const Param params[] = {tenant, provider};
  if (provider.empty()) return outbox_retry.state(db, "q.tenant = ?", std::span(params, 1));
  return outbox_retry.state(db, R"(q.tenant = ? AND EXISTS
      (SELECT 1 FROM tickets t WHERE t.tenant = q.tenant AND t.ticket_id = q.ticket_id AND t.source = ?))",
                            params);
}

}  // namespace picket::store
