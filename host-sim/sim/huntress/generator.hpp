// A data set of any size for benchmarks and tests: the same numbers, seed and base time give the same bytes. One thread.
#pragma once
#include <cstdint>
#include <string>

#include "host-sim/sim/huntress/data.hpp"

namespace picket::sim::huntress {

struct GeneratorOptions {
  std::size_t organizations = 0;
  std::size_t agents = 0;
  std::size_t incidents = 0;
  std::uint64_t seed = 1;
  double closed_percent = 0;
  double many_remediations_percent = 0;
  std::int64_t days = 6;  // incidents are spread evenly over the days before `base_time`; the newest is of that moment
  Time base_time = {};
};

// Adds to what is there, with ids above those in use. Incidents need an organization: one is added if there is none.
void generate(Data& data, const GeneratorOptions& options);

}  // namespace picket::sim::huntress
