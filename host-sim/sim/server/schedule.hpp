// Scheduled changes, due at a time or after a number of API requests. One thread.
#pragma once
#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "picket/time.hpp"
#include "sdk/common/json.hpp"

namespace picket::sim {

struct Due {
  std::optional<std::chrono::microseconds> after = std::nullopt;  // since the start; or else:
  std::uint64_t after_requests = 0;
};

// From an event's "after_seconds" or "after_requests"; throws Error(invalid), whose message begins with `where`.
Due due_from(const json::object& event, const std::string& where);

template <class Change>
class Schedule {
 public:
  void add(Due due, Change change) { events_.push_back({due, std::move(change)}); }

  // Calls happen(Change&, Time) for each that is due, with the time at which it was due, earliest first.
  template <class Happen>
  void time_is(Time start, Time now, Happen happen) {
    std::multimap<std::chrono::microseconds, Change> by_moment;  // keeps the order of those of one moment
    for (auto& event : taken([&](const Due& due) { return due.after && start + *due.after <= now; }))
      by_moment.emplace(*event.due.after, std::move(event.change));
    for (auto& [after, change] : by_moment) happen(change, start + after);
  }

  // Calls happen(Change&, Time) for each that is due, in the order in which they were added.
  template <class Happen>
  void requests_were(std::uint64_t count, Time now, Happen happen) {
    for (auto& event : taken([&](const Due& due) { return !due.after && due.after_requests <= count; })) happen(event.change, now);
  }

 private:
  struct Event {
    Due due;
    Change change;
  };

  // Removes the events that are due and returns them in their order.
  template <class IsDue>
  std::vector<Event> taken(IsDue is_due) {
    std::vector<Event> due;
    if (std::none_of(events_.begin(), events_.end(), [&](const Event& e) { return is_due(e.due); })) return due;
    std::vector<Event> rest;
    for (auto& event : events_) (is_due(event.due) ? due : rest).push_back(std::move(event));
    events_ = std::move(rest);
    return due;
  }

  std::vector<Event> events_;
};

}  // namespace picket::sim
