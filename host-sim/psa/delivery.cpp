#include <algorithm>

#include "host-sim/psa/delivery_run.hpp"
#include "host-sim/psa/pull_cursor.hpp"
#include "sdk/common/json.hpp"

namespace picket::psa {
namespace {

using namespace std::chrono_literals;
using store::OutboxKind;

constexpr std::size_t batch_size = 32;

json::object payload(const store::OutboxItem& item) { return json::parse_object(item.payload, "an item of the outbox"); }

std::string member(const store::OutboxItem& item, std::string_view name) { return json::text_at(payload(item), name).value_or(""); }

std::vector<std::string> earlier_tickets(const store::OutboxItem& item) {
  const json::object o = payload(item);
  std::vector<std::string> ids;
  if (const json::array* earlier = json::array_at(o, "earlier_tickets"))
    for (const json::value& id : *earlier) ids.emplace_back(id.as_string());
  return ids;
}

}  // namespace

DeliveryReport Delivery::run() {
  begin_remote_cursor(work_);
  begin_with_known_zone(work_);
  while (!away_) {
    work_.call.check();
    auto items = store::due_outbox_items(work_.db, work_.tenant, work_.clock.now(), batch_size);
    if (!items.empty())
      deliver(prepare(std::move(items)));
    else if (!wait_for_lookup())
      break;
  }
  flush_streak();
  keep_zone(work_);
  report_.waiting = store::outbox_queue(work_.db, work_.tenant).waiting;
  return std::move(report_);
}

Batch Delivery::prepare(std::vector<store::OutboxItem> items) {
  std::vector<std::string_view> ticket_ids;
  std::vector<std::string> comment_ids;
  for (const auto& item : items) {
    ticket_ids.push_back(item.ticket_id);
    if (item.kind == OutboxKind::note) comment_ids.push_back(member(item, "comment_id"));
  }
  const std::vector<std::string_view> comments(comment_ids.begin(), comment_ids.end());
  const auto tickets = read_outgoing_tickets(work_.db, work_.tenant, ticket_ids);
  const auto notes = read_outgoing_notes(work_.db, work_.tenant, comments);
  const auto links = store::current_remote_links(work_.db, work_.tenant, ticket_ids);
  Batch batch;
  for (auto& item : items) {
    PendingItem pending;
    pending.ticket = tickets.at(item.ticket_id);
    if (pending.ticket.token.empty()) pending.ticket.token = item.token;
    for (const auto& link : links)
      if (link.ticket_id == item.ticket_id && link.psa == work_.psa.id()) pending.link = link;
    const auto note = item.kind == OutboxKind::note ? notes.find(member(item, "comment_id")) : notes.end();
    const bool may_exist = item.kind == OutboxKind::ticket && json::bool_at(payload(item), "may_exist").value_or(false);
    pending.item = std::move(item);
    if (!pending.link)
      batch.tickets.push_back({std::move(pending), may_exist});
    else if (pending.item.kind == OutboxKind::update)
      batch.updates.push_back(prepare_update(std::move(pending)));
    else if (note != notes.end() && !note->second.empty()) {
      std::vector<std::string> earlier = earlier_tickets(pending.item);
      batch.notes.push_back({std::move(pending), note->second, std::move(earlier)});
    }
    else
      batch.empty.push_back(std::move(pending));
  }
  return batch;
}

void Delivery::deliver(Batch batch) {
  look_for_tickets_from_before(batch.tickets);
  if (away_) return;
  mark(batch);
  try {
    settle_what_is_not_sent(batch);
    open_tickets(batch.tickets);
    send_updates(batch.updates);
    send_notes(batch.notes);
  } catch (const Error& e) {
    // What was not sent yet need not be looked up next time.
    if (ends_the_call(e) && !own_failure_) unmark_untouched(batch);
    throw;
  }
  unmark_untouched(batch);
  batch.for_each([&](PendingItem& pending) {
    if (!away_ && pending.touched && !pending.settled) fail(pending, Outcome::unknown, "the outcome of what was sent is not known");
  });
}

void Delivery::mark(Batch& batch) {
  std::vector<std::string> ids;
  batch.for_each([&](const PendingItem& pending) {
    if (!pending.item.sent && !pending.settled) ids.push_back(pending.item.outbox_id);
  });
  if (!ids.empty()) work_.record([&](Time now) { store::outbox_retry.mark(work_.db, work_.tenant, ids, now); });
}

void Delivery::unmark_untouched(Batch& batch) {
  std::vector<std::string> ids;
  batch.for_each([&](const PendingItem& pending) {
    if (!pending.touched && !pending.settled && !pending.item.sent) ids.push_back(pending.item.outbox_id);
  });
  if (!ids.empty()) work_.record([&](Time) { store::outbox_retry.unmark(work_.db, work_.tenant, ids); });
}

void Delivery::settle_what_is_not_sent(Batch& batch) {
  const auto settle = [&](PendingItem& pending) { record(pending, [&](Time) { finish(pending); }); };
  for (auto& pending : batch.empty) settle(pending);
  for (auto& pending : batch.updates)
    if (!pending.problem.empty())
      fail(pending, Outcome::refused, pending.problem);
    else if (pending.changes_nothing())
      settle(pending);
}

bool Delivery::wait_for_lookup() {
  if (!look_up_at_) return false;
  const auto left = *look_up_at_ - work_.clock.now() + 1ms;
  look_up_at_.reset();
  if (left > 0ms)
    work_.clock.sleep_until(work_.clock.monotonic() + std::chrono::nanoseconds(left).count(), [this] { return work_.call.over(); });
  return true;
}

DeliveryReport PsaSync::deliver(const host::Call& call, store::Lease* lease) {
  const SyncContext work{psa_, db_, tenant_, clock_, log_, call, lease};
  return Delivery(work).run();
}

}  // namespace picket::psa
