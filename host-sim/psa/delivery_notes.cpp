#include <algorithm>

#include "host-sim/psa/delivery_run.hpp"
#include "host-sim/psa/ticket_state.hpp"
#include "host-sim/psa/tokens.hpp"
#include "host-sim/tickets/reference_data.hpp"
#include "sdk/common/json.hpp"
#include "sdk/common/time_text.hpp"

namespace picket::psa {
namespace {

const RemoteNote* note_with(const std::string& token, std::span<const RemoteNote> notes) {
  const auto found = std::find_if(notes.begin(), notes.end(), [&](const auto& n) { return holds_token(n.text, token); });
  return found == notes.end() ? nullptr : &*found;
}

}  // namespace

void Delivery::send_notes(std::vector<NoteToSend>& batch) {
  std::vector<NoteToSend*> wanted, in_doubt;
  for (auto& pending : batch) (pending.item.sent ? in_doubt : wanted).push_back(&pending);
  std::vector<NoteOnClosed> on_closed;
  look_for_notes(in_doubt, wanted, on_closed);
  see_what_notes_did(on_closed);
  if (wanted.empty() || away_) return;
  on_closed.clear();
  std::vector<NewRemoteNote> notes;
  for (NoteToSend* pending : wanted) {
    pending->touched = true;
    notes.push_back({pending->item.token, pending->link->remote_id, pending->text});
  }
  std::vector<Reply<std::string>> replies;
  ask_for_many([&] { replies = work_.psa.add_notes(work_.call, notes); });
  std::vector<NoteToSend*> refused;
  for (std::size_t i = 0; i < replies.size(); ++i) {
    count_outcome(replies[i].outcome, replies[i].message);
    if (replies[i].outcome == Outcome::done) {
      take_noted(*wanted[i], replies[i].value, on_closed);
    } else if (replies[i].outcome == Outcome::ticket_closed || replies[i].outcome == Outcome::ticket_gone) {
      wanted[i]->ticket_is_gone = replies[i].outcome == Outcome::ticket_gone;
      refused.push_back(wanted[i]);
    } else
      fail(*wanted[i], replies[i].outcome, replies[i].message);
  }
  see_what_notes_did(on_closed);
  open_follow_ups(refused);
}

void Delivery::look_for_notes(const std::vector<NoteToSend*>& in_doubt, std::vector<NoteToSend*>& wanted,
                              std::vector<NoteOnClosed>& on_closed) {
  if (in_doubt.empty() || away_) return;
  std::vector<std::string> ids;
  for (const NoteToSend* pending : in_doubt) ids.push_back(pending->link->remote_id);
  std::vector<Reply<std::vector<RemoteNote>>> replies;
  ask_for_many([&] { replies = work_.psa.notes(work_.call, ids); });
  for (std::size_t i = 0; i < replies.size() && !away_; ++i) {
    NoteToSend& pending = *in_doubt[i];
    count_outcome(replies[i].outcome, replies[i].message);
    // A ticket that is gone has no notes either, so the note is sent, and the PSA refuses it.
    if (replies[i].outcome != Outcome::done && !(replies[i].outcome == Outcome::refused && is_certainly_gone(pending))) {
      if (!pending.settled) fail(pending, Outcome::not_done, replies[i].message);
      continue;
    }
    const auto& notes = replies[i].value;
    if (const RemoteNote* found = note_with(pending.item.token, notes)) {
      take_noted(pending, found->id, on_closed);
      continue;
    }
    if (is_on_earlier_ticket(pending)) continue;
    std::optional<RemoteTicket> follow_up;
    if (!ask(pending,
             [&] { follow_up = work_.psa.find_ticket(work_.call, pending.item.token, follow_up_title(pending), pending.item.created_at); }))
      continue;
    if (follow_up)
      record_follow_up(pending, *follow_up, Origin::found);
    else
      wanted.push_back(&pending);
  }
}

// A ticket that was merged away keeps its notes. True: the note is there, or that cannot be told now; either is recorded.
bool Delivery::is_on_earlier_ticket(NoteToSend& pending) {
  if (pending.earlier_tickets.empty()) return false;
  std::vector<Reply<std::vector<RemoteNote>>> replies;
  if (!ask(pending, [&] { replies = work_.psa.notes(work_.call, pending.earlier_tickets); })) return true;
  for (const auto& reply : replies) {
    if (note_with(pending.item.token, reply.value) != nullptr) {
      record(pending, [&](Time) { finish(pending); });
      ++report_.notes;
      return true;
    }
    if (reply.outcome == Outcome::done || reply.outcome == Outcome::refused) continue;  // refused: it is gone
    fail(pending, Outcome::not_done, reply.message);
    return true;
  }
  return false;
}

bool Delivery::is_certainly_gone(PendingItem& pending) {
  std::vector<Reply<RemoteTicket>> replies;
  const std::string ids[] = {pending.link->remote_id};
  return ask(pending, [&] { replies = work_.psa.tickets(work_.call, ids); }) && replies.at(0).outcome == Outcome::refused;
}

void Delivery::take_noted(NoteToSend& pending, const std::string& note_id, std::vector<NoteOnClosed>& on_closed) {
  if (pending.link->closed == true)
    on_closed.push_back({&pending, note_id});
  else
    record_noted(pending, note_id, nullptr);
}

void Delivery::record_noted(NoteToSend& pending, const std::string& note_id, const RemoteTicket* reopened) {
  const std::string_view id[] = {pending.link->remote_id};
  store::RemoteLink link = store::find_remote_links(work_.db, work_.tenant, work_.psa.id(), id).at(0);
  const bool is_new = !note_id.empty() && std::find(link.seen_notes.begin(), link.seen_notes.end(), note_id) == link.seen_notes.end();
  if (is_new) link.seen_notes.push_back(note_id);
  if (reopened != nullptr) take_over(link, *reopened, false);
  record(pending, [&](Time now) {
    if (is_new || reopened != nullptr) store::put_remote_link(work_.db, work_.tenant, link, now);
    if (reopened != nullptr) close_again(pending.item.ticket_id, now);
    finish(pending);
  });
  ++report_.notes;
}

// A site may reopen a ticket for a note. Nobody else did: so it is looked at before the note counts as sent, and goes back to what our
// tables want. Until then the pull knows by the note's mark whose doing it is.
void Delivery::see_what_notes_did(const std::vector<NoteOnClosed>& noted) {
  std::vector<std::string> ids;
  for (const NoteOnClosed& note : noted) ids.push_back(note.pending->link->remote_id);
  if (ids.empty() || away_) return;
  std::vector<Reply<RemoteTicket>> replies;
  ask_for_many([&] { replies = work_.psa.tickets(work_.call, ids); });
  for (std::size_t i = 0; i < replies.size(); ++i) {
    NoteToSend& pending = *noted[i].pending;
    const RemoteTicket& now = replies[i].value;
    count_outcome(replies[i].outcome, replies[i].message);
    const bool is_seen = replies[i].outcome == Outcome::done;
    const bool is_hidden = replies[i].outcome == Outcome::refused || replies[i].outcome == Outcome::not_permitted;
    if (!is_seen && !is_hidden) {
      fail(pending, Outcome::unknown, replies[i].message);
      continue;
    }
    const bool is_closed_now = is_hidden || !now.merged_into.empty() || is_closed(*pending.link, now, technicians_.kind_of(now.status_id));
    record_noted(pending, noted[i].note_id, is_closed_now ? nullptr : &now);
  }
}

void Delivery::close_again(const std::string& ticket_id, Time now) {
  const std::string_view ids[] = {ticket_id};
  if (!store::waiting_updates(work_.db, work_.tenant, ids).empty()) return;
  if (store::has_given_up_reopening(work_.db, work_.tenant, ticket_id)) return reopen_our_ticket(ticket_id, now);
  const std::string status_id = store::board_and_status(work_.db, work_.tenant, ticket_id).status_id;
  if (!tickets::ReferenceData::load(work_.db, work_.tenant).status(status_id).is_closed) return;
  const store::NewOutboxItem item{ticket_id, store::OutboxKind::update,
                                  json::to_string(json::object{{"action", "close"}, {"status_id", status_id}})};
  store::add_outbox_items(work_.db, work_.tenant, {&item, 1}, now);
}

void Delivery::open_follow_ups(const std::vector<NoteToSend*>& refused) {
  std::vector<PendingItem*> wanted;
  std::vector<NewRemoteTicket> tickets;
  for (NoteToSend* pending : refused) {
    if (away_ || !closing_is_known(*pending)) continue;
    wanted.push_back(pending);
    tickets.push_back(new_follow_up(*pending));
  }
  create(wanted, tickets, [this](PendingItem& pending, const RemoteTicket& ticket) { record_follow_up(pending, ticket, Origin::created); });
}

bool Delivery::closing_is_known(NoteToSend& pending) {
  if (pending.link->closed == true || pending.ticket_is_gone) return true;
  const TechnicianWriter::Result result = technicians_.read({{*pending.link, std::nullopt}});
  if (!result.failures.empty()) {
    fail(pending, Outcome::not_done, result.failures[0]);
    return false;
  }
  const std::string_view ids[] = {pending.link->remote_id};
  pending.link = store::find_remote_links(work_.db, work_.tenant, work_.psa.id(), ids).at(0);
  if (!pending.link->is_current) {  // it was merged into another ticket, which is the finding's from now on: the note goes there
    record(pending, [&](Time) { store::outbox_retry.unmark(work_.db, work_.tenant, {&pending.item.outbox_id, 1}); });
    return false;
  }
  return true;
}

std::string Delivery::follow_up_title(const PendingItem& pending) {
  return "Follow-up of #" + pending.link->number + ": " + pending.ticket.title;
}

NewRemoteTicket Delivery::new_follow_up(const NoteToSend& pending) {
  NewRemoteTicket made = new_ticket(pending);
  made.token = pending.item.token;
  made.title = follow_up_title(pending);
  made.body_markdown = work_.psa.name() + " refused a note because ticket #" + pending.link->number +
                       (pending.link->url.empty() ? "" : " (" + pending.link->url + ")") + " is " +
                       (pending.ticket_is_gone ? "gone" : "closed") + "; the note follows.\n\n---\n\n" + pending.text;
  return made;
}

void Delivery::record_follow_up(PendingItem& pending, const RemoteTicket& ticket, Origin origin) {
  const store::RemoteLink link = link_to(pending, ticket, origin);
  record(pending, [&](Time now) {
    store::put_remote_link(work_.db, work_.tenant, link, now);
    finish(pending);
    reopen_our_ticket(pending.item.ticket_id, now);
  });
  ++report_.follow_ups;
  work_.log.write(PICKET_LOG_INFO, work_.psa.name() + " refused a note on ticket " + pending.link->number +
                                       ", which is closed or gone; it is in the follow-up " + ticket.number);
}

void Delivery::reopen_our_ticket(const std::string& ticket_id, Time now) {
  const std::string_view ids[] = {ticket_id};
  for (const auto& waiting : store::waiting_updates(work_.db, work_.tenant, ids))
    if (waiting.update.action == store::UpdatePayload::Action::close) return;
  const store::BoardAndStatus now_in = store::board_and_status(work_.db, work_.tenant, ticket_id);
  const auto reference = tickets::ReferenceData::load(work_.db, work_.tenant);
  if (!reference.status(now_in.status_id).is_closed) return;
  store::supersede_given_up(work_.db, work_.tenant, ticket_id, {.status = true});
  store::reopen_for_follow_up(work_.db, work_.tenant, ticket_id, reference.default_status(now_in.board_id).id, now);
}

}  // namespace picket::psa
