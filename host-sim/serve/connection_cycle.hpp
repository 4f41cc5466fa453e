// One connection of the database, as `picket connect` made it, polled again and again. Thread: one.
#pragma once
#include <string>

#include "host-sim/operations/host_context.hpp"
#include "host-sim/serve/cycle.hpp"
#include "host-sim/store/connections.hpp"

namespace picket::serve {

class ConnectionCycle final : public Cycle {
 public:
  ConnectionCycle(operations::HostContext& context, const store::Connection& connection) : context_(context), connection_(connection) {}

  CycleReport run() override;
  std::string provider() const override { return connection_.provider; }
  std::string tenant() const override { return connection_.tenant_name; }
  std::string psa() const override { return {}; }
  std::chrono::milliseconds interval() const override;  // by the settings as they are now
  Queues queues() override;

 private:
  operations::HostContext& context_;
  store::Connection connection_;
};

}  // namespace picket::serve
