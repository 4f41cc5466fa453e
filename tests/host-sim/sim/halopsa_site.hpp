// A simulated HaloPSA site without a socket, on a clock that the test moves. One thread.
#pragma once
#include <memory>
#include <string>

#include "host-sim/sim/halopsa/halopsa.hpp"
#include "host-sim/sim/server/simulation.hpp"

namespace picket::test {

struct SiteSetup {
  sim::halopsa::HaloPsaOptions site = {};
  sim::SimulationOptions simulation = {.rate_limit = 0};
  std::string scenario = {};  // the text
};

class SimulatedSite {
 public:
  explicit SimulatedSite(const SiteSetup& setup = {});

  Time now() const { return *now_; }
  void wait(std::chrono::microseconds by) { *now_ += by; }

  // With an access token of its own, taken when it is first needed.
  sim::Exchange call(const std::string& method, const std::string& target, const std::string& body = {});
  sim::Answer get(const std::string& target) { return call("GET", target).answer; }
  sim::Answer post(const std::string& target, const std::string& body) { return call("POST", target, body).answer; }

  // A request of the authorisation server for a token.
  sim::Answer token_answer(const std::string& form, const std::string& content_type = "application/x-www-form-urlencoded");
  std::string new_token();

  json::value read(const std::string& target);                              // GET, which must be 200
  json::value write(const std::string& target, const std::string& body);    // POST, which must be 201
  json::value control(const std::string& target, const std::string& body);  // POST under /_sim/, which must be 200

  // The id of a new ticket with this summary.
  std::int64_t open(const std::string& summary);
  json::object ticket(std::int64_t id);  // in full
  json::array actions(std::int64_t id);  // the newest first, with HTML

  sim::Simulation& simulation() { return *simulation_; }

 private:
  std::shared_ptr<Time> now_;
  std::unique_ptr<sim::Simulation> simulation_;
  std::string token_;
};

// A site with these quirks, given as in a scenario: R"("late-list=30","note-reopens")".
SiteSetup with(const std::string& quirks);
std::string active(SimulatedSite& site);  // its quirks
// What a person does on ticket 1001: members of an act.
json::value person(SimulatedSite& site, const std::string& members);

Time site_start();
std::vector<std::int64_t> ids_of(const json::value& answer, const std::string& list = "tickets");
std::string text_of(const json::object& o, const std::string& key);
std::string message_of(const sim::Answer& answer);  // of an error

inline constexpr const char* right_form = "grant_type=client_credentials&client_id=halo_demo&client_secret=halo_secret&scope=all";

}  // namespace picket::test
