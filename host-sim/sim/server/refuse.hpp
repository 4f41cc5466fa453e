// How a simulated side refuses what a scenario or a control request says. Pure; any thread.
#pragma once
#include <string>

#include "picket/error.hpp"

namespace picket::sim {

[[noreturn]] inline void refuse(const std::string& field, const std::string& expected) {
  throw Error(Status::invalid, field + ": expected " + expected, field);
}

}  // namespace picket::sim
