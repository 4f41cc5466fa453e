#include "host-sim/store/retry_queue.hpp"

#include <algorithm>
#include <utility>

#include "sdk/common/time_text.hpp"

namespace picket::store {
namespace {

std::string concatenated(std::initializer_list<std::string_view> parts) {
  std::string out;
  for (const std::string_view part : parts) out += part;
  return out;
}

std::string update_of(const RetryQueue& queue, std::initializer_list<std::string_view> changes) {
  return concatenated({"UPDATE ", queue.table, " SET ", concatenated(changes), " WHERE tenant = ? AND ", queue.id_column, " = ?"});
}

std::string unmarking(const RetryQueue& queue, bool had_no_effect) {
  return had_no_effect ? concatenated({", ", queue.mark_column, " = false"}) : std::string();
}

// Cycles are minutes apart; an attempt that comes later than this was not made in time because nothing ran.
constexpr std::chrono::hours outage{1};

}  // namespace

std::chrono::seconds next_attempt_delay(std::uint64_t attempts, std::chrono::seconds longest) {
  constexpr std::chrono::seconds first{10};
  std::chrono::seconds delay = first;
  for (std::uint64_t i = 1; i < attempts && delay < longest; ++i) delay *= 2;
  return std::min(delay, longest);
}

std::optional<Time> refused_since(const Refusals& before, bool is_refusal, Time now, Time next_attempt_at) {
  if (!before.since) return is_refusal ? std::optional(now) : std::nullopt;
  const Time planned = before.next_attempt_at.value_or(now);
  const auto uncounted = is_refusal ? (now - planned > outage ? now - planned : Time::duration{0}) : next_attempt_at - planned;
  return *before.since + std::max(uncounted, Time::duration{0});
}

void RetryQueue::mark(Database& db, std::string_view tenant, std::span<const std::string> ids, Time now) const {
  const std::string at = format_time(now);
  const std::string sql = update_of(*this, {mark_column, " = true, ", marked_at_column, " = ?"});
  for (const auto& id : ids) db.execute(sql, {at, tenant, id});
}

void RetryQueue::unmark(Database& db, std::string_view tenant, std::span<const std::string> ids) const {
  const std::string sql = update_of(*this, {mark_column, " = false"});
  for (const auto& id : ids) db.execute(sql, {tenant, id});
}

void RetryQueue::finish(Database& db, std::string_view tenant, std::string_view id) const {
  db.execute(concatenated({"DELETE FROM ", table, " WHERE tenant = ? AND ", id_column, " = ?"}), {tenant, id});
}

void RetryQueue::postpone(Database& db, std::string_view tenant, std::string_view id, std::string_view error, bool had_no_effect,
                          Time next_attempt_at, std::optional<Time> refused_since) const {
  const auto since = refused_since ? std::optional(format_time(*refused_since)) : std::nullopt;
  db.execute(
      update_of(*this, {"attempts = attempts + 1, last_error = ?, next_attempt_at = ?, failed_at = ?", unmarking(*this, had_no_effect)}),
      {error, format_time(next_attempt_at), since, tenant, id});
}

void RetryQueue::give_up(Database& db, std::string_view tenant, std::string_view id, std::string_view error, bool had_no_effect,
                         Time now) const {
  db.execute(update_of(*this, {"attempts = attempts + 1, last_error = ?, given_up_at = ?", unmarking(*this, had_no_effect)}),
             {error, format_time(now), tenant, id});
}

void RetryQueue::retry(Database& db, std::string_view tenant, std::string_view id) const {
  db.execute(update_of(*this, {"attempts = 0, failed_at = NULL, next_attempt_at = NULL, given_up_at = NULL"}), {tenant, id});
}

std::uint64_t RetryQueue::attempts(Database& db, std::string_view tenant, std::string_view id) const {
  const auto rows = db.query<1>(concatenated({"SELECT attempts FROM ", table, " WHERE tenant = ? AND ", id_column, " = ?"}), {tenant, id});
  return rows.empty() ? 0 : static_cast<std::uint64_t>(integer_of(rows[0][0]));
}

Refusals RetryQueue::refusals(Database& db, std::string_view tenant, std::string_view id) const {
  const auto rows = db.query<2>(
      concatenated({"SELECT failed_at, next_attempt_at FROM ", table, " WHERE tenant = ? AND ", id_column, " = ?"}), {tenant, id});
  return rows.empty() ? Refusals{} : Refusals{time_of(rows[0][0]), time_of(rows[0][1])};
}

void RetryQueue::list(Database& db, std::string_view tenant, std::string_view columns, std::size_t column_count,
                      const std::function<void(QueuedItem&&, std::span<Field>)>& visit) const {
  constexpr std::size_t own_columns = 11;
  const std::string sql = concatenated({"SELECT q.", id_column, ", q.ticket_id, t.ticket_number, r.remote_number, q.", mark_column,
                                        R"(, q.attempts, q.last_error, q.created_at, q.failed_at, q.next_attempt_at, q.given_up_at, )",
                                        columns, " FROM ", table, R"( q
    JOIN tickets t ON t.tenant = q.tenant AND t.ticket_id = q.ticket_id
    LEFT JOIN picket_remote_tickets r ON r.tenant = q.tenant AND r.ticket_id = q.ticket_id AND r.is_current = true
    WHERE q.tenant = ?
    ORDER BY q.picket_position)"});
  const Param params[] = {tenant};
  db.select(sql, params, own_columns + column_count, [&](std::span<Field> row) {
    QueuedItem item;
    item.id = text_of(row[0]);
    item.ticket_id = text_of(row[1]);
    item.ticket_number = text_of(row[2]);
    item.remote_number = text_of(row[3]);
    item.may_have_been_sent = bool_of(row[4]);
    item.attempts = static_cast<std::uint64_t>(integer_of(row[5]));
    item.last_error = text_of(row[6]);
    item.created_at = time_of(row[7]).value();
    item.refused_since = time_of(row[8]);
    item.next_attempt_at = time_of(row[9]);
    item.given_up_at = time_of(row[10]);
    visit(std::move(item), row.subspan(own_columns));
  });
}

QueueState RetryQueue::state(Database& db, std::string_view condition, std::span<const Param> params) const {
  const std::string from = concatenated({" FROM ", table, " q WHERE ", condition});
  const auto row = db.query<4>(R"(SELECT coalesce(sum(CASE WHEN q.given_up_at IS NULL THEN 1 ELSE 0 END), 0),
      coalesce(sum(CASE WHEN q.given_up_at IS NULL AND q.attempts > 0 THEN 1 ELSE 0 END), 0),
      min(CASE WHEN q.given_up_at IS NULL THEN q.created_at END),
      count(q.given_up_at))" + from,
                               params)
                       .at(0);
  QueueState state;
  state.waiting = static_cast<std::uint64_t>(integer_of(row[0]));
  state.failing = static_cast<std::uint64_t>(integer_of(row[1]));
  state.oldest = time_of(row[2]);
  state.given_up = static_cast<std::uint64_t>(integer_of(row[3]));
  for (auto& failed : db.query<1>("SELECT q.last_error" + from + R"( AND q.attempts > 0
      ORDER BY CASE WHEN q.given_up_at IS NULL THEN 0 ELSE 1 END, q.given_up_at DESC, q.picket_position LIMIT 1)",
                                  params))
    state.last_error = text_of(failed[0]);
  return state;
}

}  // namespace picket::store
