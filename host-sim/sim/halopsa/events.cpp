#include "host-sim/sim/halopsa/events.hpp"

namespace picket::sim::halopsa {
namespace {

// Whether it happened or never can. An impossible act, such as a priority that the ticket's SLA does not have, is skipped.
bool settled(Site& site, const json::object& act, Time at) {
  try {
    if (const json::object* change = json::object_at(act, "quirks"))
      site.quirks() = site.quirks_after(*change, "quirks");
    else
      site.act(act, at);
  } catch (const Error& e) {
    return e.status() != Status::not_found;
  }
  return true;
}

}  // namespace

void Events::happen(Site& site, json::object& act, Time at) {
  if (!settled(site, act, at)) waiting_.push_back(std::move(act));
}

void Events::retry(Site& site, Time now) {
  std::erase_if(waiting_, [&](const json::object& act) { return settled(site, act, now); });
}

void Events::time_is(Site& site, Time start, Time now) {
  retry(site, now);
  schedule_.time_is(start, now, [&](json::object& act, Time at) { happen(site, act, at); });
}

void Events::requests_were(Site& site, std::uint64_t count, Time now) {
  retry(site, now);
  schedule_.requests_were(count, now, [&](json::object& act, Time at) { happen(site, act, at); });
}

}  // namespace picket::sim::halopsa
