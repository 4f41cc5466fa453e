// Scheduled changes of the installation. One thread.
#pragma once
#include <variant>

#include "host-sim/sim/server/events.hpp"
#include "host-sim/sim/stellar-cyber/data.hpp"

namespace picket::sim::stellar_cyber {

using Change = std::variant<Act, json::object>;  // an analyst's act, or a new or changed case

inline void make(Data& data, Change change, Time at) {
  if (const Act* act = std::get_if<Act>(&change))
    data.act(*act, at, "event.");
  else
    data.apply(std::move(std::get<json::object>(change)), at, "event");
}

using Events = DataEvents<Data, Change>;

}  // namespace picket::sim::stellar_cyber
