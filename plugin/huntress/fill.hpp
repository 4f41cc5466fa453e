// Fills in what tickets still lack: hosts that were not read, remediations beyond the inline ones, the asset that the host is.
// Costs a request or two per ticket, so it comes last in a poll and stays within a budget. Thread: one call at a time.
#pragma once
#include <functional>

#include "plugin/huntress/tickets.hpp"

namespace huntress {

class Fill {
 public:
  // `budget`: how many requests may still be sent.
  Fill(const picket::Services&, const picket::Call&, Api&, Tickets&, picket::Time now, std::function<std::size_t()> budget);

  void run();

 private:
  std::vector<picket::Alert> due_alerts(std::size_t most);
  void fill_one(const picket::Alert&, bool host_was_asked, const Result<std::vector<Remediation>>* remediations);
  std::optional<picket::AssetLink> link_asset(const Snapshot&, picket::Alert&);

  const picket::Services& services_;
  const picket::Call& call_;
  Api& api_;
  Tickets& tickets_;
  picket::Time now_;
  std::function<std::size_t()> budget_;
};

}  // namespace huntress
