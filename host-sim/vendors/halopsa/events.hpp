// What people do in the site while the server runs. One thread.
#pragma once
#include <vector>

#include "host-sim/vendors/halopsa/helpdesk.hpp"
#include "host-sim/vendors/server/schedule.hpp"

namespace picket::vendors::halopsa {

class Events {
 public:
  void add(Due due, json::object act) { schedule_.add(due, std::move(act)); }
  void time_is(Helpdesk& helpdesk, Time start, Time now);
  void requests_were(Helpdesk& helpdesk, std::uint64_t count, Time now);

 private:
  void happen(Helpdesk& helpdesk, json::object& act, Time at);
  void retry(Helpdesk& helpdesk, Time now);

  Schedule<json::object> schedule_;
  std::vector<json::object> waiting_;  // were due before their ticket was there; in their order
};

}  // namespace picket::vendors::halopsa
