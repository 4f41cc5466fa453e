#include "host-sim/psa/delivery_run.hpp"
#include "host-sim/psa/ticket_state.hpp"
#include "host-sim/tickets/comments.hpp"
#include "sdk/common/json.hpp"
#include "sdk/common/text.hpp"
#include "sdk/common/time_text.hpp"

namespace picket::psa {
namespace {

using store::EntityKind;

}  // namespace

UpdateToSend Delivery::prepare_update(PendingItem item) {
  UpdateToSend pending{std::move(item)};
  const store::UpdatePayload payload = store::read_update_payload(pending.item.payload);
  RemoteUpdate& update = pending.update;
  update.ticket_id = pending.link->remote_id;
  update.token = pending.ticket.token;
  if (payload.body && pending.ticket.has_former)
    work_.log.write(PICKET_LOG_INFO, "the new body of ticket " + pending.ticket.number + " is not sent to its follow-up " +
                                         pending.link->number + " in " + work_.psa.name());
  else if (payload.body)
    update.body_markdown = pending.ticket.body_markdown;
  if (payload.title) update.title = pending.ticket.title;
  if (payload.action != store::UpdatePayload::Action::none) {
    pending.closes = payload.action == store::UpdatePayload::Action::close;
    update.status_id = remote_status(payload.status_id, *pending.closes);
    if (!update.status_id) pending.problem = work_.psa.name() + " has no " + (*pending.closes ? "closed" : "default") + " status";
  }
  const auto entity = [&](EntityKind kind, const std::string& our_id) -> std::optional<std::string> {
    std::string id = remote_entity(kind, our_id, pending);
    return id.empty() ? std::nullopt : std::optional(std::move(id));
  };
  update.board_id = entity(EntityKind::board, payload.board_id);
  update.category_id = entity(EntityKind::category, payload.category_id);
  update.priority_id = entity(EntityKind::priority, payload.priority_id);
  if (update.priority_id) pending.priority = priority_name(payload.priority_id).value_or("");
  return pending;
}

std::optional<std::string> Delivery::remote_status(const std::string& our_id, bool closed) {
  if (std::string id = ids().remote_id(EntityKind::status, our_id); !id.empty()) return id;
  for (const auto& status : store::list_entities(work_.db, work_.tenant, EntityKind::status))
    if (closed ? status.is_closed : status.is_default)
      if (std::string id = ids().remote_id(EntityKind::status, status.id); !id.empty()) return id;
  return std::nullopt;
}

void Delivery::send_updates(std::vector<UpdateToSend>& batch) {
  read_before(batch);
  std::vector<UpdateToSend*> sent;
  std::vector<RemoteUpdate> updates;
  for (auto& pending : batch) {
    if (pending.settled) continue;
    sent.push_back(&pending);
    updates.push_back(pending.update);
  }
  if (sent.empty() || away_) return;
  for (UpdateToSend* pending : sent) pending->touched = true;
  std::vector<Reply<RemoteTicket>> replies;
  ask_for_many([&] { replies = work_.psa.update(work_.call, updates); });
  for (std::size_t i = 0; i < replies.size(); ++i) {
    count_outcome(replies[i].outcome, replies[i].message);
    if (replies[i].outcome == Outcome::done)
      record_updated(*sent[i], replies[i].value);
    else
      fail(*sent[i], replies[i].outcome, replies[i].message);
  }
}

void Delivery::read_before(std::vector<UpdateToSend>& batch) {
  std::vector<UpdateToSend*> wanted;
  std::vector<std::string> ids;
  for (auto& pending : batch) {
    if (pending.settled || (!pending.closes && !pending.update.body_markdown)) continue;
    wanted.push_back(&pending);
    ids.push_back(pending.link->remote_id);
  }
  if (wanted.empty() || away_) return;
  std::vector<Reply<RemoteTicket>> replies;
  ask_for_many([&] { replies = work_.psa.tickets(work_.call, ids); });
  for (std::size_t i = 0; i < replies.size(); ++i) {
    count_outcome(replies[i].outcome, replies[i].message);
    if (replies[i].outcome == Outcome::done)
      fit_to(*wanted[i], replies[i].value);
    else if (replies[i].outcome != Outcome::refused)  // what the PSA does not show it may still let us change
      fail(*wanted[i], Outcome::not_done, replies[i].message);
  }
}

void Delivery::fit_to(UpdateToSend& pending, const RemoteTicket& now) {
  if (!now.merged_into.empty()) {
    // The pull writes where what comes next goes; the item is taken up again for that ticket.
    const TechnicianWriter::Result result = technicians_.read({{*pending.link, now}});
    if (!result.failures.empty()) return fail(pending, Outcome::not_done, result.failures[0]);
    record(pending, [&](Time) { store::outbox_retry.unmark(work_.db, work_.tenant, {&pending.item.outbox_id, 1}); });
    return;
  }
  pending.before = now;
  if (pending.update.body_markdown && now.body_digest && *now.body_digest != pending.link->state.body_digest) send_body_as_note(pending);
  const bool closed = is_closed(*pending.link, now, technicians_.kind_of(now.status_id));
  if (pending.closes != closed) return;
  pending.update.status_id.reset();
  // Something of ours that came late, and no technician's act, which the next pull finds.
  if (pending.item.sent) take_over(*pending.link, now, closed);
  pending.closes.reset();
  if (!pending.changes_nothing()) return;
  record(pending, [&](Time at) {
    if (pending.item.sent) store::put_remote_link(work_.db, work_.tenant, *pending.link, at);
    apply_to_our_ticket(pending, at);
    finish(pending);
  });
}

void Delivery::send_body_as_note(UpdateToSend& pending) {
  const std::string note = "The description was edited in " + work_.psa.name() + ", so it stays as it is. It would read now:\n\n---\n\n" +
                           *pending.update.body_markdown;
  work_.record([&](Time now) {
    const std::string comment = tickets::add_system_comment(work_.db, work_.tenant, pending.item.ticket_id, note, now);
    const store::NewOutboxItem item{pending.item.ticket_id, store::OutboxKind::note,
                                    json::to_string(json::object{{"comment_id", comment}})};
    store::add_outbox_items(work_.db, work_.tenant, {&item, 1}, now);
    json::object payload = json::parse_object(pending.item.payload, "an update in the outbox");
    payload.erase("body");
    store::set_outbox_payload(work_.db, work_.tenant, pending.item.outbox_id, json::to_string(payload));
  });
  pending.update.body_markdown.reset();
}

std::string Delivery::left_undone(const UpdateToSend& pending, const RemoteTicket& answered, Answered verdict) {
  const std::string answered_but = work_.psa.name() + " answered as if it had changed the ticket, but ";
  if (verdict == Answered::ignored) return answered_but + "its status is as before";
  const bool keeps_priority = !pending.priority.empty() && !answered.priority_name.empty() &&
                              pending.link->priority == answered.priority_name &&
                              text::fold(pending.priority) != text::fold(answered.priority_name);
  if (!keeps_priority) return {};
  if (pending.item.attempts == 0) return answered_but + "its priority is still " + answered.priority_name;
  // It holds back what follows on its ticket, and a rule of the site may keep it so for ever.
  work_.log.write(PICKET_LOG_WARNING, work_.psa.name() + " keeps the priority of ticket " + pending.link->number + " at " +
                                          answered.priority_name + ", whatever is sent; look at the site's rules");
  return {};
}

void Delivery::record_updated(UpdateToSend& pending, const RemoteTicket& answered) {
  store::RemoteLink& link = *pending.link;
  const Answered verdict =
      pending.closes && pending.before ? judge_answer(*pending.before, answered, pending.update.status_id.value_or("")) : Answered::done;
  if (const std::string undone = left_undone(pending, answered, verdict); !undone.empty()) return fail(pending, Outcome::ignored, undone);
  if (pending.closes) {
    take_over(link, answered, *pending.closes);
    link.state.rests = verdict == Answered::rests && *pending.closes && !answered.closed;
  }
  if (!pending.priority.empty()) link.priority = answered.priority_name.empty() ? pending.priority : answered.priority_name;
  if (pending.update.body_markdown) link.state.body_digest = work_.psa.digest_of_body(*pending.update.body_markdown, pending.update.token);
  record(pending, [&](Time now) {
    store::put_remote_link(work_.db, work_.tenant, link, now);
    apply_to_our_ticket(pending, now);
    finish(pending);
  });
  ++report_.updates;
}

void Delivery::apply_to_our_ticket(const UpdateToSend& pending, Time now) {
  const std::string& id = pending.item.ticket_id;
  const store::UpdatePayload payload = store::read_update_payload(pending.item.payload);
  // A rule of the site may have chosen another priority.
  if (!pending.priority.empty()) store::take_over_priority(work_.db, work_.tenant, id, technicians_.priority_id(*pending.link->priority));
  // What a technician did before us the next pull finds.
  const bool is_ours = pending.update.status_id || pending.item.sent;
  if (payload.action == store::UpdatePayload::Action::none || !is_ours) return;
  store::take_over_status(work_.db, work_.tenant, id, payload.status_id,
                          payload.action == store::UpdatePayload::Action::close ? std::optional(now) : std::nullopt);
}

}  // namespace picket::psa
