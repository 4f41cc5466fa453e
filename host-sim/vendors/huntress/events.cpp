#include "host-sim/vendors/huntress/events.hpp"

#include <algorithm>

namespace picket::vendors::huntress {
namespace {

// A change that cannot be made (a row that is gone by then) is passed over: the server goes on.
void happen(Data& data, Event& event, Time at) {
  try {
    data.apply(event.kind, std::move(event.change), at, "event");
  } catch (const Error&) {
  }
}

}  // namespace

void Events::time_is(Data& data, Time start, Time now) {
  const auto due = [&](const Event& e) { return e.after && start + *e.after <= now; };
  const auto end = std::stable_partition(events_.begin(), events_.end(), due);
  if (end == events_.begin()) return;
  std::stable_sort(events_.begin(), end, [](const Event& a, const Event& b) { return *a.after < *b.after; });
  for (auto i = events_.begin(); i != end; ++i) happen(data, *i, start + *i->after);
  events_.erase(events_.begin(), end);
}

void Events::requests_were(Data& data, std::uint64_t count, Time now) {
  const auto due = [&](const Event& e) { return !e.after && e.after_requests <= count; };
  const auto end = std::stable_partition(events_.begin(), events_.end(), due);
  for (auto i = events_.begin(); i != end; ++i) happen(data, *i, now);
  events_.erase(events_.begin(), end);
}

}  // namespace picket::vendors::huntress
