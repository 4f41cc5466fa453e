#include "host-sim/psa/pull_cursor.hpp"

#include <chrono>

#include "sdk/common/time_text.hpp"

namespace picket::psa {

std::optional<PullCursor> read_remote_cursor(store::Database& db, std::string_view tenant, std::string_view psa) {
  const auto rows = db.query<2>("SELECT changed_since, held_since FROM picket_remote_cursors WHERE tenant = ? AND desk = ?", {tenant, psa});
  if (rows.empty()) return std::nullopt;
  return PullCursor{store::time_of(rows[0][0]).value(), store::time_of(rows[0][1])};
}

PullCursor begin_remote_cursor(const SyncContext& work) {
  constexpr std::chrono::minutes margin{10};
  const std::string psa = work.psa.id();
  if (auto cursor = read_remote_cursor(work.db, work.tenant, psa)) return *cursor;
  const PullCursor first{work.clock.now() - margin, std::nullopt};
  work.record([&](Time now) { write_remote_cursor(work.db, work.tenant, psa, first, now); });
  return first;
}

void write_remote_cursor(store::Database& db, std::string_view tenant, std::string_view psa, const PullCursor& cursor, Time now) {
  const auto kept_back = cursor.kept_back_since ? std::optional(format_time(*cursor.kept_back_since)) : std::nullopt;
  db.execute(
      R"(INSERT INTO picket_remote_cursors (tenant, desk, changed_since, held_since, updated_at) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (tenant, desk) DO UPDATE
        SET changed_since = excluded.changed_since, held_since = excluded.held_since, updated_at = excluded.updated_at)",
      {tenant, psa, format_time(cursor.changed_since), kept_back, format_time(now)});
}

}  // namespace picket::psa
