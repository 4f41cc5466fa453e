#include "sdk/host/sinks.hpp"

#include "sdk/common/abi_model.hpp"

namespace picket::host {
namespace {

template <class Work>
void take(void* user, std::string_view what, Work&& work) noexcept {
  CallSlot& slot = *static_cast<CallSlot*>(user);
  if (!slot.guard->accepts(slot, what)) return;
  try {
    if (slot.sinks != nullptr) work(*slot.sinks);
  } catch (const std::exception& e) {
    slot.guard->breach(e.what());
  }
}

}  // namespace

void Sinks::account(void* user, picket_str json) noexcept {
  take(user, "check: account", [&](Sinks& sinks) {
    sinks.accounts.emplace_back();
    check_text(json, "check: account");
    sinks.accounts.back() = from_abi(json);
  });
}

void Sinks::organization(void* user, picket_str external_id, picket_str name) noexcept {
  take(user, "organizations: visit", [&](Sinks& sinks) {
    check_some_text(external_id, "organizations: external_id");
    check_text(name, "organizations: name");
    Guard& guard = *static_cast<CallSlot*>(user)->guard;
    if (sinks.visit == nullptr || guard.host_error() != nullptr) return;
    try {
      (*sinks.visit)(from_abi(external_id), from_abi(name));
    } catch (...) {
      guard.keep_host_error(std::current_exception());
    }
  });
}

void Sinks::report(void* user, const picket_poll_report* report) noexcept {
  take(user, "poll: report", [&](Sinks& sinks) {
    sinks.reports.emplace_back();
    check_pointer(report, "poll: report");
    check_report(*report);
    PollReport& taken = sinks.reports.back();
    taken = from_abi(*report);
    Guard& guard = *static_cast<CallSlot*>(user)->guard;
    for (FindingError& error : taken.errors) {
      error.external_id = guard.presentable(error.external_id, "poll: report");
      error.message = guard.presentable(error.message, "poll: report");
    }
    taken.cursor = guard.presentable(taken.cursor, "poll: report");
  });
}

void Sinks::outcome(void* user, std::size_t index, picket_status status, picket_str message) noexcept {
  take(user, "ticket_events: outcome", [&](Sinks& sinks) {
    Guard& guard = *static_cast<CallSlot*>(user)->guard;
    const std::string part = "ticket_events: outcome of event " + std::to_string(index);
    if (index >= sinks.outcome_reported.size()) throw Breach(part + ", which was not given");
    if (sinks.outcome_reported[index]) throw Breach(part + " was reported twice");
    sinks.outcome_reported[index] = true;
    Status known = to_status(status);
    if (status < PICKET_OK || status > PICKET_INTERNAL) {
      guard.breach(part + " is the status " + std::to_string(status) + ", which the contract does not know");
      known = Status::unknown_outcome;
    }
    std::string why;
    try {
      check_text(message, part + ": message");
      why = guard.presentable(from_abi(message), "ticket_events: outcome");
      if (known != Status::ok && why.empty()) throw Breach(part + " is a failure without a message");
    } catch (const Breach& e) {
      guard.breach(e.what());
      if (known != Status::ok) why = "the provider gave no reason (" + std::string(name_of(known)) + ")";
    }
    if (sinks.event_outcome == nullptr || guard.host_error() != nullptr) return;
    try {
      (*sinks.event_outcome)(index, known, why);
    } catch (...) {
      guard.keep_host_error(std::current_exception());
    }
  });
}

}  // namespace picket::host
