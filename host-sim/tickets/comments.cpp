#include "host-sim/tickets/comments.hpp"

#include "host-sim/store/sequences.hpp"
#include "host-sim/store/uuid.hpp"
#include "sdk/common/time_text.hpp"

namespace picket::tickets {

std::string thread_of(store::Database& db, std::string_view tenant, std::string_view ticket_id, Time now) {
  auto rows = db.query<1>("SELECT thread_id FROM comment_threads WHERE tenant = ? AND ticket_id = ? ORDER BY created_at LIMIT 1",
                          {tenant, ticket_id});
  if (!rows.empty()) return store::text_of(rows[0][0]);
  std::string id = store::new_uuid();
  db.execute("INSERT INTO comment_threads (tenant, thread_id, ticket_id, created_at) VALUES (?, ?, ?, ?)",
             {tenant, id, ticket_id, format_time(now)});
  return id;
}

std::string add_system_comment(store::Database& db, std::string_view tenant, std::string_view ticket_id, std::string_view note, Time now) {
  const std::string thread = thread_of(db, tenant, ticket_id, now);
  const std::int64_t position = store::take_numbers(db, tenant, "comment", 1, 1);
  std::string id = store::new_uuid();
  db.execute(
      R"(INSERT INTO comments (tenant, comment_id, thread_id, ticket_id, note, is_internal, is_system_generated, created_at,
                               picket_position)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?))",
      {tenant, id, thread, ticket_id, note, store::param_of(true), store::param_of(true), format_time(now), std::to_string(position)});
  return id;
}

}  // namespace picket::tickets
