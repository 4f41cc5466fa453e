#include "host-sim/psa/ticket_state.hpp"

namespace picket::psa {

bool is_closed(const store::RemoteLink& before, const RemoteTicket& now, StatusKind kind) {
  if (!now.merged_into.empty()) return true;
  const store::RemoteState& then = before.state;
  // A closing of ours came to rest here, and it still does.
  if (before.closed == true && then.rests && now.status_id == then.status_id) return true;
  if (kind != StatusKind::unknown) return kind == StatusKind::closed;
  if (!now.closed || now.status_id.empty() || !before.closed || then.status_id.empty()) return now.closed;
  if (now.status_id == then.status_id) return *before.closed;
  const bool flag_may_be_left_over = then.has_closed_flag && now.closing_mark == then.closing_mark;
  return !flag_may_be_left_over;
}

Answered judge_answer(const RemoteTicket& before, const RemoteTicket& answered, std::string_view wanted_status) {
  if (answered.status_id.empty() || wanted_status.empty() || answered.status_id == wanted_status) return Answered::done;
  return answered.status_id == before.status_id ? Answered::ignored : Answered::rests;
}

void take_over(store::RemoteLink& link, const RemoteTicket& ticket, bool closed) {
  const bool still_rests = link.state.rests && closed && ticket.status_id == link.state.status_id;
  link.closed = closed;
  link.state.status_id = ticket.status_id;
  link.state.has_closed_flag = ticket.closed;
  link.state.closing_mark = ticket.closing_mark;
  link.state.rests = still_rests;
}

}  // namespace picket::psa
