// The queue of ticket events: what people did on tickets, for the vendor (picket_ticket_events). Thread: that of the Database.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host-sim/store/database.hpp"
#include "picket/model.hpp"

namespace picket::store {

struct NewTicketEvent {
  std::string ticket_id;
  TicketEventKind kind = TicketEventKind::note;
  std::string author, text, before, after;
  Time at;
};

// Queues events, in order, for the connection whose finding the ticket belongs to; those of tickets without one are dropped. Within the
// caller's transaction. Returns how many were queued.
std::size_t queue_ticket_events(Database& db, std::string_view tenant, std::span<const NewTicketEvent> events, Time now);

// What may be told now, oldest first, at most `limit`: nothing of a ticket whose earlier event still waits for its next attempt. `PSA`
// becomes TicketEvent::PSA; number and URL are the remote ticket's where there is one.
std::vector<TicketEvent> due_ticket_events(Database& db, std::string_view tenant, std::string_view integration_id, std::string_view psa,
                                           Time now, std::size_t limit);

// Within the caller's transaction, before they are told: from now on they may have had an effect.
void mark_ticket_events(Database& db, std::string_view tenant, std::span<const std::string> event_ids, Time now);

// Those that were not touched after all.
void unmark_ticket_events(Database& db, std::string_view tenant, std::span<const std::string> event_ids);

// Their fates, within the caller's transaction.
void finish_ticket_event(Database& db, std::string_view tenant, std::string_view event_id);
// Told again, not before `next_attempt_at`; `had_no_effect` takes the mark back.
void postpone_ticket_event(Database& db, std::string_view tenant, std::string_view event_id, std::string_view error, bool had_no_effect,
                           Time next_attempt_at);
// How many attempts have failed.
std::uint64_t ticket_event_attempts(Database& db, std::string_view tenant, std::string_view event_id);
// Never told again, and what follows on its ticket waits no longer; kept, so that status shows it.
void give_up_ticket_event(Database& db, std::string_view tenant, std::string_view event_id, std::string_view error, Time now);

// Drops what a provider that takes no events will never be told.
void drop_ticket_events(Database& db, std::string_view tenant, std::string_view integration_id);

struct QueueState {
  std::uint64_t waiting = 0;
  std::uint64_t failing = 0;  // of them tried before
  std::uint64_t given_up = 0;
  std::optional<Time> oldest;  // of those that wait
  std::string last_error;      // of the oldest that fails; if none does, of the one that was given up last
};
QueueState ticket_event_queue(Database& db, std::string_view tenant, std::string_view integration_id);

// How long to wait after `attempts` failed attempts: 10 s, doubling, at most 10 minutes.
std::chrono::seconds next_attempt_delay(std::uint64_t attempts);

}  // namespace picket::store
