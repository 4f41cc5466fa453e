// A technician's act on one of Picket's own tickets, in one transaction. Thread: that of the context.
#pragma once
#include <functional>
#include <string>

#include "host-sim/operations/host_context.hpp"
#include "host-sim/store/psa.hpp"
#include "host-sim/store/tickets_query.hpp"
#include "host-sim/tickets/technician.hpp"

namespace picket::operations {

// Does it with the functions of tickets/technician.hpp and returns whether anything changed.
using TicketAct = std::function<bool(store::Database&, const tickets::Technician&, const store::TicketRow&)>;

struct TicketWork {
  store::TicketRow ticket;  // as it is afterwards
  bool changed = false;
};

// `author` may be empty: not known. Throws Error(not_found) if there is no such ticket, and Error(invalid) if it lives in a remote PSA or
// is still to be opened there.
[[nodiscard]] TicketWork work_on_ticket(HostContext& context, const store::Tenant& tenant, const std::string& number,
                                        const std::string& author, const TicketAct& act);

}  // namespace picket::operations
