// Keeps one pair in step: a provider and a remote PSA, both configured by the environment. Each cycle runs these steps in order:
//
//   directory (hourly)      the PSA's clients, ticket types, ... and the settings that follow from them
//   import (once)           the old container's links
//   settings, account       whether all required settings are set; what the vendor reports about the account (once)
//   organizations (hourly)  the vendor's, matched with the PSA's clients by name
//   deliver, poll, deliver  what an earlier cycle left; what is new at the vendor; what follows from it
//   pull, send, deliver     what technicians did in the PSA; that, to the vendor; what follows from it
//
// A step that fails is reported, and the steps that do not need it still run. Thread: one.
#pragma once
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "host-sim/config/configuration.hpp"
#include "host-sim/operations/host_context.hpp"
#include "host-sim/operations/provider_run.hpp"
#include "host-sim/psa/psa_sync.hpp"
#include "host-sim/serve/cycle.hpp"
#include "host-sim/serve/pair_settings.hpp"

namespace picket::serve {

class PairCycle final : public Cycle {
 public:
  // Makes the tenant and the connection. The configuration has no problems and outlives this. Throws Error(invalid) if the tenant belongs
  // to another PSA.
  PairCycle(operations::HostContext&, const config::Configuration&);

  CycleReport run() override;
  std::string provider() const override { return configuration_.manifest->id; }
  std::string tenant() const override { return tenant_.name; }
  std::string psa() const override { return std::string(configuration_.psa->title); }
  std::chrono::milliseconds interval() const override { return configuration_.runtime.poll_interval; }
  Queues queues() override;

 private:
  class Steps;

  void make_connection();
  operations::Target target();
  operations::ConnectionSecrets secrets() { return {&secrets_, configuration_.verify_tls}; }
  // Writes the settings that keys and the PSA give now.
  void apply_settings();
  void import_old_container();
  std::uint64_t read_account();  // returns the requests sent

  operations::HostContext& context_;
  const config::Configuration& configuration_;
  operations::GivenSecrets secrets_;
  std::unique_ptr<psa::Psa> psa_;
  store::Tenant tenant_;
  std::unique_ptr<psa::PsaSync> sync_;
  std::optional<PsaFacts> facts_;
  std::optional<std::int64_t> directory_at_ns_, organizations_at_ns_;  // when they were last read
  bool account_known_ = false;
};

}  // namespace picket::serve
