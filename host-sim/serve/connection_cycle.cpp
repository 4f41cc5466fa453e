#include "host-sim/serve/connection_cycle.hpp"

#include "host-sim/operations/poll.hpp"
#include "host-sim/store/ticket_events.hpp"
#include "sdk/common/json.hpp"

namespace picket::serve {

CycleReport ConnectionCycle::run() {
  CycleReport report;
  report.provider = provider();
  report.tenant = tenant();
  report.begun = context_.now();
  report.poll = operations::poll(context_, connection_.provider, connection_.tenant, {});
  const operations::PollResult& polled = *report.poll;
  report.vendor_requests = polled.requests;
  report.events = polled.events;
  report.retry_after = polled.retry_after;
  const bool is_ending = context_.cancel().load();
  const std::string reading = "polling";
  const std::string sending = "sending the vendor what technicians did";
  if (polled.state == operations::PollState::error && !is_ending)
    report.errors.push_back({reading, polled.error, polled.misconfigured});
  else
    report.steps_done.push_back(reading);
  if (!polled.events_error.empty() && !is_ending)
    report.errors.push_back({sending, polled.events_error, false});
  else if (polled.state == operations::PollState::completed)
    report.steps_done.push_back(sending);
  report.ended = context_.now();
  return report;
}

std::chrono::milliseconds ConnectionCycle::interval() const {
  constexpr std::chrono::minutes usual{5};
  const auto minutes = json::integer_at(connection_.settings, "pollIntervalMinutes");
  return minutes && *minutes > 0 ? std::chrono::minutes(*minutes) : usual;
}

Queues ConnectionCycle::queues() {
  return {std::nullopt, store::ticket_event_queue(context_.db(), connection_.tenant, connection_.integration_id)};
}

}  // namespace picket::serve
