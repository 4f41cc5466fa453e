// Scheduled changes of the account. One thread.
#pragma once
#include "host-sim/sim/huntress/data.hpp"
#include "host-sim/sim/server/schedule.hpp"

namespace picket::sim::huntress {

struct Change {
  Kind kind = Kind::incident;
  json::object row = {};
};

class Events {
 public:
  void add(Due due, Change change) { schedule_.add(due, std::move(change)); }
  void time_is(Data& data, Time start, Time now);
  void requests_were(Data& data, std::uint64_t count, Time now);

 private:
  Schedule<Change> schedule_;
};

}  // namespace picket::sim::huntress
