#include "host-sim/psa/delivery_run.hpp"
#include "sdk/common/time_text.hpp"

namespace picket::psa {
namespace {

using store::EntityKind;

}  // namespace

UpdateToSend Delivery::prepare_update(PendingItem item) {
  UpdateToSend pending{std::move(item)};
  const UpdatePayload payload = read_update_payload(pending.item.payload);
  pending.update.ticket_id = pending.link->remote_id;
  pending.update.token = pending.ticket.token;
  if (payload.body && pending.ticket.has_former)
    work_.log.write(PICKET_LOG_INFO, "the new body of ticket " + pending.ticket.number + " is not sent to its follow-up " +
                                         pending.link->number + " in " + work_.psa.name());
  else if (payload.body)
    pending.update.body_markdown = pending.ticket.body_markdown;
  if (payload.action != UpdatePayload::Action::none) {
    pending.closes = payload.action == UpdatePayload::Action::close;
    pending.update.status_id = remote_status(payload.status_id, *pending.closes);
    if (!pending.update.status_id) pending.problem = work_.psa.name() + " has no " + (*pending.closes ? "closed" : "default") + " status";
  }
  if (const std::string priority = remote_entity(EntityKind::priority, payload.priority_id, pending); !priority.empty()) {
    pending.update.priority_id = priority;
    pending.priority = priority_name(payload.priority_id).value_or("");
  }
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

void Delivery::record_updated(UpdateToSend& pending, const RemoteTicket& answered) {
  store::RemoteLink link = *pending.link;
  if (pending.closes) link.closed = *pending.closes;
  if (!pending.priority.empty()) link.priority = answered.priority_name.empty() ? pending.priority : answered.priority_name;
  record(pending, [&](Time now) {
    store::put_remote_link(work_.db, work_.tenant, link, now);
    apply_to_our_ticket(pending, now);
    finish(pending);
  });
  ++report_.updates;
}

void Delivery::apply_to_our_ticket(const UpdateToSend& pending, Time now) {
  const std::string& id = pending.item.ticket_id;
  if (store::waiting_updates(work_.db, work_.tenant, id).size() > 1) return;
  const UpdatePayload payload = read_update_payload(pending.item.payload);
  if (!payload.priority_id.empty()) store::take_over_priority(work_.db, work_.tenant, id, payload.priority_id);
  if (payload.status_id.empty()) return;
  store::take_over_status(work_.db, work_.tenant, id, payload.status_id, pending.closes == true ? std::optional(now) : std::nullopt);
}

}  // namespace picket::psa
