// The interface of a remote PSA: takes the PSA's own words and ids, returns plain values. Each folder below this one (halopsa) implements
// it for one PSA. What to send when, and what an unknown outcome means, is decided by the delivery and the pull.
//
// Thread: one call at a time. Errors: a function that returns Replies reports each item's outcome in its Reply and throws only what ends
// the whole call (cancelled, deadline); the others throw picket::Error.
#pragma once
#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "host-sim/store/retry_queue.hpp"
#include "picket/error.hpp"
#include "picket/time.hpp"
#include "sdk/host/call.hpp"

namespace picket::psa {

// A row of the PSA's directory.
struct RemoteEntity {
  std::string id;
  std::string name;
  bool inactive = false;
  bool is_closed = false;   // statuses
  bool is_default = false;  // statuses: the one in which tickets begin
};

// Ids (of RemoteEntity) for new tickets where the provider's settings name none. Empty = none.
struct RemoteDefaults {
  std::string client_id, board_id, priority_id, category_id, closed_status_id;
};

struct RemoteDirectory {
  std::vector<RemoteEntity> clients, boards, statuses, priorities, categories;  // at least one board, one closed and one default status
  RemoteDefaults defaults;
};

struct RemoteTicket {
  std::string id;
  std::string number;                      // as technicians know it
  std::string url;                         // for a browser
  std::string updated_at;                  // in the PSA's own format, only ever compared for equality; empty = not known
  bool updated_at_is_exact = false;        // fine enough (fractions of a second) that equal means unchanged
  bool closed = false;                     // what the PSA's own flag says, which may be left over (ticket_state.hpp)
  std::string closing_mark;                // in the PSA's own format, only ever compared: another closing has another one; empty = none
  std::optional<Time> closed_at;           // on the clock of RemoteNote::at
  std::string merged_into;                 // the id of the ticket that this one was merged into; empty = none
  std::string token;                       // that its body holds; empty = none, or the PSA did not show the body
  std::optional<std::string> body_digest;  // of the body's words, whatever the site makes of its markup; absent = not shown
  std::string status_id;                   // empty = not known
  std::string priority_name;               // empty = not known
  std::string assignee;                    // empty = nobody
  bool has_assignee = false;               // false: the PSA did not say
  std::string closure_note;                // plain text
};

// Whose an entry is, by what the PSA says of it and never by its words.
enum class Writer {
  unknown,  // the PSA does not say; then a token of ours shows that it is Picket's
  person,   // somebody in the PSA's own interface
  program,  // another program, or a person by it
  site,     // a rule, an SLA or the PSA itself, whoever is named as author
  picket    // Picket's own credentials
};

// An entry of a ticket's history.
struct RemoteNote {
  std::string id;
  std::string author;  // as it is shown: "Kim", "Kim via Remote Monitor"; empty = not known
  std::optional<Time> at;
  std::string text;  // plain text; empty = the entry has no words
  bool has_image = false;
  Writer writer = Writer::unknown;
  std::string program = {};  // the label of Writer::program. It may be Picket's: then a note with a token of ours has the same one
};

struct NewRemoteTicket {
  std::string token;  // stored where find_ticket finds it
  std::string title;
  std::string body_markdown;
  std::string client_id = {}, board_id = {}, priority_id = {}, category_id = {};  // RemoteEntity ids; empty = the PSA's default
};

struct NewRemoteNote {
  std::string token;  // part of RemoteNote::text afterwards, so that the note is recognised as ours
  std::string ticket_id;
  std::string markdown;
};

// Members that are absent stay as they are.
struct RemoteUpdate {
  std::string ticket_id;
  std::optional<std::string> body_markdown = {};
  std::string token = {};  // of the ticket, kept in the body
  std::optional<std::string> status_id = {}, priority_id = {};
  std::optional<std::string> title = {}, board_id = {}, category_id = {};
};

enum class Outcome {
  done,
  refused,        // the PSA rejects this as it is; nothing happened
  not_permitted,  // the PSA refuses who asks, not what is asked: a right is missing; nothing happened
  not_done,       // certainly had no effect; may succeed later
  ticket_closed,  // a note: the ticket is closed and refuses it; nothing happened
  ticket_gone,    // a note: the ticket no longer exists; nothing happened
  ignored,        // an update: the PSA answered as if it was done, and changed nothing; that may come late
  unknown         // it may have happened
};

template <class Value>
struct Reply {
  Outcome outcome = Outcome::not_done;
  Value value{};
  std::string message;  // why not, unless done
};

// Called with each ticket's index as soon as its outcome is known; returns whether to go on. Does not throw. Requests that are under way
// when it returns false still complete and are reported.
using CreationListener = std::function<bool(std::size_t index, Reply<RemoteTicket>&&)>;

// Something wrong with a configuration.
struct Problem {
  std::string key;   // whose value is wrong; empty: no single key's
  std::string text;  // the whole sentence, as it is printed
};

// Reports all names in the configuration that the PSA does not have, each with the names that it has.
class WrongNames : public Error {
 public:
  explicit WrongNames(std::vector<Problem> problems)
      : Error(Status::invalid, lines_of(problems), problems.front().key), problems_(std::move(problems)) {}

  const std::vector<Problem>& problems() const { return problems_; }

 private:
  static std::string lines_of(const std::vector<Problem>& problems) {
    std::string lines;
    for (const Problem& problem : problems) lines += (lines.empty() ? "" : "\n") + problem.text;
    return lines;
  }
  std::vector<Problem> problems_;
};

// What was found out about a site.
struct SiteRemark {
  enum class Kind { fact, warning, problem } kind = Kind::fact;
  std::string text;  // a sentence without a full stop
};

class Psa {
 public:
  virtual ~Psa() = default;

  virtual std::string name() const = 0;  // for messages: "HaloPSA"
  virtual std::string id() const = 0;    // "halopsa"

  // Everything that names in the configuration can refer to. Throws WrongNames.
  virtual RemoteDirectory directory(const host::Call&) = 0;
  // What the API's agent may do there and what the site would refuse, as far as that can be tried without leaving a trace.
  virtual std::vector<SiteRemark> check_site(const host::Call&, const RemoteDirectory&) { return {}; }

  // Creates them one after the other unless the PSA can take several at once.
  virtual void create(const host::Call&, std::span<const NewRemoteTicket>, const CreationListener&) = 0;
  // The ticket that was created with this token at `since` (our clock) or later, if there is one. Throws Error(unavailable) where that
  // cannot be known yet: lists may show a ticket late.
  [[nodiscard]] virtual std::optional<RemoteTicket> find_ticket(const host::Call&, const std::string& token, const std::string& title,
                                                                std::optional<Time> since) = 0;

  // Concurrently, as far as the PSA allows, since all are for different tickets. Returns the id of each note.
  [[nodiscard]] virtual std::vector<Reply<std::string>> add_notes(const host::Call&, std::span<const NewRemoteNote>) = 0;
  // RemoteTicket::body_digest of a body that is written like this; empty if the PSA does not show bodies.
  virtual std::string digest_of_body(const std::string& markdown, const std::string& token) const = 0;
  // Updates can be repeated. Returns each ticket as it is afterwards.
  [[nodiscard]] virtual std::vector<Reply<RemoteTicket>> update(const host::Call&, std::span<const RemoteUpdate>) = 0;

  // Visits every ticket changed at `since` or later. Returns the moment up to which the list is complete, on the PSA's clock: the next
  // `since`.
  virtual Time changed_since(const host::Call&, Time since, const std::function<void(const RemoteTicket&)>& visit) = 0;
  // Tickets in full, closure notes included, and all notes of tickets, oldest first; both in the order of the ids.
  virtual std::vector<Reply<RemoteTicket>> tickets(const host::Call&, std::span<const std::string> ids) = 0;
  virtual std::vector<Reply<std::vector<RemoteNote>>> notes(const host::Call&, std::span<const std::string> ticket_ids) = 0;

  // By how much times that name no zone differ from UTC. The PSA learns it from what it answers to a write; it is kept for the next
  // process.
  virtual std::chrono::minutes zone_offset() const { return std::chrono::minutes{0}; }
  virtual void set_zone_offset(std::chrono::minutes) {}

  virtual std::uint64_t requests_sent() const = 0;

  // How long it may refuse something before that is given up.
  virtual std::chrono::hours give_up_after() const { return store::default_give_up_after; }
};

// The call was cancelled or its deadline has passed, which is no failure of the PSA.
inline bool ends_the_call(const Error& e) { return e.status() == Status::cancelled || e.status() == Status::deadline; }

}  // namespace picket::psa
