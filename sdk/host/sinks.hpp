// Where a provider puts the results of the call that is running. Internal to sdk/host/provider_session.cpp.
//
// Each C function gets the call's slot as `user`: the slot outlives the call, so that a late use is told apart and does no harm.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "picket/model.hpp"
#include "sdk/host/guard.hpp"

namespace picket::host {

struct Sinks {
  std::vector<std::string> accounts;
  std::vector<PollReport> reports;
  const std::function<void(std::string_view external_id, std::string_view name)>* visit = nullptr;

  static void account(void* user, picket_str json) noexcept;
  static void organization(void* user, picket_str external_id, picket_str name) noexcept;
  static void report(void* user, const picket_poll_report* report) noexcept;
};

}  // namespace picket::host
