#include <algorithm>

#include "host-sim/tickets/reference_data.hpp"
#include "host-sim/psa/delivery_run.hpp"
#include "host-sim/psa/tokens.hpp"
#include "sdk/common/time_text.hpp"

namespace picket::psa {
namespace {

using store::OutboxKind;

}  // namespace

void Delivery::send_notes(std::vector<Parcel>& parcels) {
  std::vector<Parcel*> wanted, in_doubt;
  for (auto& parcel : parcels)
    if (!parcel.settled && !parcel.opens() && parcel.item.kind == OutboxKind::note)
      (parcel.item.sent ? in_doubt : wanted).push_back(&parcel);
  look_for_notes(in_doubt, wanted);
  if (wanted.empty() || away_) return;
  std::vector<NewRemoteNote> notes;
  for (Parcel* parcel : wanted) {
    parcel->touched = true;
    notes.push_back({parcel->item.token, parcel->link->remote_id, parcel->note});
  }
  std::vector<Reply<std::string>> replies;
  ask_for_many([&] { replies = work_.psa.add_notes(work_.call, notes); });
  std::vector<Parcel*> not_taken;
  for (std::size_t i = 0; i < replies.size(); ++i) {
    count_fate(replies[i].outcome, replies[i].message);
    if (replies[i].outcome == Outcome::done)
      record_noted(*wanted[i], replies[i].value);
    else if (replies[i].outcome == Outcome::ticket_closed || replies[i].outcome == Outcome::ticket_gone) {
      wanted[i]->ticket_is_gone = replies[i].outcome == Outcome::ticket_gone;
      not_taken.push_back(wanted[i]);
    } else
      fail(*wanted[i], replies[i].outcome, replies[i].message);
  }
  open_follow_ups(not_taken);
}

void Delivery::look_for_notes(const std::vector<Parcel*>& in_doubt, std::vector<Parcel*>& wanted) {
  if (in_doubt.empty() || away_) return;
  std::vector<std::string> ids;
  for (const Parcel* parcel : in_doubt) ids.push_back(parcel->link->remote_id);
  std::vector<Reply<std::vector<RemoteNote>>> replies;
  ask_for_many([&] { replies = work_.psa.notes(work_.call, ids); });
  for (std::size_t i = 0; i < replies.size() && !away_; ++i) {
    Parcel& parcel = *in_doubt[i];
    count_fate(replies[i].outcome, replies[i].message);
    // Notes that are refused may be those of a ticket that is gone: then nothing is on it, and the PSA says so when the note is sent.
    if (replies[i].outcome != Outcome::done && !(replies[i].outcome == Outcome::refused && is_certainly_gone(parcel))) {
      if (!parcel.settled) fail(parcel, Outcome::not_done, replies[i].message);
      continue;
    }
    const auto& notes = replies[i].value;
    const auto found = std::find_if(notes.begin(), notes.end(), [&](const auto& n) { return holds_token(n.text, parcel.item.token); });
    if (found != notes.end()) {
      record_noted(parcel, found->id);
      continue;
    }
    std::optional<RemoteTicket> follow_up;
    if (!ask(parcel, [&] {
          follow_up =
              work_.psa.find_ticket(work_.call, parcel.item.token, follow_up_title(parcel), parcel.item.created_at - clock_difference);
        }))
      continue;
    if (follow_up)
      record_follow_up(parcel, *follow_up, Found::ours);
    else
      wanted.push_back(&parcel);
  }
}

bool Delivery::is_certainly_gone(Parcel& parcel) {
  std::vector<Reply<RemoteTicket>> replies;
  const std::string ids[] = {parcel.link->remote_id};
  return ask(parcel, [&] { replies = work_.psa.tickets(work_.call, ids); }) && replies.at(0).outcome == Outcome::refused;
}

void Delivery::record_noted(Parcel& parcel, const std::string& note_id) {
  store::RemoteLink link = *parcel.link;
  const bool is_new = !note_id.empty() && std::find(link.seen_notes.begin(), link.seen_notes.end(), note_id) == link.seen_notes.end();
  if (is_new) link.seen_notes.push_back(note_id);
  record(parcel, [&](Time now) {
    if (is_new) store::put_remote_link(work_.db, work_.tenant, link, now);
    finish(parcel);
  });
  ++report_.notes;
}

void Delivery::open_follow_ups(const std::vector<Parcel*>& parcels) {
  std::vector<Parcel*> wanted;
  for (Parcel* parcel : parcels)
    if (!away_ && closing_is_known(*parcel)) wanted.push_back(parcel);
  create(
      wanted, [this](const Parcel& parcel) { return new_follow_up(parcel); },
      [this](Parcel& parcel, const RemoteTicket& ticket) { record_follow_up(parcel, ticket, Found::no); });
}

bool Delivery::closing_is_known(Parcel& parcel) {
  if (parcel.link->closed == true || parcel.ticket_is_gone) return true;
  const TechnicianWriter::Result looked = people_.look({{*parcel.link, std::nullopt}});
  if (!looked.failures.empty()) {
    fail(parcel, Outcome::not_done, looked.failures[0]);
    return false;
  }
  const std::string_view ids[] = {parcel.link->remote_id};
  parcel.link = store::find_remote_links(work_.db, work_.tenant, work_.psa.id(), ids).at(0);
  return true;
}

std::string Delivery::follow_up_title(const Parcel& parcel) { return "Follow-up of #" + parcel.link->number + ": " + parcel.ticket.title; }

NewRemoteTicket Delivery::new_follow_up(const Parcel& parcel) {
  NewRemoteTicket made = new_ticket(parcel);
  made.token = parcel.item.token;
  made.title = follow_up_title(parcel);
  made.body_markdown = work_.psa.name() + " refused a note because ticket #" + parcel.link->number +
                       (parcel.link->url.empty() ? "" : " (" + parcel.link->url + ")") + " is " +
                       (parcel.ticket_is_gone ? "gone" : "closed") + "; the note follows.\n\n---\n\n" + parcel.note;
  return made;
}

void Delivery::record_follow_up(Parcel& parcel, const RemoteTicket& ticket, Found found) {
  store::RemoteLink link = found == Found::no ? link_to_new(parcel, ticket) : link_to(parcel, ticket);
  if (found == Found::ours) link.priority = link.assignee = std::nullopt;
  record(parcel, [&](Time now) {
    store::put_remote_link(work_.db, work_.tenant, link, now);
    finish(parcel);
    open_ours_again(parcel.item.ticket_id, now);
  });
  ++report_.follow_ups;
  work_.log.write(PICKET_LOG_INFO, work_.psa.name() + " refused a note on ticket " + parcel.link->number +
                                       ", which is closed or gone; it is in the follow-up " + ticket.number);
}

void Delivery::open_ours_again(const std::string& ticket_id, Time now) {
  for (const std::string& payload : store::waiting_updates(work_.db, work_.tenant, ticket_id))
    if (read_update_payload(payload).action == UpdatePayload::Action::close) return;
  const store::BoardAndStatus now_in = store::board_and_status(work_.db, work_.tenant, ticket_id);
  const auto reference = tickets::ReferenceData::load(work_.db, work_.tenant);
  if (!reference.status(now_in.status_id).is_closed) return;
  store::reopen_for_follow_up(work_.db, work_.tenant, ticket_id, reference.default_status(now_in.board_id).id, now);
}

}  // namespace picket::psa
