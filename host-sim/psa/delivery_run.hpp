// One delivery under way: outbox -> remote PSA, batch after batch. Tickets, updates and notes are sent by a file each.
// Thread: that of the Database.
//
// Every item is marked before it is sent, and its outcome is recorded in a transaction of its own as soon as it is known. A marked item may
// have been sent, so the PSA is asked before it is sent again. An item that fails holds back what follows it on its ticket, and no other
// ticket.
#pragma once
#include <chrono>
#include <exception>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host-sim/psa/entity_ids.hpp"
#include "host-sim/psa/outgoing.hpp"
#include "host-sim/psa/psa_sync.hpp"
#include "host-sim/psa/sync_context.hpp"
#include "host-sim/psa/technician_writer.hpp"
#include "host-sim/psa/ticket_state.hpp"
#include "host-sim/store/outbox.hpp"
#include "host-sim/store/remote_tickets.hpp"
#include "host-sim/store/ticket_events.hpp"

namespace picket::psa {

struct PendingItem {
  store::OutboxItem item;
  OutgoingTicket ticket;
  std::optional<store::RemoteLink> link;  // empty: the PSA does not have the ticket yet
  bool touched = false;                   // this round may have sent it
  bool settled = false;                   // this round has recorded its outcome
};

// An item, whatever its kind, whose ticket must be opened first.
struct TicketToOpen : PendingItem {
  bool may_exist = false;
};

struct UpdateToSend : PendingItem {
  RemoteUpdate update = {};
  std::optional<bool> closes = {};          // whether the ticket is closed afterwards
  std::string priority = {};                // the name of the new one
  std::string problem = {};                 // why it cannot be sent
  std::optional<RemoteTicket> before = {};  // as it was read before the update, where that matters

  bool changes_nothing() const {
    return !update.body_markdown && !update.status_id && !update.priority_id && !update.title && !update.board_id && !update.category_id;
  }
};

struct NoteToSend : PendingItem {
  std::string text;                           // CommonMark
  std::vector<std::string> earlier_tickets = {};  // see store::remember_where_sent
  bool ticket_is_gone = false;
};

// A note that the PSA has taken on a closed ticket.
struct NoteOnClosed {
  NoteToSend* pending;
  std::string note_id;
};

// At most one item per ticket.
struct Batch {
  std::vector<TicketToOpen> tickets;
  std::vector<UpdateToSend> updates;
  std::vector<NoteToSend> notes;
  std::vector<PendingItem> empty;  // nothing to send

  template <class Visit>
  void for_each(Visit&& visit) {
    for (auto& pending : tickets) visit(pending);
    for (auto& pending : updates) visit(pending);
    for (auto& pending : notes) visit(pending);
    for (auto& pending : empty) visit(pending);
  }
};

class Delivery {
 public:
  explicit Delivery(const SyncContext& work) : work_(work), technicians_(work) {}

  DeliveryReport run();

 private:
  // Where a ticket comes from.
  enum class Origin {
    created,
    found,        // created by an attempt whose outcome was unknown
    from_before,  // created before the database was lost
  };

  // ---- a batch: delivery.cpp
  Batch prepare(std::vector<store::OutboxItem> items);
  void deliver(Batch batch);
  void mark(Batch& batch);
  void unmark_untouched(Batch& batch);
  void settle_what_is_not_sent(Batch& batch);
  // Waits until an unknown outcome can be looked up. False: none is to be looked up.
  bool wait_for_lookup();

  // ---- tickets: delivery_tickets.cpp
  // Called before the items are marked: a ticket that is found for a marked item was created by that item.
  void look_for_tickets_from_before(std::vector<TicketToOpen>& tickets);
  void open_tickets(std::vector<TicketToOpen>& tickets);
  // Records a ticket that is found.
  bool is_certainly_missing(PendingItem& pending);
  void record_opened(PendingItem& pending, const RemoteTicket& ticket, Origin origin, std::span<const RemoteNote> known_notes = {});
  void share_with_who_has_it(const store::RemoteLink& link, Time now);
  store::RemoteLink link_to(const PendingItem& pending, const RemoteTicket& ticket, Origin origin);
  std::optional<std::string> priority_name(const std::string& our_id);
  NewRemoteTicket new_ticket(const PendingItem& pending);
  // Empty, with a warning, if the PSA has no such entity: it then uses its own default.
  std::string remote_entity(store::EntityKind kind, const std::string& our_id, const PendingItem& pending);
  const EntityIds& ids();
  // Creates `tickets`, one for each of `items`. Until something has succeeded, one at a time: few are in doubt if the PSA is away.
  void create(const std::vector<PendingItem*>& items, std::span<const NewRemoteTicket> tickets,
              const std::function<void(PendingItem&, const RemoteTicket&)>& record_created);

  // ---- updates: delivery_updates.cpp
  UpdateToSend prepare_update(PendingItem pending);
  // The PSA's status for one of ours; where it has none, a closed one or the one in which tickets begin.
  std::optional<std::string> remote_status(const std::string& our_id, bool closed);
  void send_updates(std::vector<UpdateToSend>& batch);
  // Reads the tickets that are to be closed, reopened or given another body: what technicians did meanwhile stays.
  void read_before(std::vector<UpdateToSend>& batch);
  void fit_to(UpdateToSend& pending, const RemoteTicket& now);
  // The body was edited there since we wrote it: ours becomes a note.
  void send_body_as_note(UpdateToSend& pending);
  // Why the answer does not show what was written; empty if it does.
  std::string left_undone(const UpdateToSend& pending, const RemoteTicket& answered, Answered verdict);
  // The link keeps the updated_at that was last seen: a technician may have worked between that and our update, which the next pull must
  // see.
  void record_updated(UpdateToSend& pending, const RemoteTicket& answered);
  // Our ticket has from now on what the remote one has.
  void apply_to_our_ticket(const UpdateToSend& pending, Time now);

  // ---- notes, and follow-ups: tickets for notes whose ticket is closed and refuses them, or is gone: delivery_notes.cpp
  void send_notes(std::vector<NoteToSend>& batch);
  // Adds to `wanted` those that the PSA certainly does not have.
  void look_for_notes(const std::vector<NoteToSend*>& in_doubt, std::vector<NoteToSend*>& wanted, std::vector<NoteOnClosed>& on_closed);
  bool is_on_earlier_ticket(NoteToSend& pending);
  bool is_certainly_gone(PendingItem& pending);
  // Records a note that the PSA has, or leaves it to see_what_notes_did().
  void take_noted(NoteToSend& pending, const std::string& note_id, std::vector<NoteOnClosed>& on_closed);
  void record_noted(NoteToSend& pending, const std::string& note_id, const RemoteTicket* reopened);
  void see_what_notes_did(const std::vector<NoteOnClosed>& noted);
  // Queues the closing of a ticket that our tables have as closed.
  void close_again(const std::string& ticket_id, Time now);
  void open_follow_ups(const std::vector<NoteToSend*>& refused);
  // What happens on a ticket no longer counts once it has a follow-up, so the act that closed it is read first.
  bool closing_is_known(NoteToSend& pending);
  static std::string follow_up_title(const PendingItem& pending);
  NewRemoteTicket new_follow_up(const NoteToSend& pending);
  void record_follow_up(PendingItem& pending, const RemoteTicket& ticket, Origin origin);
  // Our ticket is open as its follow-up is, unless a close is queued. No technician reopened it, so no ticket event is queued.
  void reopen_our_ticket(const std::string& ticket_id, Time now);

  // ---- outcomes: delivery_outcomes.cpp
  void finish(const PendingItem& pending);
  // Records that the item is to be tried again, and why.
  void fail(PendingItem& pending, Outcome outcome, const std::string& message);
  std::string describe(const PendingItem& pending) const;
  void count_outcome(Outcome outcome, const std::string& message);
  void flush_streak();
  // The PSA takes nothing now.
  void stop(const std::string& message);

  template <class Write>
  void record(PendingItem& pending, Write&& write) {
    work_.record(std::forward<Write>(write));
    pending.settled = true;
  }

  // Asks the PSA about one item. False: that failed, and the failure is recorded.
  template <class Function>
  bool ask(PendingItem& pending, Function&& function) {
    try {
      function();
      return true;
    } catch (const Error& e) {
      if (ends_the_call(e)) throw;
      if (e.status() == Status::auth)
        stop(e.what());
      else
        count_outcome(Outcome::not_done, e.what());
      fail(pending, Outcome::not_done, e.what());
    }
    return false;
  }

  // Asks the PSA for many items, each with an outcome of its own. An error means that the PSA as a whole is away.
  template <class Function>
  void ask_for_many(Function&& function) {
    asked_at_ns_ = work_.clock.monotonic();
    try {
      function();
    } catch (const Error& e) {
      if (ends_the_call(e)) throw;
      stop(e.what());
    }
  }

  const SyncContext& work_;
  TechnicianWriter technicians_;
  DeliveryReport report_;
  std::optional<EntityIds> ids_;
  std::set<std::string, std::less<>> warned_;  // our ids that the PSA does not know
  std::optional<Time> look_up_at_;
  int streak_ = 0;  // failures in a row
  std::vector<std::string> streak_errors_;
  bool has_succeeded_ = false;
  bool away_ = false;
  std::exception_ptr own_failure_;  // what kept a created ticket from being recorded
  std::int64_t asked_at_ns_ = 0;    // when the request under way began
};

}  // namespace picket::psa
