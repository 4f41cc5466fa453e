// A simulated Huntress account without a socket, on a clock that the test moves. One thread.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "host-sim/sim/huntress/generator.hpp"
#include "host-sim/sim/huntress/huntress.hpp"
#include "host-sim/sim/server/simulation.hpp"

namespace picket::test {

struct AccountSetup {
  sim::huntress::HuntressOptions huntress = {};
  sim::SimulationOptions simulation = {.rate_limit = 0};
  sim::huntress::GeneratorOptions generator = {};
  std::string scenario = {};  // the text
};

class SimulatedAccount {
 public:
  explicit SimulatedAccount(const AccountSetup& setup = {});

  Time now() const { return *now_; }
  void wait(std::chrono::microseconds by) { *now_ += by; }

  // With the right credentials.
  sim::Exchange call(const std::string& method, const std::string& target, const std::string& body = {});
  unsigned code_of(const std::string& target) { return call("GET", target).answer.code; }

  // The answer to a GET or, with a body, a POST, which must be 200.
  json::value json_of(const std::string& target, const std::string& body = {});

  // The ids in the list that an answer carries under `name`.
  std::vector<std::int64_t> ids(const std::string& target, const std::string& name = "incident_reports");
  json::object incident(std::int64_t id);

  sim::Simulation& simulation() { return *simulation_; }

 private:
  std::shared_ptr<Time> now_;
  std::unique_ptr<sim::Simulation> simulation_;
};

// Sunday noon at which these accounts begin.
Time test_start();

std::string basic_credentials(const std::string& key, const std::string& secret);  // the header's value

// Every page of a list, by the tokens; `name` is the list's. Stops with a failure after 1000 pages.
std::vector<std::int64_t> walk(SimulatedAccount& account, const std::string& target, const std::string& name = "incident_reports");

}  // namespace picket::test
