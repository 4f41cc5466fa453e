// Tickets that are only collected: for a run that shows what it would do. Thread: one call at a time.
#pragma once
#include <vector>

#include "sdk/host/services.hpp"

namespace picket::tickets {

class DryRunTickets final : public host::Tickets {
 public:
  // Reports PICKET_OK for each, with the linked ticket's id where there is one already.
  void apply(const host::Call& call, std::span<const ChangeSet> change_sets, const Outcome& outcome) override;
  const std::vector<ChangeSet>& change_sets() const { return change_sets_; }

 private:
  std::vector<ChangeSet> change_sets_;
};

}  // namespace picket::PSA
