#include "host-sim/sim/huntress/events.hpp"

namespace picket::sim::huntress {
namespace {

// Skips a change that cannot be made, for example to a row that no longer exists.
void happen(Data& data, Change& change, Time at) {
  try {
    data.apply(change.kind, std::move(change.row), at, "event");
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

}  // namespace picket::sim::huntress
