#include "host-sim/psa/delivery_run.hpp"

namespace picket::psa {
namespace {

using store::EntityKind;
using store::OutboxKind;

}  // namespace

void Delivery::look_for_tickets_from_before(std::vector<TicketToOpen>& tickets) {
  for (auto& pending : tickets) {
    if (away_) return;
    if (!pending.may_exist || pending.item.sent) continue;
    std::optional<RemoteTicket> found;
    std::vector<Reply<std::vector<RemoteNote>>> notes;
    const bool asked = ask(pending, [&] {
      found = work_.psa.find_ticket(work_.call, pending.ticket.token, pending.ticket.title, std::nullopt);
      if (!found) return;
      const std::string ids[] = {found->id};
      notes = work_.psa.notes(work_.call, ids);
    });
    if (!asked || !found) continue;
    // The vendor got the ticket's notes before the database was lost.
    if (notes.at(0).outcome == Outcome::done)
      record_opened(pending, *found, Origin::from_before, notes[0].value);
    else
      fail(pending, Outcome::not_done, notes[0].message);
  }
}

void Delivery::open_tickets(std::vector<TicketToOpen>& batch) {
  std::vector<PendingItem*> wanted;
  std::vector<NewRemoteTicket> tickets;
  for (auto& pending : batch) {
    if (away_) return;
    if (pending.settled) continue;
    if (pending.item.sent && !is_certainly_missing(pending)) continue;
    wanted.push_back(&pending);
    tickets.push_back(new_ticket(pending));
  }
  create(wanted, tickets, [this](PendingItem& pending, const RemoteTicket& ticket) { record_opened(pending, ticket, Origin::created); });
}

bool Delivery::is_certainly_missing(PendingItem& pending) {
  std::optional<RemoteTicket> found;
  const bool asked =
      ask(pending, [&] { found = work_.psa.find_ticket(work_.call, pending.ticket.token, pending.ticket.title, pending.item.created_at); });
  if (asked && found) record_opened(pending, *found, Origin::found);
  return asked && !found;
}

void Delivery::record_opened(PendingItem& pending, const RemoteTicket& ticket, Origin origin, std::span<const RemoteNote> known_notes) {
  store::RemoteLink link = link_to(pending, ticket, origin);
  for (const auto& note : known_notes) link.seen_notes.push_back(note.id);
  record(pending, [&](Time now) {
    share_with_who_has_it(link, now);
    store::put_remote_link(work_.db, work_.tenant, link, now);
    if (origin != Origin::from_before) {
      const store::NewTicketEvent created{pending.item.ticket_id, TicketEventKind::created, {}, {}, {}, {}, now};
      store::queue_ticket_events(work_.db, work_.tenant, {&created, 1}, now);
    }
    if (pending.item.kind == OutboxKind::ticket) {
      finish(pending);
    } else {
      store::outbox_retry.unmark(work_.db, work_.tenant, {&pending.item.outbox_id, 1});
    }
  });
  ++(origin == Origin::created ? report_.tickets : report_.adopted);
}

// Another finding's ticket may have been merged into it before it was known to be ours.
void Delivery::share_with_who_has_it(const store::RemoteLink& link, Time now) {
  const std::string_view ids[] = {link.remote_id};
  for (const auto& known : store::find_remote_links(work_.db, work_.tenant, link.psa, ids))
    if (known.ticket_id != link.ticket_id) store::merge_tickets(work_.db, work_.tenant, known.ticket_id, link.ticket_id, now);
}

store::RemoteLink Delivery::link_to(const PendingItem& pending, const RemoteTicket& ticket, Origin origin) {
  store::RemoteLink link;
  link.psa = work_.psa.id();
  link.remote_id = ticket.id;
  link.ticket_id = pending.item.ticket_id;
  link.number = ticket.number;
  link.url = ticket.url;
  // The vendor learned who closed it before the database was lost, and an analyst may have reopened the case since: what comes now opens a
  // follow-up.
  link.closed = origin == Origin::from_before && ticket.closed;
  link.token = pending.ticket.token;
  // A technician may have worked on a ticket that was found: the first pull compares.
  if (origin == Origin::found) return link;
  if (!ticket.priority_name.empty()) link.priority = ticket.priority_name;
  if (ticket.has_assignee) link.assignee = ticket.assignee;
  if (origin == Origin::from_before) return link;
  link.state.status_id = ticket.status_id;
  link.state.has_closed_flag = ticket.closed;
  link.state.closing_mark = ticket.closing_mark;
  link.state.body_digest = work_.psa.digest_of_body(pending.ticket.body_markdown, pending.ticket.token);
  // A new ticket is as the PSA answered, and as it was sent where the answer says nothing.
  if (!link.assignee) link.assignee = "";
  if (!link.priority && !ids().remote_id(EntityKind::priority, pending.ticket.priority_id).empty())
    link.priority = priority_name(pending.ticket.priority_id);
  // A priority that the PSA chose is learned by the first pull.
  if (link.priority && ticket.updated_at_is_exact) link.updated_at = ticket.updated_at;
  return link;
}

std::optional<std::string> Delivery::priority_name(const std::string& our_id) {
  for (auto& entity : store::list_entities(work_.db, work_.tenant, EntityKind::priority))
    if (entity.id == our_id) return std::move(entity.name);
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
                                            " is not one of " + work_.psa.name() + ": its default is used");
  return id;
}

const EntityIds& Delivery::ids() {
  if (!ids_) ids_ = EntityIds::load(work_.db, work_.tenant, work_.psa.id());
  return *ids_;
}

void Delivery::create(const std::vector<PendingItem*>& items, std::span<const NewRemoteTicket> tickets,
                      const std::function<void(PendingItem&, const RemoteTicket&)>& record_created) {
  for (std::size_t begin = 0; begin < items.size() && !away_;) {
    const std::size_t count = has_succeeded_ ? items.size() - begin : 1;
    for (std::size_t i = begin; i < begin + count; ++i) items[i]->touched = true;
    const auto record_reply = [&](std::size_t index, Reply<RemoteTicket>&& reply) {
      PendingItem& pending = *items.at(begin + index);
      try {
        count_outcome(reply.outcome, reply.message);
        if (reply.outcome == Outcome::done)
          record_created(pending, reply.value);
        else
          fail(pending, reply.outcome, reply.message);
      } catch (...) {
        if (!own_failure_) own_failure_ = std::current_exception();
      }
      asked_at_ns_ = work_.clock.monotonic();  // the next request begins now
      return !away_ && !own_failure_;
    };
    ask_for_many([&] { work_.psa.create(work_.call, tickets.subspan(begin, count), record_reply); });
    if (own_failure_) std::rethrow_exception(own_failure_);
    begin += count;
  }
}

}  // namespace picket::psa
