#include "host-sim/tickets/dry_run.hpp"

namespace picket::tickets {

void DryRunTickets::apply(const host::Call& call, std::span<const ChangeSet> change_sets, const Outcome& outcome) {
  for (std::size_t i = 0; i < change_sets.size(); ++i) {
    call.check();
    change_sets_.push_back(change_sets[i]);
    outcome(i, Status::ok, change_sets[i].alert ? std::string_view(change_sets[i].alert->ticket_id) : std::string_view(), {});
  }
}

}  // namespace picket::tickets
