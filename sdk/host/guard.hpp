// What a session knows about the call that is running: the picket_call it gave out, what `fail` was told, and every rule on who may call
// when. Internal to sdk/host (provider_session.cpp, service_table.cpp).
//
// Thread: begin/end and everything that answers a provider runs on the call's thread; a provider that comes from another thread is
// told so without touching anything else.
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

// One call of the host into the provider. Slots take turns, so that a picket_call kept from an earlier call is still memory, and known
// to be stale.
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
  // From now on nothing of the host is touched any more; whoever still calls is answered PICKET_INVALID.
  void close();

  // Throws Breach unless a service named `what` may be called now with this picket_call.
  void expect_service(const picket_call*, std::string_view what);
  // The same for a service function that carries no picket_call.
  void expect_service(std::string_view what);
  // Whether a function of the slot's picket_call, or a sink of its call, may be used now; a breach if not.
  bool accepts(const CallSlot&, std::string_view what);

  const Call& call() const { return *call_; }  // only between begin and end
  bool on_call_thread() const { return owner_.load() == std::this_thread::get_id(); }

  // `fail` by the provider, or by a service on its behalf; the last word counts. Text is cleaned and freed of secrets.
  void tell(Status, std::optional<std::chrono::milliseconds> retry_after, std::string_view field, std::string_view message);
  const std::optional<Error>& told() const { return told_; }

  // A secret that was given out during this call: it must not come back in a log line or an error.
  void remember_secret(std::string value) { secrets_.push_back(std::move(value)); }
  // One line as it may be shown. A secret in it is a breach by `what`, and is replaced.
  std::string presentable(std::string_view text, std::string_view what);

  // Text of the host's that is not as the contract says is the host's breach; the provider gets it mended.
  void mend(std::string& text, std::string_view part);

  // Any thread.
  void breach(std::string what);

  // What a callback of the host threw below the provider's frames: thrown again when the provider has returned.
  void keep_host_error(std::exception_ptr error) { host_error_ = std::move(error); }
  std::exception_ptr host_error() const { return host_error_; }

  // While it lives a visitor of the provider runs.
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
  std::optional<Error> told_;
  std::vector<std::string> secrets_;
  std::exception_ptr host_error_;

  std::mutex mutex_;  // for what follows
  std::vector<std::string> breaches_;
  Log* log_;
  Violations* violations_;
};

}  // namespace picket::host
