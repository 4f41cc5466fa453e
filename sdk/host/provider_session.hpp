// A provider instance as a host's C++ code sees it: guarded in both directions.
//
// Thread: one call at a time per session; different sessions may run on different threads.
#pragma once
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "picket/error.hpp"
#include "picket/model.hpp"
#include "sdk/host/call.hpp"
#include "sdk/host/loaded_provider.hpp"
#include "sdk/host/offer.hpp"
#include "sdk/host/violations.hpp"

namespace picket::host {

struct ConnectionInfo {
  std::string tenant;
  std::string integration_id;
  std::string base_url;
};

class ProviderSession {
 public:
  // Opens an instance. Throws what the provider said when it refuses. `violations` may be null: then a breach is logged as an error.
  ProviderSession(const LoadedProvider&, const ConnectionInfo&, const Offer&, const Call&, Violations* violations = nullptr);
  ~ProviderSession();
  ProviderSession(const ProviderSession&) = delete;
  ProviderSession& operator=(const ProviderSession&) = delete;

  // Each throws Error with the provider's (or the failing service's) status and message; what a callback of the host threw comes back
  // as it was.
  std::string check(const Call&);  // the account: a JSON object
  void organizations(const Call&, const std::function<void(std::string_view external_id, std::string_view name)>& visit);
  // `report` is filled also when this throws: what was done until then.
  void poll(const Call&, std::uint32_t flags, PollReport& report);
  // Tells each event's outcome as it becomes certain, each index at most once; what that means for the event is said at
  // picket_provider.ticket_events. After `outcome` has thrown none is told any more. `outcome` may not call the session.
  void ticket_events(const Call&, std::span<const TicketEvent>,
                     const std::function<void(std::size_t index, Status, std::string_view message)>& outcome);
  // A struct of the provider's by id, or null.
  const void* extension(const char* id);
  // Which functions the provider has.
  bool can_check() const;
  bool can_list_organizations() const;
  bool can_poll() const;
  bool can_take_ticket_events() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace picket::host
