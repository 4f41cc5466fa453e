#include "host-sim/psa/technician_writer.hpp"

#include <algorithm>

#include "host-sim/psa/outgoing.hpp"
#include "host-sim/store/outbox.hpp"
#include "host-sim/store/remote_tickets.hpp"
#include "host-sim/store/ticket_events.hpp"
#include "host-sim/store/uuid.hpp"
#include "host-sim/tickets/technician.hpp"
#include "sdk/common/text.hpp"

namespace picket::psa {
namespace {

// Whether the list's row lacks something that may have changed.
bool needs_full_read(const TicketToRead& ticket) {
  if (!ticket.row) return true;
  if (!ticket.link.is_current) return false;
  const bool newly_closed = ticket.row->closed && ticket.link.closed != true;
  return (newly_closed && ticket.row->merged_into.empty() && ticket.row->closure_note.empty()) || ticket.row->priority_name.empty() ||
         !ticket.row->has_assignee;
}

// The PSA's answers for many tickets. A failure as a whole becomes the answer for each.
template <class Value, class Function>
std::vector<Reply<Value>> ask(std::size_t count, Function&& function) {
  try {
    auto replies = function();
    replies.resize(count, {Outcome::unknown, {}, "it did not answer"});
    return replies;
  } catch (const Error& e) {
    if (ends_the_call(e)) throw;
    return std::vector<Reply<Value>>(count, {Outcome::not_done, {}, e.what()});
  }
}

std::string failure_of(const SyncContext& work, const store::RemoteLink& link, const std::string& why) {
  return "the ticket " + link.number + " could not be read in " + work.psa.name() + ": " + why;
}

}  // namespace

TechnicianWriter::Result TechnicianWriter::read(std::vector<TicketToRead> tickets) {
  Result result;
  load();
  // Tickets are read before their notes: what happens in between is then either among the notes or changes the ticket again.
  complete_rows(tickets, result.failures);
  if (tickets.empty()) return result;
  std::vector<std::string> ids;
  for (const auto& ticket : tickets) ids.push_back(ticket.link.remote_id);
  const auto notes = ask<std::vector<RemoteNote>>(ids.size(), [&] { return work_.psa.notes(work_.call, ids); });
  auto own = sent_by_picket(tickets);
  for (std::size_t i = 0; i < tickets.size(); ++i) {
    const auto& [link, row, may_grow] = tickets[i];
    if (notes[i].outcome != Outcome::done) {
      result.failures.push_back(failure_of(work_, link, notes[i].message));
      continue;
    }
    Comparison comparison = compare(link, *row, kind_of(row->status_id), notes[i].value, own[link.ticket_id]);
    if (may_grow) comparison.link.updated_at.clear();
    write_acts(comparison, link, *row, result);
  }
  return result;
}

void TechnicianWriter::complete_rows(std::vector<TicketToRead>& tickets, std::vector<std::string>& failures) {
  std::vector<std::string> ids;
  for (const auto& ticket : tickets)
    if (needs_full_read(ticket)) ids.push_back(ticket.link.remote_id);
  if (ids.empty()) return;
  auto replies = ask<RemoteTicket>(ids.size(), [&] { return work_.psa.tickets(work_.call, ids); });
  auto reply = replies.begin();
  std::vector<TicketToRead> complete;
  for (auto& ticket : tickets) {
    if (needs_full_read(ticket)) {
      Reply<RemoteTicket>& answer = *reply++;
      if (answer.outcome != Outcome::done) {
        failures.push_back(failure_of(work_, ticket.link, answer.message));
        continue;
      }
      ticket.row = std::move(answer.value);
    }
    complete.push_back(std::move(ticket));
  }
  tickets = std::move(complete);
}

void TechnicianWriter::write_acts(const Comparison& comparison, const store::RemoteLink& before, const RemoteTicket& ticket,
                                  Result& result) {
  std::uint64_t events = 0;
  try {
    work_.record([&](Time now) {
      for (const auto& act : comparison.acts) events += write(before, ticket, act, now);
      store::put_remote_link(work_.db, work_.tenant, comparison.link, now);
      if (comparison.link.is_current && !ticket.merged_into.empty()) follow_merge(comparison.link, ticket.merged_into, now);
    });
  } catch (const Error& e) {
    if (e.status() != Status::invalid && e.status() != Status::not_found) throw;
    loaded_ = false;
    result.failures.push_back("what technicians did on ticket " + before.number + " could not be taken over: " + e.what());
    return;
  }
  result.events += events;
  result.changed += comparison.acts.empty() ? 0 : 1;
}

// The ticket that it was merged into is the finding's from now on. Where that is one of ours too, its finding and ours share it.
void TechnicianWriter::follow_merge(const store::RemoteLink& merged, const std::string& remote_id, Time now) {
  const std::string_view ids[] = {remote_id};
  const auto known = store::find_remote_links(work_.db, work_.tenant, work_.psa.id(), ids);
  if (!known.empty() && known[0].ticket_id == merged.ticket_id && known[0].is_current) return;
  store::remember_where_sent(work_.db, work_.tenant, merged.ticket_id, merged.remote_id);
  if (!known.empty() && known[0].ticket_id != merged.ticket_id) {
    store::merge_tickets(work_.db, work_.tenant, merged.ticket_id, known[0].ticket_id, now);
    work_.log.write(PICKET_LOG_INFO, "ticket " + merged.number + " was merged into " + known[0].number + " in " + work_.psa.name() +
                                         ": both findings share that ticket from now on");
    return;
  }
  store::RemoteLink link;
  link.psa = work_.psa.id();
  link.remote_id = remote_id;
  link.ticket_id = merged.ticket_id;
  link.number = remote_id;
  link.notes_since = now;  // what was written there before is not about our finding
  if (!known.empty()) link = known[0];
  link.is_current = true;
  store::put_remote_link(work_.db, work_.tenant, link, now);
  work_.log.write(PICKET_LOG_INFO, "ticket " + merged.number + " was merged into " + link.number + " in " + work_.psa.name() +
                                       ": what comes next goes there");
}

std::map<std::string, SentByPicket, std::less<>> TechnicianWriter::sent_by_picket(const std::vector<TicketToRead>& tickets) {
  std::vector<std::string_view> ids;
  for (const auto& ticket : tickets) ids.push_back(ticket.link.ticket_id);
  std::map<std::string, SentByPicket, std::less<>> own;
  for (auto& [id, ticket] : read_outgoing_tickets(work_.db, work_.tenant, ids)) own[id].ticket_token = std::move(ticket.token);
  for (const auto& item : store::sent_outbox_items(work_.db, work_.tenant, ids)) {
    SentByPicket& acts = own[item.ticket_id];
    if (item.kind == store::OutboxKind::note) acts.note_tokens.push_back(item.token);
    if (item.kind != store::OutboxKind::update) continue;
    const store::UpdatePayload update = store::read_update_payload(item.payload);
    acts.closes |= update.action == store::UpdatePayload::Action::close;
    acts.reopens |= update.action == store::UpdatePayload::Action::reopen;
    for (const auto& priority : priorities_)
      if (priority.id == update.priority_id) acts.priorities.push_back(priority.name);
  }
  return own;
}

std::uint64_t TechnicianWriter::write(const store::RemoteLink& before, const RemoteTicket& ticket, const TechnicianAct& act, Time now) {
  const tickets::Technician technician{work_.tenant, act.author, act.at.value_or(now), now};
  const std::string& ticket_id = before.ticket_id;
  // The event is queued even if our ticket says so already.
  const auto queue_event = [&](const std::optional<std::string>& value_before) {
    const store::NewTicketEvent event{ticket_id, act.kind, act.author, {}, value_before.value_or(""), act.text, technician.at};
    return store::queue_ticket_events(work_.db, work_.tenant, {&event, 1}, now);
  };
  const bool is_status = act.kind == TicketEventKind::closed || act.kind == TicketEventKind::reopened;
  if (is_status || act.kind == TicketEventKind::priority)
    store::supersede_given_up(work_.db, work_.tenant, ticket_id, {.status = is_status, .priority = !is_status});
  switch (act.kind) {
    case TicketEventKind::note: return tickets::write_note(work_.db, technician, ticket_id, act.text) ? 1 : 0;
    case TicketEventKind::priority:
      return tickets::set_priority(work_.db, technician, ticket_id, priority_id(act.text)) ? 1 : queue_event(before.priority);
    case TicketEventKind::assignee:
      return tickets::set_assignee(work_.db, technician, ticket_id, act.text) ? 1 : queue_event(before.assignee);
    case TicketEventKind::closed: return close(ticket_id, ticket, act, now);
    case TicketEventKind::reopened: return tickets::reopen_ticket(work_.db, technician, ticket_id) ? 1 : 0;
    case TicketEventKind::created: break;
  }
  return 0;
}

std::uint64_t TechnicianWriter::close(const std::string& ticket_id, const RemoteTicket& ticket, const TechnicianAct& act, Time now) {
  const tickets::Technician technician{work_.tenant, act.author, act.at.value_or(now), now};
  if (tickets::close_ticket(work_.db, technician, ticket_id, closed_status_id(ticket.status_id), act.text)) return 1;
  // Ours is closed already, but the vendor still gets the technician's words.
  return tickets::write_note(work_.db, technician, ticket_id, act.text) ? 1 : 0;
}

// A ticket may have a priority that the directory does not offer for new tickets.
std::string TechnicianWriter::priority_id(const std::string& name) {
  load();
  for (const auto& priority : priorities_)
    if (text::fold(priority.name) == text::fold(name)) return priority.id;
  store::Entity added;
  added.id = store::new_uuid();
  added.name = name;
  work_.db.execute(R"(INSERT INTO priorities (tenant, priority_id, priority_name, order_number) VALUES (?, ?, ?, ?))",
                   {work_.tenant, added.id, name, std::to_string(priorities_.size() + 1)});
  loaded_ = false;  // if the transaction fails, the row does not exist
  return added.id;
}

std::string TechnicianWriter::closed_status_id(const std::string& remote_status_id) {
  const std::string same = ids_.our_id(store::EntityKind::status, remote_status_id);
  const store::Entity* any = nullptr;
  for (const auto& status : statuses_) {
    if (!status.is_closed) continue;
    if (status.id == same) return same;
    if (any == nullptr || ids_.remote_id(store::EntityKind::status, any->id).empty()) any = &status;
  }
  if (any == nullptr)
    throw Error(Status::invalid,
                "a ticket was closed in " + work_.psa.name() + ", but the tables have no closed status; read the directory again");
  return any->id;
}

StatusKind TechnicianWriter::kind_of(const std::string& remote_status_id) {
  load();
  const std::string id = ids_.our_id(store::EntityKind::status, remote_status_id);
  for (const auto& status : statuses_)
    if (!id.empty() && status.id == id)
      return status.is_closed ? StatusKind::closed : status.is_default ? StatusKind::open : StatusKind::unknown;
  return StatusKind::unknown;
}

void TechnicianWriter::load() {
  if (loaded_) return;
  ids_ = EntityIds::load(work_.db, work_.tenant, work_.psa.id());
  statuses_ = store::list_entities(work_.db, work_.tenant, store::EntityKind::status);
  priorities_ = store::list_entities(work_.db, work_.tenant, store::EntityKind::priority);
  loaded_ = true;
}

}  // namespace picket::psa
