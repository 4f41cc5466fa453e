#include "host-sim/vendors/halopsa/events.hpp"

namespace picket::vendors::halopsa {
namespace {

// Whether it happened or never can. What cannot be (a priority that the ticket's SLA does not have) is passed over: the server goes on.
bool settled(Helpdesk& helpdesk, const json::object& act, Time at) {
  try {
    helpdesk.act(act, at);
  } catch (const Error& e) {
    return e.status() != Status::not_found;
  }
  return true;
}

}  // namespace

void Events::happen(Helpdesk& helpdesk, json::object& act, Time at) {
  if (!settled(helpdesk, act, at)) waiting_.push_back(std::move(act));
}

void Events::retry(Helpdesk& helpdesk, Time now) {
  std::erase_if(waiting_, [&](const json::object& act) { return settled(helpdesk, act, now); });
}

void Events::time_is(Helpdesk& helpdesk, Time start, Time now) {
  retry(helpdesk, now);
  schedule_.time_is(start, now, [&](json::object& act, Time at) { happen(helpdesk, act, at); });
}

void Events::requests_were(Helpdesk& helpdesk, std::uint64_t count, Time now) {
  retry(helpdesk, now);
  schedule_.requests_were(count, now, [&](json::object& act, Time at) { happen(helpdesk, act, at); });
}

}  // namespace picket::vendors::halopsa
