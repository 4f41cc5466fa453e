// A PSA elsewhere, as a remote PSA needs it: its own words and ids in, plain values out. One folder beside this one per PSA (halopsa)
// implements it; what is to be sent when, what is known already and what an unknown outcome means is decided in remote_desk.
//
// Thread: one call at a time. Errors: functions that return a Reply tell each item's outcome there and throw only what ends the whole call
// (cancelled, deadline); the others throw picket::Error.
#pragma once
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "picket/error.hpp"
#include "picket/time.hpp"
#include "sdk/host/call.hpp"

namespace picket::psa {

// A row of the PSA's directory by its id there.
struct RemoteEntity {
  std::string id;
  std::string name;
  bool inactive = false;
  bool is_closed = false;   // statuses
  bool is_default = false;  // statuses: where a ticket begins
};

// The ids (of RemoteEntity) that new tickets get where the provider's settings say nothing else. Empty = none.
struct RemoteDefaults {
  std::string client_id, board_id, priority_id, category_id, closed_status_id;
};

struct RemoteDirectory {
  std::vector<RemoteEntity> clients, boards, statuses, priorities, categories;  // at least one board, one closed and one default status
  RemoteDefaults defaults;
};

struct RemoteTicket {
  std::string id;
  std::string number;                // as people know it
  std::string url;                   // for people
  std::string updated_at;            // the PSA's own text: compared for equality only; empty = not known
  bool updated_at_is_exact = false;  // fine enough (fractions of a second) that equal means: nothing happened in between
  bool closed = false;
  std::string status_id;      // empty = not known
  std::string priority_name;  // empty = not known
  std::string assignee;       // empty = nobody
  bool has_assignee = false;  // false: the PSA did not say
  std::string closure_note;   // plain text
};

struct RemoteNote {
  std::string id;
  std::string author;
  std::optional<Time> at;
  std::string text;  // plain text
};

struct NewRemoteTicket {
  std::string token;  // put where find_ticket finds it
  std::string title;
  std::string body_markdown;
  std::string client_id, board_id, priority_id, category_id;  // RemoteEntity ids; empty = the PSA's default
};

struct NewRemoteNote {
  std::string token;  // comes back within RemoteNote::text, so that the note is known as ours
  std::string ticket_id;
  std::string markdown;
};

// Members that are absent stay as they are.
struct RemoteUpdate {
  std::string ticket_id;
  std::optional<std::string> body_markdown;
  std::string token;  // of the ticket, to be kept within the body
  std::optional<std::string> status_id, priority_id;
};

enum class Outcome {
  done,
  refused,        // the PSA will not take this as it is; nothing happened
  not_done,       // it certainly had no effect, and may have one later
  ticket_closed,  // a note: the ticket is closed and refuses it; nothing happened
  ticket_gone,    // a note: there is no such ticket any more; nothing happened
  unknown         // it may have happened
};

template <class Value>
struct Reply {
  Outcome outcome = Outcome::not_done;
  Value value{};
  std::string message;  // why it is not done
};

class Psa {
 public:
  virtual ~Psa() = default;

  virtual std::string name() const = 0;  // for people: "HaloPSA"
  virtual std::string id() const = 0;    // "halopsa"

  // Everything that names in the configuration may refer to. Throws Error(invalid) that lists all names that do not exist, each with
  // those that do.
  virtual RemoteDirectory directory(const host::Call&) = 0;

  // One after the other unless the PSA can take several at once; `told` is called for each as soon as its outcome is known, with its index,
  // and may throw to stop before the next.
  virtual void create(const host::Call&, std::span<const NewRemoteTicket>,
                      const std::function<void(std::size_t, Reply<RemoteTicket>&&)>& told) = 0;
  // The ticket that was created with this token at `since` or later, if there is one.
  virtual std::optional<RemoteTicket> find_ticket(const host::Call&, const std::string& token, const std::string& title,
                                                  std::optional<Time> since) = 0;

  // Of different tickets: at once, as far as the PSA allows. The id of each note.
  virtual std::vector<Reply<std::string>> add_notes(const host::Call&, std::span<const NewRemoteNote>) = 0;
  // Repeating an update does no harm. The ticket afterwards.
  virtual std::vector<Reply<RemoteTicket>> update(const host::Call&, std::span<const RemoteUpdate>) = 0;

  // Every ticket changed at `since` or later, by the page. Returns the moment up to which the list is complete, on the PSA's clock: the
  // next `since`.
  virtual Time changed_since(const host::Call&, Time since, const std::function<void(const RemoteTicket&)>& visit) = 0;
  // Tickets in full, closure notes included, and all notes of tickets, oldest first; in the order of the ids.
  virtual std::vector<Reply<RemoteTicket>> tickets(const host::Call&, std::span<const std::string> ids) = 0;
  virtual std::vector<Reply<std::vector<RemoteNote>>> notes(const host::Call&, std::span<const std::string> ticket_ids) = 0;

  virtual std::uint64_t requests_sent() const = 0;
};

// The call was cancelled or its deadline has passed: no failure of the PSA's.
inline bool ends_the_call(const Error& e) { return e.status() == Status::cancelled || e.status() == Status::deadline; }

}  // namespace picket::psa
