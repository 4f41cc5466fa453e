// The queue of ticket events: what technicians did on tickets, for the vendor (picket_ticket_events). Thread: that of the Database.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host-sim/store/database.hpp"
#include "host-sim/store/retry_queue.hpp"
#include "picket/model.hpp"

namespace picket::store {

inline constexpr RetryQueue ticket_event_retry{"picket_ticket_events", "event_id", "is_told", "told_at"};

struct NewTicketEvent {
  std::string ticket_id;
  TicketEventKind kind = TicketEventKind::note;
  std::string author, text, before, after;
  Time at;
};

// Queues events, in order, for the connection whose finding the ticket belongs to; those of tickets without one are dropped. Within the
// caller's transaction. Returns how many were queued.
std::size_t queue_ticket_events(Database& db, std::string_view tenant, std::span<const NewTicketEvent> events, Time now);

// What may be sent now, oldest first, at most `limit`: nothing of a ticket whose earlier event still waits for its next attempt, except for
// notes if that one was refused. `psa` becomes TicketEvent::desk; number and URL are the remote ticket's where it has one.
[[nodiscard]] std::vector<TicketEvent> due_ticket_events(Database& db, std::string_view tenant, std::string_view integration_id,
                                                         std::string_view psa, Time now, std::size_t limit);

struct TicketEventEntry {
  QueuedItem item;
  std::string integration_id;
  TicketEventKind kind = TicketEventKind::note;
  std::string author, text, before, after;
};
// Oldest first, those that were given up included.
[[nodiscard]] std::vector<TicketEventEntry> list_ticket_events(Database& db, std::string_view tenant);

// Drops the events of a connection whose provider takes none.
void drop_ticket_events(Database& db, std::string_view tenant, std::string_view integration_id);

[[nodiscard]] QueueState ticket_event_queue(Database& db, std::string_view tenant, std::string_view integration_id);

}  // namespace picket::store
