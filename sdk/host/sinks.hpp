// Receives the results of the current call from a provider. Internal to sdk/host/provider_session.cpp.
//
// Each C function gets the call's slot as `user`: the slot outlives the call, so a late use is recognised and does no harm.
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

  const std::function<void(std::size_t index, Status, std::string_view message)>* event_outcome = nullptr;
  std::vector<bool> outcome_reported;  // by the event's index

  static void account(void* user, picket_str json) noexcept;
  static void organization(void* user, picket_str external_id, picket_str name) noexcept;
  static void report(void* user, const picket_poll_report* report) noexcept;
  // An outcome decides whether an event is sent to the vendor again, so a fault in its message does not suppress it.
  static void outcome(void* user, std::size_t index, picket_status status, picket_str message) noexcept;
};

}  // namespace picket::host
