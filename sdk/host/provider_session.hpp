// A provider instance behind a C++ interface, guarded in both directions.
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
  // Opens an instance. Throws the provider's reason if it refuses. If `violations` is null, breaches are logged as errors.
  ProviderSession(const LoadedProvider&, const ConnectionInfo&, const Offer&, const Call&, Violations* violations = nullptr);
  ~ProviderSession();
  ProviderSession(const ProviderSession&) = delete;
  ProviderSession& operator=(const ProviderSession&) = delete;

  // Each throws Error with the status and message of the provider or the failing service; exceptions from host callbacks pass through
  // unchanged.
  std::string check(const Call&);  // the account: a JSON object
  void organizations(const Call&, const std::function<void(std::string_view external_id, std::string_view name)>& visit);
  // Fills `report` even if it throws, with what was done by then.
  void poll(const Call&, std::uint32_t flags, PollReport& report);
  // Reports each event's outcome once it is certain, each index at most once; picket_provider.ticket_events defines what it means. After
  // `outcome` has thrown, no more are reported. `outcome` may not call the session.
  void ticket_events(const Call&, std::span<const TicketEvent>,
                     const std::function<void(std::size_t index, Status, std::string_view message)>& outcome);
  // An extension struct of the provider by id, or null.
  const void* extension(const char* id);
  // The functions that the provider offers.
  bool can_check() const;
  bool can_list_organizations() const;
  bool can_poll() const;
  bool can_take_ticket_events() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace picket::host
