#include "host-sim/sim/huntress/events.hpp"

namespace picket::sim::huntress {
namespace {

// A change that cannot be made (a row that is gone by then) is passed over: the server goes on.
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

}  // namespace picket::vendors::huntress
