// A simulated Stellar Cyber installation without a socket, on a clock that the test moves. One thread.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "host-sim/sim/server/simulation.hpp"
#include "host-sim/sim/stellar-cyber/generator.hpp"
#include "host-sim/sim/stellar-cyber/stellar_cyber.hpp"

namespace picket::test {

struct StellarSetup {
  sim::stellar_cyber::StellarCyberOptions stellar = {};
  sim::SimulationOptions simulation = {.rate_limit = 0};
  sim::stellar_cyber::GeneratorOptions generator = {};
  std::string scenario = {};  // the text
};

class StellarAccount {
 public:
  explicit StellarAccount(const StellarSetup& setup = {});

  Time now() const { return *now_; }
  std::int64_t now_ms() const;
  void wait(std::chrono::microseconds by) { *now_ += by; }

  // `path` is below /connect/api/v1; with the token of the last sign_in().
  sim::Exchange api(const std::string& method, const std::string& path, const std::string& body = {});
  unsigned code_of(const std::string& path) { return api("GET", path).answer.code; }

  sim::Exchange ask_for_token(const std::string& user, const std::string& key);
  json::object sign_in();  // with the right credentials; the answer

  // The answer, which must be 200.
  json::object get(const std::string& path) { return answered("GET", path, {}); }
  json::object put(const std::string& path, const std::string& body) { return answered("PUT", path, body); }
  json::object post(const std::string& path, const std::string& body) { return answered("POST", path, body); }

  // The numbers of the cases in a list's answer, in its order.
  std::vector<std::int64_t> numbers(const std::string& query);

  json::object row(const std::string& id) { return get("/cases/" + id).at("data").as_object(); }
  json::array comments(const std::string& id) { return get("/cases/" + id + "/comments").at("data").as_array(); }

  // A control: GET without a body, else POST. The answer of the first must be 200.
  json::value control(const std::string& path, const std::string& body = {});
  sim::Exchange call_control(const std::string& method, const std::string& path, const std::string& body = {});

  sim::Simulation& simulation() { return *simulation_; }

 private:
  json::object answered(const std::string& method, const std::string& path, const std::string& body);

  std::shared_ptr<Time> now_;
  std::unique_ptr<sim::Simulation> simulation_;
  std::string token_;
};

Time stellar_start();  // the moment at which these installations begin
std::int64_t milliseconds_at(Time t);
std::int64_t integer(const json::object& o, std::string_view name);  // -1: none
std::string text(const json::object& o, std::string_view name);      // "(none)": none

}  // namespace picket::test
