// What happens to the account while the server runs: a change is due by time or by the number of API requests. One thread.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "host-sim/vendors/huntress/data.hpp"

namespace picket::vendors::huntress {

struct Event {
  std::optional<std::chrono::microseconds> after = std::nullopt;  // since the start; or else:
  std::uint64_t after_requests = 0;
  Kind kind = Kind::incident;
  json::object change = {};
};

class Events {
 public:
  void add(Event event) { events_.push_back(std::move(event)); }
  void time_is(Data& data, Time start, Time now);  // each happens as if at its own moment, the earliest first
  void requests_were(Data& data, std::uint64_t count, Time now);

 private:
  std::vector<Event> events_;
};

}  // namespace picket::vendors::huntress
