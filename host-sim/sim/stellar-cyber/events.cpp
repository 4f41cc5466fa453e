#include "host-sim/sim/stellar-cyber/events.hpp"

namespace picket::sim::stellar_cyber {
namespace {

// Skips a change that cannot be made, for example to a case that no longer exists.
void happen(Data& data, Change& change, Time at) {
  try {
    if (const Act* act = std::get_if<Act>(&change))
      data.act(*act, at, "event.");
    else
      data.apply(std::move(std::get<json::object>(change)), at, "event");
  } catch (const Error&) {
  }
}

}  // namespace

void Events::time_is(Data& data, Time start, Time now) {
  schedule_.time_is(start, now, [&](Change& change, Time at) { happen(data, change, at); });
}

void Events::requests_were(Data& data, std::uint64_t count, Time now) {
  schedule_.requests_were(count, now, [&](Change& change, Time at) { happen(data, change, at); });
}

}  // namespace picket::sim::stellar_cyber
