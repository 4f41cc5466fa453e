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

namespace {

std::chrono::minutes known_zone(const SyncContext& work) {
  const auto rows = work.db.query<1>("SELECT coalesce(zone_offset_minutes, 0) FROM picket_remote_cursors WHERE tenant = ? AND desk = ?",
                                     {work.tenant, work.psa.id()});
  return std::chrono::minutes{rows.empty() ? 0 : store::integer_of(rows[0][0])};
}

}  // namespace

void begin_with_known_zone(const SyncContext& work) { work.psa.set_zone_offset(known_zone(work)); }

void keep_zone(const SyncContext& work) {
  if (work.psa.zone_offset() == known_zone(work)) return;
  const std::string minutes = std::to_string(work.psa.zone_offset().count());
  work.record([&](Time) {
    work.db.execute("UPDATE picket_remote_cursors SET zone_offset_minutes = ? WHERE tenant = ? AND desk = ?",
                    {minutes, work.tenant, work.psa.id()});
  });
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
