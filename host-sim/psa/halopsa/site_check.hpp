// What a HaloPSA site lets Picket do, found out without leaving a trace: only reads, and one creation that no site can carry out because
// its client does not exist. Thread: one call at a time.
#pragma once
#include <vector>

#include "host-sim/psa/halopsa/client.hpp"
#include "host-sim/psa/halopsa/wire.hpp"
#include "host-sim/psa/psa.hpp"
#include "sdk/host/clock.hpp"

namespace picket::psa::halopsa {

[[nodiscard]] std::vector<SiteRemark> check_site(Client&, const host::Call&, const RemoteDirectory&, const TicketDefaults&, const Config&,
                                                 const host::Clock&);

}  // namespace picket::psa::halopsa
