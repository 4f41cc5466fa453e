// The outbox (picket_outbox): what has still to be sent to a remote PSA, written in the same transaction as its cause.
// Thread: that of the Database.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host-sim/store/database.hpp"
#include "host-sim/store/retry_queue.hpp"

namespace picket::store {

inline constexpr RetryQueue outbox_retry{"picket_outbox", "outbox_id", "is_sent", "sent_at"};

enum class OutboxKind {
  ticket,  // open the ticket as the tables have it; payload {"may_exist": true} where that is so
  note,    // payload {"comment_id": ..., "earlier_tickets": [...]}: a row of comments; see remember_where_sent
  update   // payload, each member optional: {"action": "close" | "reopen", "status_id": ..., "priority_id": ..., "body": true}; our ids
};

// What an update asks for.
struct UpdatePayload {
  enum class Action { none, close, reopen } action = Action::none;
  std::string status_id, priority_id, board_id, category_id;  // our ids
  bool body = false, title = false;

  bool operator==(const UpdatePayload&) const = default;
};
// Throws Error(invalid) if it is no JSON object. One that asks for nothing is outdated: see supersede_given_up.
[[nodiscard]] UpdatePayload read_update_payload(std::string_view payload);
// "closing, priority": for an operator. `priority` is the name of the new one, if it is to be shown.
[[nodiscard]] std::string words_for(const UpdatePayload& update, std::string_view priority = {});

struct OutboxItem {
  std::string outbox_id;
  std::string ticket_id;
  OutboxKind kind = OutboxKind::note;
  std::string token;    // 16 hexadecimal digits, for correlation
  std::string payload;  // a JSON object
  bool sent = false;    // it may have been sent: look before sending it again
  std::uint64_t attempts = 0;
  Time created_at;
  Refusals refusals;
};

struct NewOutboxItem {
  std::string_view ticket_id;
  OutboxKind kind = OutboxKind::note;
  std::string payload;
};

// Within the caller's transaction, in order.
void add_outbox_items(Database& db, std::string_view tenant, std::span<const NewOutboxItem> items, Time now);

// For each ticket the first item, if it is due: those that never failed first, each kind oldest first; at most `limit`. One that is
// postponed holds back what follows it on its ticket, and nothing else. Notes pass a change that certainly had no effect, unless it reopens
// their ticket, and a note that was refused.
[[nodiscard]] std::vector<OutboxItem> due_outbox_items(Database& db, std::string_view tenant, Time now, std::size_t limit);
// Those of given tickets that may have been sent already, in no particular order.
[[nodiscard]] std::vector<OutboxItem> sent_outbox_items(Database& db, std::string_view tenant,
                                                        std::span<const std::string_view> ticket_ids);

// Notes of a ticket that may have been sent may be on this remote ticket, whichever it has later: they are looked for there too.
void remember_where_sent(Database& db, std::string_view tenant, std::string_view ticket_id, std::string_view remote_id);

void set_outbox_payload(Database& db, std::string_view tenant, std::string_view outbox_id, std::string_view payload);

// The updates of given tickets that are still to be sent, in order.
struct WaitingUpdate {
  std::string ticket_id;
  UpdatePayload update;
  Time created_at;
};
[[nodiscard]] std::vector<WaitingUpdate> waiting_updates(Database& db, std::string_view tenant,
                                                         std::span<const std::string_view> ticket_ids);

// What a later change decides: it takes this out of the updates that were given up, so that a retry does not undo it.
struct Superseded {
  bool status = false, priority = false;
};
void supersede_given_up(Database& db, std::string_view tenant, std::string_view ticket_id, Superseded what);
// Whether a reopening of the ticket was given up.
[[nodiscard]] bool has_given_up_reopening(Database& db, std::string_view tenant, std::string_view ticket_id);

struct OutboxEntry {
  QueuedItem item;
  OutboxKind kind = OutboxKind::note;
  std::string payload;
};
// Oldest first, those that were given up included.
[[nodiscard]] std::vector<OutboxEntry> list_outbox(Database& db, std::string_view tenant);

// Whether the remote PSA has not been seen to have this ticket yet.
[[nodiscard]] bool waits_to_be_opened(Database& db, std::string_view tenant, std::string_view ticket_id);

// Of one provider's tickets; empty = of all.
[[nodiscard]] QueueState outbox_queue(Database& db, std::string_view tenant, std::string_view provider = {});

}  // namespace picket::store
