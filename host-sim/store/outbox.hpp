// The outbox: what a remote PSA has still to be told about tickets, written in the same transaction as its cause (picket_outbox), and which
// ticket there is which ticket here (picket_remote_tickets). Thread: that of the Database.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host-sim/store/database.hpp"
#include "host-sim/store/ticket_events.hpp"

namespace picket::store {

enum class OutboxKind {
  ticket,  // open the ticket as the tables have it; payload {"may_exist": true} where that is so
  note,    // payload {"comment_id": ...}: a row of comments
  update   // payload, each member optional: {"action": "close" | "reopen", "status_id": ..., "priority_id": ..., "body": true}; our ids
};

struct OutboxItem {
  std::string outbox_id;
  std::string ticket_id;
  OutboxKind kind = OutboxKind::note;
  std::string token;    // 16 hexadecimal digits, for correlation
  std::string payload;  // a JSON object
  bool sent = false;    // it may have been sent: look before sending it again
  std::uint64_t attempts = 0;
  Time created_at;
};

struct NewOutboxItem {
  std::string_view ticket_id;
  OutboxKind kind = OutboxKind::note;
  std::string payload;
};

// Within the caller's transaction, in order.
void add_outbox_items(Database& db, std::string_view tenant, std::span<const NewOutboxItem> items, Time now);

// For each ticket the first item, if it is due: those that never failed first, each kind oldest first; at most `limit`. One that is
// postponed holds back what follows it on its ticket, and nothing else.
std::vector<OutboxItem> due_outbox_items(Database& db, std::string_view tenant, Time now, std::size_t limit);
// Those of given tickets that may have been sent already, in no particular order.
std::vector<OutboxItem> sent_outbox_items(Database& db, std::string_view tenant, std::span<const std::string_view> ticket_ids);

// Within the caller's transaction: before they are sent; not sent after all; done; not done. `had_no_effect` takes the mark back.
void mark_outbox_items(Database& db, std::string_view tenant, std::span<const std::string> outbox_ids, Time now);
void unmark_outbox_items(Database& db, std::string_view tenant, std::span<const std::string_view> outbox_ids);
void finish_outbox_item(Database& db, std::string_view tenant, std::string_view outbox_id);
void postpone_outbox_item(Database& db, std::string_view tenant, std::string_view outbox_id, std::string_view error, bool had_no_effect,
                          Time next_attempt_at);

// Never sent again, and what follows on its ticket waits no longer; kept, so that status shows it.
void give_up_outbox_item(Database& db, std::string_view tenant, std::string_view outbox_id, std::string_view error, Time now);

// Whether the remote PSA has not been seen to have this ticket yet.
bool waits_to_be_opened(Database& db, std::string_view tenant, std::string_view ticket_id);

// Of one provider's tickets; empty = of all.
QueueState outbox_queue(Database& db, std::string_view tenant, std::string_view provider = {});

// A ticket there. Several may belong to one of ours (a follow-up after a closed one); one of them is current. Members that are not known
// are absent, and the first look at the ticket takes them over without an event.
struct RemoteLink {
  std::string psa;  // "halopsa"
  std::string remote_id;
  std::string ticket_id;
  bool is_current = true;
  std::string number;
  std::string url;
  std::string updated_at;  // RemoteTicket::updated_at as last seen, or as our own last write left it
  std::optional<bool> closed;
  std::optional<std::string> priority;  // names, as last seen or last written by us
  std::optional<std::string> assignee;  // empty = nobody
  std::vector<std::string> seen_notes;  // ids
  std::optional<Time> notes_since;      // older notes are known
};

// Inserts or replaces it, within the caller's transaction; making it current takes that from the ticket's others.
void put_remote_link(Database& db, std::string_view tenant, const RemoteLink& link, Time now);
// In no particular order; tickets without a link are left out.
std::vector<RemoteLink> find_remote_links(Database& db, std::string_view tenant, std::string_view psa,
                                          std::span<const std::string_view> remote_ids);
std::vector<RemoteLink> current_remote_links(Database& db, std::string_view tenant, std::span<const std::string_view> ticket_ids);

}  // namespace picket::store
