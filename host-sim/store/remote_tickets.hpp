// Which ticket of a remote PSA belongs to which of ours (picket_remote_tickets), and what of the remote ticket our own takes over.
// Functions that write run within the caller's transaction. Thread: that of the Database.
#pragma once
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host-sim/store/database.hpp"

namespace picket::store {

// The remote ticket's closing and body as last seen, or as our own last write left them.
struct RemoteState {
  std::string status_id;         // empty = not known
  bool has_closed_flag = false;  // RemoteTicket::closed
  std::string closing_mark;      // RemoteTicket::closing_mark
  bool rests = false;            // a closing of ours came to rest in status_id, which is no closed status
  std::string body_digest;       // of the body that we wrote last; empty = not known

  bool operator==(const RemoteState&) const = default;
};

// A remote ticket. Several may belong to one of ours (a follow-up after a closed one); one of them is current. Members that are not known
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
  RemoteState state;
  std::string token;                                             // that its body holds; empty = not known
  std::optional<std::string> priority;                           // names, as last seen or last written by us
  std::optional<std::string> assignee;                           // empty = nobody
  std::vector<std::string> seen_notes;                           // ids
  std::map<std::string, std::string, std::less<>> note_digests;  // of the words of seen notes of technicians, by id; absent = not known
  std::optional<Time> notes_since;                               // older notes are known
};

// Inserts or replaces it; making it current takes that from the ticket's others.
void put_remote_link(Database& db, std::string_view tenant, const RemoteLink& link, Time now);
// In no particular order; tickets without a link are left out.
[[nodiscard]] std::vector<RemoteLink> find_remote_links(Database& db, std::string_view tenant, std::string_view psa,
                                                        std::span<const std::string_view> remote_ids);
[[nodiscard]] std::vector<RemoteLink> current_remote_links(Database& db, std::string_view tenant,
                                                           std::span<const std::string_view> ticket_ids);

// Current ones, by the token in the ticket's body.
[[nodiscard]] std::vector<RemoteLink> remote_links_by_token(Database& db, std::string_view tenant, std::string_view psa,
                                                            std::span<const std::string_view> tokens);

// What an update set in the remote PSA, in our ticket too. Neither is a change of our own, so updated_at stays.
void take_over_priority(Database& db, std::string_view tenant, std::string_view ticket_id, std::string_view priority_id);
void take_over_status(Database& db, std::string_view tenant, std::string_view ticket_id, std::string_view status_id,
                      std::optional<Time> closed_at);

// The findings, waiting items and events of a ticket become those of another one: the remote PSA has merged the two. The first one is
// closed.
void merge_tickets(Database& db, std::string_view tenant, std::string_view from, std::string_view into, Time now);

struct BoardAndStatus {
  std::string board_id, status_id;
};
// Of a ticket that exists.
[[nodiscard]] BoardAndStatus board_and_status(Database& db, std::string_view tenant, std::string_view ticket_id);
// Our ticket is open again because its follow-up is.
void reopen_for_follow_up(Database& db, std::string_view tenant, std::string_view ticket_id, std::string_view status_id, Time now);

}  // namespace picket::store
