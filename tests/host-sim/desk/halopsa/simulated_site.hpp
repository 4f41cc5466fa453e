// The simulated HaloPSA of picket-vendors on a port, served by a thread of its own, on the test's clock: waiting for its request limit
// takes no time. Beside it a desk that uses it.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "host-sim/desk/desks.hpp"
#include "host-sim/vendors/halopsa/halopsa.hpp"
#include "host-sim/vendors/server/http_server.hpp"
#include "sdk/common/json.hpp"
#include "tests/host-sim/desk/halopsa/site.hpp"

namespace picket::test {

struct SimulatedSiteSetup {
  vendors::halopsa::HaloPsaOptions site = {};
  vendors::SimulationOptions simulation = {.rate_limit = 0};
  vendors::ListenOptions listen = {};
};

class SimulatedSite {
 public:
  explicit SimulatedSite(const SimulatedSiteSetup& setup = {});
  ~SimulatedSite();
  SimulatedSite(const SimulatedSite&) = delete;
  SimulatedSite& operator=(const SimulatedSite&) = delete;

  std::unique_ptr<desk::RemotePsa> desk(const std::map<std::string, std::string>& more = {});
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
  std::unique_ptr<vendors::Simulation> simulation_;
  std::unique_ptr<vendors::HttpServer> server_;
  std::thread thread_;
};

}  // namespace picket::test
