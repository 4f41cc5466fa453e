// Outbox -> remote PSA. Thread: that of the Database.
//
// Every item is marked before it is sent, and its fate recorded in a transaction of its own as soon as it is known. One that is found
// marked may have been sent, so the PSA is asked first. An item that fails keeps those behind it on its ticket waiting, and no other
// ticket.
#pragma once
#include "host-sim/desk/remote/remote_desk.hpp"
#include "host-sim/desk/remote/remote_work.hpp"

namespace picket::desk {

DeliveryReport deliver_outbox(const RemoteWork& work);

}  // namespace picket::desk
