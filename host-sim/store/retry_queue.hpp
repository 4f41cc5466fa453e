// What the outbox (outbox.hpp) and the queue of ticket events (ticket_events.hpp) have in common: items that are sent in order per ticket,
// marked before, and tried again with back-off until they are done or given up. Functions that write run within the caller's transaction.
// Thread: that of the Database.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
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

inline constexpr std::chrono::minutes longest_delay{10};
inline constexpr std::chrono::minutes longest_delay_of_refused{30};

// How long to wait after `attempts` failed attempts: 10 s, doubling, at most `longest`.
[[nodiscard]] std::chrono::seconds next_attempt_delay(std::uint64_t attempts, std::chrono::seconds longest = longest_delay);

// What is refused for so long is given up, unless the PSA's configuration says otherwise.
inline constexpr std::chrono::hours default_give_up_after{24};

struct Refusals {
  std::optional<Time> since;            // time that does not count is left out
  std::optional<Time> next_attempt_at;  // as planned before this attempt
};
// Refusals::since after an attempt at `now`. Only time in which the item itself was refused counts: not an outage of the other side or of
// ours, nor time in which the other side refused who asks. Pure.
[[nodiscard]] std::optional<Time> refused_since(const Refusals& before, bool is_refusal, Time now, Time next_attempt_at);

// An item as an operator sees it.
struct QueuedItem {
  std::string id;
  std::string ticket_id, ticket_number, remote_number;  // the latter empty: not opened in a remote PSA
  bool may_have_been_sent = false;
  std::uint64_t attempts = 0;
  std::string last_error;
  Time created_at;
  std::optional<Time> refused_since, next_attempt_at, given_up_at;
};

// A table with the columns kind, attempts, last_error, failed_at (Refusals::since), next_attempt_at, given_up_at, created_at and
// picket_position, and those named here.
struct RetryQueue {
  std::string_view table, id_column;
  std::string_view mark_column, marked_at_column;  // whether and when an item may have been sent

  // Before items are sent: from now on they may have had an effect.
  void mark(Database& db, std::string_view tenant, std::span<const std::string> ids, Time now) const;
  // They were not sent after all.
  void unmark(Database& db, std::string_view tenant, std::span<const std::string> ids) const;
  void finish(Database& db, std::string_view tenant, std::string_view id) const;
  // Tried again, not before `next_attempt_at`; `had_no_effect` takes the mark back. `refused_since` becomes Refusals::since.
  void postpone(Database& db, std::string_view tenant, std::string_view id, std::string_view error, bool had_no_effect,
                Time next_attempt_at, std::optional<Time> refused_since = {}) const;
  // Not tried again unless somebody asks for it, and what follows on its ticket waits no longer; kept, so that it can be seen.
  void give_up(Database& db, std::string_view tenant, std::string_view id, std::string_view error, bool had_no_effect, Time now) const;
  // Due at once as if it had never been tried, also if it was given up.
  void retry(Database& db, std::string_view tenant, std::string_view id) const;
  // How many attempts have failed.
  [[nodiscard]] std::uint64_t attempts(Database& db, std::string_view tenant, std::string_view id) const;
  [[nodiscard]] Refusals refusals(Database& db, std::string_view tenant, std::string_view id) const;

  // Every item, oldest first, with these columns ("q.kind, q.payload") of its row `q`.
  void list(Database& db, std::string_view tenant, std::string_view columns, std::size_t column_count,
            const std::function<void(QueuedItem&&, std::span<Field>)>& visit) const;

  // Of the rows `q` of this table that `condition` selects.
  [[nodiscard]] QueueState state(Database& db, std::string_view condition, std::span<const Param> params) const;
  // The condition on a row `q` that may be tried now; its one parameter is the time.
  static constexpr std::string_view is_due = "q.given_up_at IS NULL AND (q.next_attempt_at IS NULL OR q.next_attempt_at <= ?)";
};

}  // namespace picket::store
