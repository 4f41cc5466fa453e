// Tickets and actions as the API answers them. Pure functions; any thread.
#pragma once
#include "host-sim/sim/halopsa/ticket.hpp"
#include "host-sim/sim/halopsa/times.hpp"

namespace picket::sim::halopsa {

// Members that an answer has only on request.
struct Included {
  bool details = false;  // body, closure note, the priority by name, custom fields
  bool agent = false;    // agent_name
};

json::object ticket_json(const Ticket& ticket, const Directory& directory, Included included, TimeForm times = {});
json::object action_json(const Action& action, std::int64_t ticket_id, bool with_html, TimeForm times = {});

}  // namespace picket::sim::halopsa
