// What the outbox (outbox.hpp) and the queue of ticket events (ticket_events.hpp) have in common: items that are sent in order per ticket,
// marked before, and tried again with back-off until they are done or given up. Functions that write run within the caller's transaction.
// Thread: that of the Database.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "host-sim/store/database.hpp"

namespace picket::store {

struct QueueState {
  std::uint64_t waiting = 0;
  std::uint64_t failing = 0;  // of them tried before
  std::uint64_t given_up = 0;
  std::optional<Time> oldest;  // of those that wait
  std::string last_error;      // of the oldest that fails; if none does, of the one that was given up last
};

// How long to wait after `attempts` failed attempts: 10 s, doubling, at most 10 minutes.
[[nodiscard]] std::chrono::seconds next_attempt_delay(std::uint64_t attempts);

// A table with the columns attempts, last_error, next_attempt_at, given_up_at, created_at and picket_position, and those named here.
struct RetryQueue {
  std::string_view table, id_column;
  std::string_view mark_column, marked_at_column;  // whether and when an item may have been sent

  // Before items are sent: from now on they may have had an effect.
  void mark(Database& db, std::string_view tenant, std::span<const std::string> ids, Time now) const;
  // They were not sent after all.
  void unmark(Database& db, std::string_view tenant, std::span<const std::string> ids) const;
  void finish(Database& db, std::string_view tenant, std::string_view id) const;
  // Tried again, not before `next_attempt_at`; `had_no_effect` takes the mark back.
  void postpone(Database& db, std::string_view tenant, std::string_view id, std::string_view error, bool had_no_effect,
                Time next_attempt_at) const;
  // Never tried again, and what follows on its ticket waits no longer; kept, so that status shows it.
  void give_up(Database& db, std::string_view tenant, std::string_view id, std::string_view error, bool had_no_effect, Time now) const;
  // How many attempts have failed.
  [[nodiscard]] std::uint64_t attempts(Database& db, std::string_view tenant, std::string_view id) const;

  // Of the rows `q` of this table that `condition` selects.
  [[nodiscard]] QueueState state(Database& db, std::string_view condition, std::span<const Param> params) const;
  // The condition on a row `q` that may be tried now; its one parameter is the time.
  static constexpr std::string_view is_due = "q.given_up_at IS NULL AND (q.next_attempt_at IS NULL OR q.next_attempt_at <= ?)";
};

}  // namespace picket::store
