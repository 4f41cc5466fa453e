// One delivery under way: a batch of the outbox after the other, the outcome of each item recorded as soon as it is known. What is done for
// tickets, updates and notes is in a file each. Thread: that of the Database.
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

#include "host-sim/psa/outgoing.hpp"
#include "host-sim/psa/technician_writer.hpp"
#include "host-sim/psa/psa_sync.hpp"
#include "host-sim/psa/entity_ids.hpp"
#include "host-sim/psa/sync_context.hpp"
#include "host-sim/store/outbox.hpp"
#include "host-sim/store/remote_tickets.hpp"
#include "host-sim/store/ticket_events.hpp"

namespace picket::psa {

// How far the PSA's clock may be from ours.
inline constexpr std::chrono::minutes clock_difference{10};

// One item on its way.
struct PendingItem {
  store::OutboxItem item;
  OutgoingTicket ticket;
  std::optional<store::RemoteLink> link;
  bool may_exist = false;  // a ticket
  std::string note;        // CommonMark
  RemoteUpdate update;
  std::optional<bool> closes;  // what the update makes of the ticket
  std::string priority;        // its name, if the update sets one
  std::string problem;         // why it cannot be sent, whatever the PSA says

  bool ticket_is_gone = false;  // there

  bool touched = false;  // this round may have sent it
  bool settled = false;  // its outcome is recorded, for this round

  bool opens() const { return !link; }
};

class Delivery {
 public:
  explicit Delivery(const SyncContext& work) : work_(work), people_(work) {}

  DeliveryReport run();

 private:
  enum class Found { no, ours, from_before };

  // What a listener throws to end a creation.
  struct Stop {};

  // ---- a batch: delivery.cpp
  std::vector<PendingItem> prepare(std::vector<store::OutboxItem> items);
  void deliver(std::vector<PendingItem> batch);
  void mark(const std::vector<PendingItem>& batch);
  void unmark_untouched(const std::vector<PendingItem>& batch);
  void settle_what_is_not_sent(std::vector<PendingItem>& batch);
  // Waits for the first look after an unknown outcome. False: there is none to wait for.
  bool wait_for_look();

  // ---- tickets: delivery_tickets.cpp
  // Before they are marked: so a ticket that is found although its item is marked was made by it.
  void look_for_tickets_from_before(std::vector<PendingItem>& batch);
  void open_tickets(std::vector<PendingItem>& batch);
  // One that is found is recorded.
  bool is_certainly_missing(PendingItem& pending);
  void record_opened(PendingItem& pending, const RemoteTicket& ticket, Found found, std::span<const RemoteNote> known_notes = {});
  store::RemoteLink link_to(const PendingItem& pending, const RemoteTicket& ticket) const;
  // The link of a ticket that was just created: it is as it was answered, and what the answer does not say is as it was sent.
  store::RemoteLink link_to_new(const PendingItem& pending, const RemoteTicket& ticket);
  // Of one of ours.
  std::optional<std::string> priority_name(const std::string& id);
  NewRemoteTicket new_ticket(const PendingItem& pending);
  // Empty, and told, if the PSA has no such entity: then it takes its own default.
  std::string remote_entity(store::EntityKind kind, const std::string& our_id, const PendingItem& pending);
  const EntityIds& ids();
  // Creates tickets for batch. As long as nothing has succeeded one at a time: when the PSA is away, few are left in doubt.
  void create(const std::vector<PendingItem*>& batch, const std::function<NewRemoteTicket(const PendingItem&)>& make,
              const std::function<void(PendingItem&, const RemoteTicket&)>& done);

  // ---- updates: delivery_updates.cpp
  void prepare_update(PendingItem& pending);
  // The status there for one of ours; if that is not one of the PSA's, a closed one or the one where tickets begin.
  std::optional<std::string> remote_status(const std::string& our_id, bool closed);
  void send_updates(std::vector<PendingItem>& batch);
  // The link's updated_at stays as last seen: between that and our update somebody may have been at work, and the next look must see it.
  void record_updated(PendingItem& pending, const RemoteTicket& answered);
  // A person may have changed it there since the item was queued: then the update had the last word. Unless another one is to follow.
  void make_ours_the_same(const PendingItem& pending, Time now);

  // ---- notes, and follow-ups: tickets for notes that a closed ticket refused, or whose ticket is gone: delivery_notes.cpp
  void send_notes(std::vector<PendingItem>& batch);
  // Those that are certainly not there are added to `wanted`.
  void look_for_notes(const std::vector<PendingItem*>& in_doubt, std::vector<PendingItem*>& wanted);
  bool is_certainly_gone(PendingItem& pending);
  void record_noted(PendingItem& pending, const std::string& note_id);
  void open_follow_ups(const std::vector<PendingItem*>& batch);
  // Once there is a follow-up, what happened on the former ticket counts no longer: so whoever closed it is heard before.
  bool closing_is_known(PendingItem& pending);
  static std::string follow_up_title(const PendingItem& pending);
  NewRemoteTicket new_follow_up(const PendingItem& pending);
  void record_follow_up(PendingItem& pending, const RemoteTicket& ticket, Found found);
  // Our ticket is open as its follow-up is, unless that is to be closed next. Nobody reopened it, so nobody is told.
  void open_ours_again(const std::string& ticket_id, Time now);

  // ---- outcomes, and asking the PSA: delivery_fates.cpp
  void finish(const PendingItem& pending);
  // What is tried again later, and why.
  void fail(PendingItem& pending, Outcome outcome, const std::string& message);
  std::string describe(const PendingItem& pending) const;
  void count_outcome(Outcome outcome, const std::string& message);
  void flush_streak();
  // The PSA as a whole takes nothing now.
  void stop(const std::string& message);

  template <class Write>
  void record(PendingItem& pending, Write&& write) {
    work_.record(std::forward<Write>(write));
    pending.settled = true;
  }

  // For one pending. False: it failed, and that is recorded.
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

  // For many batch at once, whose outcomes come back one by one. An error here means that the PSA as a whole is away.
  template <class Function>
  void ask_for_many(Function&& function) {
    own_failure_ = nullptr;
    asked_at_ns_ = work_.clock.monotonic();
    try {
      function();
    } catch (const Error& e) {
      if (!own_failure_ && ends_the_call(e)) throw;
      if (!own_failure_) stop(e.what());
    }
    if (own_failure_) std::rethrow_exception(own_failure_);
  }

  // `told` with what it throws kept apart from what the PSA throws.
  template <class Value, class Told>
  auto guarded(Told& told) {
    return [this, &told](std::size_t index, Reply<Value>&& reply) {
      try {
        told(index, std::move(reply));
      } catch (const Stop&) {
        throw;
      } catch (...) {
        own_failure_ = std::current_exception();
        throw;
      }
    };
  }

  const SyncContext& work_;
  TechnicianWriter people_;
  DeliveryReport report_;
  std::optional<EntityIds> ids_;
  std::set<std::string, std::less<>> warned_;  // ids of ours that the PSA does not know
  std::optional<Time> look_again_at_;
  int streak_ = 0;  // failures in a row
  std::vector<std::string> streak_errors_;
  bool has_succeeded_ = false;
  bool away_ = false;
  std::exception_ptr own_failure_;
  std::int64_t asked_at_ns_ = 0;  // when the PSA was asked to do what is under way
};

}  // namespace picket::psa
