// Outbox -> remote PSA. Thread: that of the Database.
//
// Every item is marked before it is sent, and its outcome recorded in a transaction of its own as soon as it is known. One that is found
// marked may have been sent, so the PSA is asked first. An item that fails keeps those behind it on its ticket waiting, and no other
// ticket.
#pragma once
#include "host-sim/psa/psa_sync.hpp"
#include "host-sim/psa/sync_context.hpp"

namespace picket::psa {

DeliveryReport deliver_outbox(const SyncContext& work);

}  // namespace picket::psa
