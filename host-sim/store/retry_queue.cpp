#include "host-sim/store/retry_queue.hpp"

#include <algorithm>

#include "sdk/common/time_text.hpp"

namespace picket::store {
namespace {

std::string joined(std::initializer_list<std::string_view> parts) {
  std::string out;
  for (const std::string_view part : parts) out += part;
  return out;
}

std::string update_of(const RetryQueue& queue, std::initializer_list<std::string_view> changes) {
  return joined({"UPDATE ", queue.table, " SET ", joined(changes), " WHERE tenant = ? AND ", queue.id_column, " = ?"});
}

void record_failure(const RetryQueue& queue, Database& db, std::string_view tenant, std::string_view id, std::string_view error,
                    bool had_no_effect, std::string_view time_column, Time time) {
  const std::string unmarked = had_no_effect ? joined({", ", queue.mark_column, " = false"}) : std::string();
  db.execute(update_of(queue, {"attempts = attempts + 1, last_error = ?, ", time_column, " = ?", unmarked}),
             {error, format_time(time), tenant, id});
}

}  // namespace

std::chrono::seconds next_attempt_delay(std::uint64_t attempts) {
  constexpr std::chrono::seconds first{10};
  constexpr std::chrono::seconds longest{600};
  std::chrono::seconds delay = first;
  for (std::uint64_t i = 1; i < attempts && delay < longest; ++i) delay *= 2;
  return std::min(delay, longest);
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
  db.execute(joined({"DELETE FROM ", table, " WHERE tenant = ? AND ", id_column, " = ?"}), {tenant, id});
}

void RetryQueue::postpone(Database& db, std::string_view tenant, std::string_view id, std::string_view error, bool had_no_effect,
                          Time next_attempt_at) const {
  record_failure(*this, db, tenant, id, error, had_no_effect, "next_attempt_at", next_attempt_at);
}

void RetryQueue::give_up(Database& db, std::string_view tenant, std::string_view id, std::string_view error, bool had_no_effect,
                         Time now) const {
  record_failure(*this, db, tenant, id, error, had_no_effect, "given_up_at", now);
}

std::uint64_t RetryQueue::attempts(Database& db, std::string_view tenant, std::string_view id) const {
  const auto rows = db.query<1>(joined({"SELECT attempts FROM ", table, " WHERE tenant = ? AND ", id_column, " = ?"}), {tenant, id});
  return rows.empty() ? 0 : static_cast<std::uint64_t>(integer_of(rows[0][0]));
}

QueueState RetryQueue::state(Database& db, std::string_view condition, std::span<const Param> params) const {
  const std::string from = joined({" FROM ", table, " q WHERE ", condition});
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
