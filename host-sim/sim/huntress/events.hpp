// Scheduled changes of the account. One thread.
#pragma once
#include "host-sim/sim/huntress/data.hpp"
#include "host-sim/sim/server/events.hpp"

namespace picket::sim::huntress {

struct Change {
  Kind kind = Kind::incident;
  json::object row = {};
};

inline void make(Data& data, Change change, Time at) { data.apply(change.kind, std::move(change.row), at, "event"); }

using Events = DataEvents<Data, Change>;

}  // namespace picket::sim::huntress
