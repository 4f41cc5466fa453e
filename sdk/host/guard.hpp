// The state of a session's current call: the picket_call that was handed out, the failure that `fail` recorded, and the rules on who may
// call when. Internal to sdk/host (provider_session.cpp, service_table.cpp).
//
// Thread: begin, end and everything that answers a provider run on the call's thread; a call from another thread is refused and touches
// nothing else.
#pragma once
#include <array>
#include <atomic>
#include <exception>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "picket/abi/provider.h"
#include "picket/error.hpp"
#include "sdk/host/call.hpp"
#include "sdk/host/guard_checks.hpp"
#include "sdk/host/services.hpp"
#include "sdk/host/violations.hpp"

namespace picket::host {

class Guard;
struct Sinks;

// One call of the host into the provider. Slots are reused in turn, so that a picket_call kept from an earlier call still points at valid
// memory and is recognised as stale.
struct CallSlot {
  Guard* guard = nullptr;
  picket_call abi{};
  Sinks* sinks = nullptr;
};

class Guard {
 public:
  Guard(Log* log, Violations* violations);
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;

  // Around a call of the host into the provider. Both arguments must live until end().
  CallSlot& begin(const Call&, Sinks&);
  void end();
  // After this nothing of the host is touched; later calls are answered PICKET_INVALID.
  void close();

  // Throws Breach unless a service named `what` may be called now with this picket_call.
  void expect_service(const picket_call*, std::string_view what);
  // The same for a service function that carries no picket_call.
  void expect_service(std::string_view what);
  // Whether a function of the slot's picket_call, or a sink of its call, may be used now; a breach if not.
  bool accepts(const CallSlot&, std::string_view what);

  const Call& call() const { return *call_; }  // only between begin and end
  bool on_call_thread() const { return owner_.load() == std::this_thread::get_id(); }

  // `fail` by the provider, or by a service on its behalf; the last call counts. Cleans the text and removes secrets.
  void record_failure(Status, std::optional<std::chrono::milliseconds> retry_after, std::string_view field, std::string_view message);
  const std::optional<Error>& failure() const { return failure_; }

  // A secret that was handed out during this call: it must not appear in a log line or an error.
  void remember_secret(std::string value) { secrets_.push_back(std::move(value)); }
  // One line that is safe to show. A secret in it is a breach by `what` and is replaced.
  std::string presentable(std::string_view text, std::string_view what);

  // Text of the host that breaks the contract is the host's breach; the provider receives it corrected.
  void mend(std::string& text, std::string_view part);

  // Any thread.
  void breach(std::string what);

  // An exception from a host callback below the provider's frames; rethrown once the provider has returned.
  void keep_host_error(std::exception_ptr error) { host_error_ = std::move(error); }
  std::exception_ptr host_error() const { return host_error_; }

  // Marks the time during which a visitor of the provider runs.
  class VisitorScope {
   public:
    explicit VisitorScope(Guard& guard) : guard_(guard) { ++guard_.visitors_; }
    ~VisitorScope() { --guard_.visitors_; }
    VisitorScope(const VisitorScope&) = delete;
    VisitorScope& operator=(const VisitorScope&) = delete;

   private:
    Guard& guard_;
  };

 private:
  void expect_call(std::string_view what);
  void report_breaches();

  std::array<CallSlot, 16> slots_;
  std::size_t turn_ = 0;
  std::atomic<CallSlot*> current_ = nullptr;
  std::atomic<std::thread::id> owner_{};
  const Call* call_ = nullptr;
  int visitors_ = 0;
  std::optional<Error> failure_;
  std::vector<std::string> secrets_;
  std::exception_ptr host_error_;

  std::mutex mutex_;  // guards the members below
  std::vector<std::string> breaches_;
  Log* log_;
  Violations* violations_;
};

}  // namespace picket::host
