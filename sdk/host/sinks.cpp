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

}  // namespace picket::host
