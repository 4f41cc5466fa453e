// Collects change sets instead of applying them, for a dry run. Thread: one call at a time.
#pragma once
#include <vector>

#include "sdk/host/services.hpp"

namespace picket::tickets {

class DryRunTickets final : public host::Tickets {
 public:
  // Reports PICKET_OK for each, with the id of the finding's ticket if it has one already.
  void apply(const host::Call& call, std::span<const ChangeSet> change_sets, const Outcome& outcome) override;
  const std::vector<ChangeSet>& change_sets() const { return change_sets_; }

 private:
  std::vector<ChangeSet> change_sets_;
};

}  // namespace picket::tickets
