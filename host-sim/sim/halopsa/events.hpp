// What technicians do in the site, and which quirks it gains and loses, while the server runs. One thread.
#pragma once
#include <vector>

#include "host-sim/sim/halopsa/site.hpp"
#include "host-sim/sim/server/schedule.hpp"

namespace picket::sim::halopsa {

class Events {
 public:
  void add(Due due, json::object act) { schedule_.add(due, std::move(act)); }
  void time_is(Site& site, Time start, Time now);
  void requests_were(Site& site, std::uint64_t count, Time now);

 private:
  void happen(Site& site, json::object& act, Time at);
  void retry(Site& site, Time now);

  Schedule<json::object> schedule_;
  std::vector<json::object> waiting_;  // were due before their ticket was there; in their order
};

}  // namespace picket::sim::halopsa
