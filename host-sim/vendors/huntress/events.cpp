#include "host-sim/vendors/huntress/events.hpp"

#include <algorithm>
#include <map>

namespace picket::vendors::huntress {
namespace {

// A change that cannot be made (a row that is gone by then) is passed over: the server goes on.
void happen(Data& data, Event& event, Time at) {
  try {
    data.apply(event.kind, std::move(event.change), at, "event");
  } catch (const Error&) {
  }
}

// Takes the events that are due out of `events`, in their order.
template <class IsDue>
std::vector<Event> taken(std::vector<Event>& events, IsDue is_due) {
  std::vector<Event> due;
  std::vector<Event> rest;
  for (auto& event : events) (is_due(event) ? due : rest).push_back(std::move(event));
  events = std::move(rest);
  return due;
}

}  // namespace

void Events::time_is(Data& data, Time start, Time now) {
  const auto is_due = [&](const Event& e) { return e.after && start + *e.after <= now; };
  if (std::none_of(events_.begin(), events_.end(), is_due)) return;
  std::multimap<std::chrono::microseconds, Event> by_moment;  // keeps the order of those of one moment
  for (auto& event : taken(events_, is_due)) by_moment.emplace(*event.after, std::move(event));
  for (auto& [after, event] : by_moment) happen(data, event, start + after);
}

void Events::requests_were(Data& data, std::uint64_t count, Time now) {
  const auto is_due = [&](const Event& e) { return !e.after && e.after_requests <= count; };
  if (std::none_of(events_.begin(), events_.end(), is_due)) return;
  for (auto& event : taken(events_, is_due)) happen(data, event, now);
}

}  // namespace picket::vendors::huntress
