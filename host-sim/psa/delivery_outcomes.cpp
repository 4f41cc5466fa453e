#include <algorithm>

#include "host-sim/psa/delivery_run.hpp"

namespace picket::psa {
namespace {

using namespace std::chrono_literals;
using store::OutboxKind;

constexpr int failures_to_stop = 3;  // in a row
constexpr auto lookup_delay = 2s;    // after an unknown outcome: by then the PSA knows what it did
constexpr auto slow = 20s;           // a PSA that has not answered for so long may still be at work
constexpr auto slow_lookup_delay = 2min;

// Of what is asked. An update that is ignored is refused without a word.
bool is_refusal(Outcome outcome) { return outcome == Outcome::refused || outcome == Outcome::ignored; }

// A finding without a ticket is never let go, so a ticket's opening is not given up.
bool can_be_given_up(const PendingItem& pending) { return pending.link && pending.item.kind != OutboxKind::ticket; }

}  // namespace

void Delivery::finish(const PendingItem& pending) { store::outbox_retry.finish(work_.db, work_.tenant, pending.item.outbox_id); }

void Delivery::fail(PendingItem& pending, Outcome outcome, const std::string& message) {
  // The last attempt may have had an effect that the PSA does not show yet.
  const bool had_no_effect = outcome != Outcome::unknown && outcome != Outcome::ignored && !pending.item.sent;
  const Time now = work_.clock.now();
  const auto longest = is_refusal(outcome) ? store::longest_delay_of_refused : store::longest_delay;
  Time next = now + store::next_attempt_delay(pending.item.attempts + 1, longest);
  const bool may_be_at_work = std::chrono::nanoseconds(work_.clock.monotonic() - asked_at_ns_) >= slow;
  if (outcome == Outcome::unknown && may_be_at_work) {
    next = std::max(next, now + slow_lookup_delay);
  } else if (outcome == Outcome::unknown && pending.item.attempts == 0) {
    next = now + lookup_delay;
    look_up_at_ = std::max(look_up_at_.value_or(next), next);
  }
  std::string error = describe(pending) + ": " + message;
  const auto refused_since = store::refused_since(pending.item.refusals, is_refusal(outcome), now, next);
  // It holds back what follows on its ticket.
  if (is_refusal(outcome) && can_be_given_up(pending) && now - *refused_since >= work_.psa.give_up_after()) {
    error += "; it is given up, \"picket outbox\" shows it and can send it again";
    work_.log.write(PICKET_LOG_WARNING, error);
    record(pending, [&](Time at) { store::outbox_retry.give_up(work_.db, work_.tenant, pending.item.outbox_id, error, true, at); });
    ++report_.failed;
    add_error(report_.errors, error);
    return;
  }
  record(pending, [&](Time) {
    store::outbox_retry.postpone(work_.db, work_.tenant, pending.item.outbox_id, error, had_no_effect, next, refused_since);
  });
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
    has_succeeded_ = has_succeeded_ || outcome != Outcome::not_permitted;
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
