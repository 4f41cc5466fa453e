// What technicians wrote on a remote ticket: the half of `compare` (technician_acts.hpp) that is about the ticket's entries. Pure; any thread.
#pragma once
#include <optional>
#include <span>
#include <vector>

#include "host-sim/psa/technician_acts.hpp"

namespace picket::psa {

// Notes that the vendor does not have yet, in their order, and after them what was corrected since the vendor got it. The link learns what
// was seen. A closing becomes one of the acts if a note has its words; otherwise it stays, and learns who closed the ticket.
[[nodiscard]] std::vector<TechnicianAct> acts_of_notes(store::RemoteLink& link, const RemoteTicket&, std::span<const RemoteNote>,
                                                       const SentByPicket&, std::optional<TechnicianAct>& closing);

}  // namespace picket::psa
