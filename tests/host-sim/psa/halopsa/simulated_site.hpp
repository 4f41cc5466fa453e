// The simulated HaloPSA of picket-vendors on a port, served by a thread of its own, on the test's clock: waiting for its request limit
// takes no time. Beside it a PSA that uses it.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "host-sim/psa/psa_kind.hpp"
#include "host-sim/sim/halopsa/halopsa.hpp"
#include "host-sim/sim/server/http_server.hpp"
#include "sdk/common/json.hpp"
#include "tests/host-sim/psa/halopsa/site.hpp"

namespace picket::test {

struct SimulatedSiteSetup {
  sim::halopsa::HaloPsaOptions site = {};
  sim::SimulationOptions simulation = {.rate_limit = 0};
  sim::ListenOptions listen = {};
};

class SimulatedSite {
 public:
  explicit SimulatedSite(const SimulatedSiteSetup& setup = {});
  ~SimulatedSite();
  SimulatedSite(const SimulatedSite&) = delete;
  SimulatedSite& operator=(const SimulatedSite&) = delete;

  std::unique_ptr<psa::Psa> psa(const std::map<std::string, std::string>& more = {});
  host::Call call() { return {.clock = clock, .progress = {}}; }

  // POST under /_sim/, which must be 200.
  json::value control(const std::string& path, const std::string& body);
  json::value shown(const std::string& path);  // GET under /_sim/
  void fault(const std::string& members);      // of one fault: "kind":"500","when":"after"
  json::array tickets() { return shown("tickets").as_array(); }
  json::object ticket(const std::string& id);
  std::uint64_t requests();  // since the last call

  host::SimulatedClock clock;
  CollectedLog log;

 private:
  std::unique_ptr<sim::Simulation> simulation_;
  std::unique_ptr<sim::HttpServer> server_;
  std::thread thread_;
};

}  // namespace picket::test
