// The scheduled changes of a vendor's data, made by its `make(data, change, time)`. A change that cannot be made, for example to a row that
// no longer exists, is skipped. One thread.
#pragma once
#include "host-sim/sim/server/schedule.hpp"
#include "picket/error.hpp"

namespace picket::sim {

template <class Data, class Change>
class DataEvents {
 public:
  void add(Due due, Change change) { schedule_.add(due, std::move(change)); }
  void time_is(Data& data, Time start, Time now) { schedule_.time_is(start, now, made_in(data)); }
  void requests_were(Data& data, std::uint64_t count, Time now) { schedule_.requests_were(count, now, made_in(data)); }

 private:
  static auto made_in(Data& data) {
    return [&data](Change& change, Time at) {
      try {
        make(data, std::move(change), at);
      } catch (const Error&) {
      }
    };
  }

  Schedule<Change> schedule_;
};

}  // namespace picket::sim
