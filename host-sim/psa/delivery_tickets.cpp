#include "host-sim/psa/delivery_run.hpp"

namespace picket::psa {
namespace {

using store::EntityKind;
using store::OutboxKind;

}  // namespace

void Delivery::look_for_tickets_from_before(std::vector<PendingItem>& batch) {
  for (auto& pending : batch) {
    if (away_) return;
    if (!pending.opens() || !pending.may_exist || pending.item.sent) continue;
    std::optional<RemoteTicket> found;
    std::vector<Reply<std::vector<RemoteNote>>> notes;
    const bool asked = ask(pending, [&] {
      found = work_.psa.find_ticket(work_.call, pending.ticket.token, pending.ticket.title, std::nullopt);
      if (!found) return;
      const std::string ids[] = {found->id};
      notes = work_.psa.notes(work_.call, ids);
    });
    if (!asked || !found) continue;
    // What was written on it was told before the database was lost.
    if (notes.at(0).outcome == Outcome::done)
      record_opened(pending, *found, Found::from_before, notes[0].value);
    else
      fail(pending, Outcome::not_done, notes[0].message);
  }
}

void Delivery::open_tickets(std::vector<PendingItem>& batch) {
  std::vector<PendingItem*> wanted;
  for (auto& pending : batch) {
    if (away_) return;
    if (!pending.opens() || pending.settled) continue;
    if (pending.item.sent && !is_certainly_missing(pending)) continue;
    wanted.push_back(&pending);
  }
  create(
      wanted, [this](const PendingItem& pending) { return new_ticket(pending); },
      [this](PendingItem& pending, const RemoteTicket& ticket) { record_opened(pending, ticket, Found::no); });
}

bool Delivery::is_certainly_missing(PendingItem& pending) {
  std::optional<RemoteTicket> found;
  const bool asked = ask(pending, [&] {
    found = work_.psa.find_ticket(work_.call, pending.ticket.token, pending.ticket.title, pending.item.created_at - clock_difference);
  });
  if (asked && found) record_opened(pending, *found, Found::ours);
  return asked && !found;
}

void Delivery::record_opened(PendingItem& pending, const RemoteTicket& ticket, Found found, std::span<const RemoteNote> known_notes) {
  store::RemoteLink link = found == Found::no ? link_to_new(pending, ticket) : link_to(pending, ticket);
  // On a ticket that was found somebody may have worked: the first look tells.
  if (found == Found::ours) link.priority = link.assignee = std::nullopt;
  // Who closed it was told before the database was lost, and an analyst may have reopened the case since; what comes now opens a
  // follow-up.
  if (found == Found::from_before) link.closed = ticket.closed;
  for (const auto& note : known_notes) link.seen_notes.push_back(note.id);
  record(pending, [&](Time now) {
    store::put_remote_link(work_.db, work_.tenant, link, now);
    if (found != Found::from_before) {
      const store::NewTicketEvent created{pending.item.ticket_id, TicketEventKind::created, {}, {}, {}, {}, now};
      store::queue_ticket_events(work_.db, work_.tenant, {&created, 1}, now);
    }
    if (pending.item.kind == OutboxKind::ticket) {
      finish(pending);
    } else {
      store::outbox_retry.unmark(work_.db, work_.tenant, {&pending.item.outbox_id, 1});
    }
  });
  ++(found == Found::no ? report_.tickets : report_.adopted);
}

store::RemoteLink Delivery::link_to(const PendingItem& pending, const RemoteTicket& ticket) const {
  store::RemoteLink link;
  link.psa = work_.psa.id();
  link.remote_id = ticket.id;
  link.ticket_id = pending.item.ticket_id;
  link.number = ticket.number;
  link.url = ticket.url;
  link.closed = false;
  if (!ticket.priority_name.empty()) link.priority = ticket.priority_name;
  if (ticket.has_assignee) link.assignee = ticket.assignee;
  return link;
}

store::RemoteLink Delivery::link_to_new(const PendingItem& pending, const RemoteTicket& ticket) {
  store::RemoteLink link = link_to(pending, ticket);
  if (!link.assignee) link.assignee = "";
  if (!link.priority && !ids().remote_id(EntityKind::priority, pending.ticket.priority_id).empty())
    link.priority = priority_name(pending.ticket.priority_id);
  // If the PSA chose the priority, the first look learns it.
  if (link.priority && ticket.updated_at_is_exact) link.updated_at = ticket.updated_at;
  return link;
}

std::optional<std::string> Delivery::priority_name(const std::string& id) {
  for (auto& entity : store::list_entities(work_.db, work_.tenant, EntityKind::priority))
    if (entity.id == id) return std::move(entity.name);
  return std::nullopt;
}

NewRemoteTicket Delivery::new_ticket(const PendingItem& pending) {
  const OutgoingTicket& ticket = pending.ticket;
  NewRemoteTicket made;
  made.token = ticket.token;
  made.title = ticket.title;
  made.body_markdown = ticket.body_markdown;
  made.client_id = remote_entity(EntityKind::client, ticket.client_id, pending);
  made.board_id = remote_entity(EntityKind::board, ticket.board_id, pending);
  made.priority_id = remote_entity(EntityKind::priority, ticket.priority_id, pending);
  made.category_id = remote_entity(EntityKind::category, ticket.category_id, pending);
  return made;
}

std::string Delivery::remote_entity(EntityKind kind, const std::string& our_id, const PendingItem& pending) {
  if (our_id.empty()) return {};
  std::string id = ids().remote_id(kind, our_id);
  if (id.empty() && warned_.insert(our_id).second)
    work_.log.write(PICKET_LOG_WARNING, "the " + std::string(store::name_of(kind)) + " of ticket " + pending.ticket.number +
                                            " is not one of " + work_.psa.name() + ": the default there is taken");
  return id;
}

const EntityIds& Delivery::ids() {
  if (!ids_) ids_ = EntityIds::load(work_.db, work_.tenant, work_.psa.id());
  return *ids_;
}

void Delivery::create(const std::vector<PendingItem*>& batch, const std::function<NewRemoteTicket(const PendingItem&)>& make,
                      const std::function<void(PendingItem&, const RemoteTicket&)>& done) {
  for (std::size_t begin = 0; begin < batch.size() && !away_;) {
    const std::size_t count = has_succeeded_ ? batch.size() - begin : 1;
    std::vector<NewRemoteTicket> tickets;
    for (std::size_t i = 0; i < count; ++i) {
      batch[begin + i]->touched = true;
      tickets.push_back(make(*batch[begin + i]));
    }
    const auto told = [&](std::size_t index, Reply<RemoteTicket>&& reply) {
      PendingItem& pending = *batch.at(begin + index);
      count_outcome(reply.outcome, reply.message);
      if (reply.outcome == Outcome::done)
        done(pending, reply.value);
      else
        fail(pending, reply.outcome, reply.message);
      asked_at_ns_ = work_.clock.monotonic();  // the next one is asked for now
      if (away_) throw Stop{};
    };
    ask_for_many([&] {
      try {
        work_.psa.create(work_.call, tickets, guarded<RemoteTicket>(told));
      } catch (const Stop&) {
      }
    });
    begin += count;
  }
}

}  // namespace picket::psa
