// Scheduled changes of the installation. One thread.
#pragma once
#include <variant>

#include "host-sim/sim/server/schedule.hpp"
#include "host-sim/sim/stellar-cyber/data.hpp"

namespace picket::sim::stellar_cyber {

using Change = std::variant<Act, json::object>;  // an analyst's act, or a new or changed case

class Events {
 public:
  void add(Due due, Change change) { schedule_.add(due, std::move(change)); }
  void time_is(Data& data, Time start, Time now);
  void requests_were(Data& data, std::uint64_t count, Time now);

 private:
  Schedule<Change> schedule_;
};

}  // namespace picket::sim::stellar_cyber
