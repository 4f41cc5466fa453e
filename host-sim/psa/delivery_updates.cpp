#include "host-sim/psa/delivery_run.hpp"
#include "sdk/common/time_text.hpp"

namespace picket::psa {
namespace {

using store::EntityKind;
using store::OutboxKind;

}  // namespace

void Delivery::prepare_update(Parcel& parcel) {
  const UpdatePayload payload = read_update_payload(parcel.item.payload);
  parcel.update.ticket_id = parcel.link->remote_id;
  parcel.update.token = parcel.ticket.token;
  if (payload.body && parcel.ticket.has_former)
    work_.log.write(PICKET_LOG_INFO, "the new body of ticket " + parcel.ticket.number + " is not sent to its follow-up " +
                                         parcel.link->number + " in " + work_.psa.name());
  else if (payload.body)
    parcel.update.body_markdown = parcel.ticket.body_markdown;
  if (payload.action != UpdatePayload::Action::none) {
    parcel.closes = payload.action == UpdatePayload::Action::close;
    parcel.update.status_id = status_there(payload.status_id, *parcel.closes);
    if (!parcel.update.status_id) parcel.problem = work_.psa.name() + " has no " + (*parcel.closes ? "closed" : "default") + " status";
  }
  if (const std::string priority = there(EntityKind::priority, payload.priority_id, parcel); !priority.empty()) {
    parcel.update.priority_id = priority;
    parcel.priority = priority_name(payload.priority_id).value_or("");
  }
}

std::optional<std::string> Delivery::status_there(const std::string& our_id, bool closed) {
  if (std::string id = ids().there(EntityKind::status, our_id); !id.empty()) return id;
  for (const auto& status : store::list_entities(work_.db, work_.tenant, EntityKind::status))
    if (closed ? status.is_closed : status.is_default)
      if (std::string id = ids().there(EntityKind::status, status.id); !id.empty()) return id;
  return std::nullopt;
}

void Delivery::send_updates(std::vector<Parcel>& parcels) {
  std::vector<Parcel*> sent;
  std::vector<RemoteUpdate> updates;
  for (auto& parcel : parcels) {
    if (parcel.settled || parcel.opens() || parcel.item.kind != OutboxKind::update) continue;
    sent.push_back(&parcel);
    updates.push_back(parcel.update);
  }
  if (sent.empty() || away_) return;
  for (Parcel* parcel : sent) parcel->touched = true;
  std::vector<Reply<RemoteTicket>> replies;
  ask_for_many([&] { replies = work_.psa.update(work_.call, updates); });
  for (std::size_t i = 0; i < replies.size(); ++i) {
    count_fate(replies[i].outcome, replies[i].message);
    if (replies[i].outcome == Outcome::done)
      record_updated(*sent[i], replies[i].value);
    else
      fail(*sent[i], replies[i].outcome, replies[i].message);
  }
}

void Delivery::record_updated(Parcel& parcel, const RemoteTicket& answered) {
  store::RemoteLink link = *parcel.link;
  if (parcel.closes) link.closed = *parcel.closes;
  if (!parcel.priority.empty()) link.priority = answered.priority_name.empty() ? parcel.priority : answered.priority_name;
  record(parcel, [&](Time now) {
    store::put_remote_link(work_.db, work_.tenant, link, now);
    make_ours_the_same(parcel, now);
    finish(parcel);
  });
  ++report_.updates;
}

void Delivery::make_ours_the_same(const Parcel& parcel, Time now) {
  const std::string& id = parcel.item.ticket_id;
  if (store::waiting_updates(work_.db, work_.tenant, id).size() > 1) return;
  const UpdatePayload payload = read_update_payload(parcel.item.payload);
  if (!payload.priority_id.empty()) store::take_over_priority(work_.db, work_.tenant, id, payload.priority_id);
  if (payload.status_id.empty()) return;
  store::take_over_status(work_.db, work_.tenant, id, payload.status_id, parcel.closes == true ? std::optional(now) : std::nullopt);
}

}  // namespace picket::psa
