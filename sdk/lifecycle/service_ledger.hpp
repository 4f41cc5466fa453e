// Between sdk/lifecycle, which knows no services, and sdk/provider, which knows no life cycle: the cycle's ledger on the host's services.
// Thread: one call at a time.
#pragma once
#include "sdk/lifecycle/cycle.hpp"
#include "sdk/provider/provider.hpp"

namespace picket::lifecycle {

class ServiceLedger final : public lifecycle::Ledger {
 public:
  ServiceLedger(const Services& services, const Call& call) : services_(services), call_(call) {}

  std::vector<Alert> find_alerts(std::span<const std::string> external_ids) override { return services_.find_alerts(call_, external_ids); }
  std::vector<Mapping> find_mappings(std::span<const std::string> external_ids) override {
    return services_.find_mappings(call_, external_ids);
  }
  void apply(std::span<const ChangeSet> sets, const Told& told) override {
    services_.apply(call_, sets, [&](std::size_t index, ApplyOutcome&& o) {
      told(index, {o.status, std::move(o.ticket_id), std::move(o.message)});
    });
  }
  void progress(std::uint64_t done, std::uint64_t total) override {
    call_.progress(done, total);
    call_.check();
  }

 private:
  const Services& services_;
  const Call& call_;
};

}  // namespace picket::lifecycle
