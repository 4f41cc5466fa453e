// A data set of any size for benchmarks and tests: the same numbers, seed and base time give the same bytes. One thread.
#pragma once
#include <cstdint>

#include "host-sim/sim/stellar-cyber/data.hpp"

namespace picket::sim::stellar_cyber {

struct GeneratorOptions {
  std::size_t cases = 0;
  std::size_t tenants = 5;
  std::size_t alerts = 3;  // of each case
  std::uint64_t seed = 1;
  double closed_percent = 0;
  std::int64_t days = 6;  // cases are spread evenly over the days before `base_time`; the newest is of that moment
  Time base_time = {};
};

// Adds to what is there, with numbers above those in use. The cases have never been modified since they were made.
void generate(Data& data, const GeneratorOptions& options);

}  // namespace picket::sim::stellar_cyber
