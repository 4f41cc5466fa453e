// Sends a vendor what technicians did on its tickets. Thread: one.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "host-sim/operations/host_context.hpp"
#include "host-sim/store/connections.hpp"
#include "host-sim/store/leases.hpp"
#include "sdk/host/call.hpp"
#include "sdk/host/manifest.hpp"
#include "sdk/host/provider_session.hpp"

namespace picket::operations {

struct EventsReport {
  std::uint64_t sent = 0;
  std::uint64_t postponed = 0;      // sent again later
  std::uint64_t given_up = 0;       // the vendor will never take them
  std::vector<std::string> errors;  // a sentence each, at most ten

  EventsReport& operator+=(const EventsReport& other);
};

bool takes_ticket_events(const host::Manifest&);

// Where the tenant's tickets live, for messages: "HaloPSA", or "Picket".
std::string psa_title(store::Database& db, const std::string& tenant);

// Whether any event is due.
bool has_due_ticket_events(HostContext&, const store::Connection&);

// Sends what is due until nothing is left. Each event is marked before it is sent, so that after a crash it is sent as possibly done.
// Throws if the provider's call fails as a whole; `report` then has what came before, and the events keep their place.
void send_ticket_events(HostContext&, const store::Connection&, const std::string& psa, host::ProviderSession&, const host::Call&,
                        store::Lease&, EventsReport& report);

}  // namespace picket::operations
