#include <algorithm>

#include "host-sim/psa/delivery_run.hpp"

namespace picket::psa {
namespace {

using namespace std::chrono_literals;
using store::OutboxKind;

constexpr int failures_to_stop = 3;               // in a row
constexpr std::uint64_t refusals_to_give_up = 5;  // of a change
constexpr auto lookup_delay = 2s;                 // after an unknown outcome: by then the PSA knows what it did
constexpr auto slow = 20s;                        // a PSA that has not answered for so long may still be at work
constexpr auto slow_lookup_delay = 2min;

}  // namespace

void Delivery::finish(const PendingItem& pending) { store::outbox_retry.finish(work_.db, work_.tenant, pending.item.outbox_id); }

void Delivery::fail(PendingItem& pending, Outcome outcome, const std::string& message) {
  // The last attempt may have had an effect that the PSA does not show yet.
  const bool had_no_effect = outcome != Outcome::unknown && !pending.item.sent;
  const Time now = work_.clock.now();
  Time next = now + store::next_attempt_delay(pending.item.attempts + 1);
  const bool may_be_at_work = std::chrono::nanoseconds(work_.clock.monotonic() - asked_at_ns_) >= slow;
  if (outcome == Outcome::unknown && may_be_at_work) {
    next = std::max(next, now + slow_lookup_delay);
  } else if (outcome == Outcome::unknown && pending.item.attempts == 0) {
    next = now + lookup_delay;
    look_up_at_ = std::max(look_up_at_.value_or(next), next);
  }
  std::string error = describe(pending) + ": " + message;
  // The PSA will never take it, and it holds back what follows on its ticket.
  if (outcome == Outcome::refused && pending.item.kind == OutboxKind::update && pending.link &&
      pending.item.attempts + 1 >= refusals_to_give_up) {
    error += "; it is given up";
    work_.log.write(PICKET_LOG_WARNING, error);
    record(pending, [&](Time at) { store::outbox_retry.give_up(work_.db, work_.tenant, pending.item.outbox_id, error, true, at); });
    ++report_.failed;
    add_error(report_.errors, error);
    return;
  }
  record(pending, [&](Time) { store::outbox_retry.postpone(work_.db, work_.tenant, pending.item.outbox_id, error, had_no_effect, next); });
  ++report_.failed;
  // What stops the delivery is reported once.
  if (outcome != Outcome::not_done && outcome != Outcome::unknown)
    add_error(report_.errors, error);
  else if (!away_)
    streak_errors_.push_back(error);
}

std::string Delivery::describe(const PendingItem& pending) const {
  const std::string where = " in " + work_.psa.name();
  const std::string ticket = "ticket " + (pending.link ? pending.link->number : pending.ticket.number);
  if (!pending.link) return ticket + " could not be opened" + where;
  return (pending.item.kind == OutboxKind::note ? "a note on " : "a change of ") + ticket + " could not be delivered" + where;
}

void Delivery::count_outcome(Outcome outcome, const std::string& message) {
  if (outcome != Outcome::not_done && outcome != Outcome::unknown) {
    flush_streak();
    has_succeeded_ = true;
  } else if (++streak_ >= failures_to_stop) {
    stop(message);
  }
}

void Delivery::flush_streak() {
  streak_ = 0;
  for (auto& error : streak_errors_) add_error(report_.errors, std::move(error));
  streak_errors_.clear();
}

void Delivery::stop(const std::string& message) {
  if (away_) return;
  away_ = true;
  streak_errors_.clear();
  const std::string error = work_.psa.name() + " takes nothing at the moment: " + message;
  add_error(report_.errors, error);
  work_.log.write(PICKET_LOG_WARNING, error);
}

}  // namespace picket::psa
