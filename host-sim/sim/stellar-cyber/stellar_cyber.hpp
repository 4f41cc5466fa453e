// The simulated Stellar Cyber API (/connect/api/v1) and its controls (/_sim/cases, /_sim/people, /_sim/quirks, /_sim/tokens/revoke). The
// server's one thread.
#pragma once
#include <string>

#include "host-sim/sim/server/bearer_tokens.hpp"
#include "host-sim/sim/server/vendor.hpp"
#include "host-sim/sim/stellar-cyber/data.hpp"
#include "host-sim/sim/stellar-cyber/events.hpp"

namespace picket::sim::stellar_cyber {

// Credentials of the simulation unless others are given; they open nothing else.
inline constexpr const char* demo_user = "stellar_demo";
inline constexpr const char* demo_api_key = "stellar_key";
inline constexpr const char* demo_user_id = "u-api";

struct StellarCyberOptions {
  std::string user = demo_user;
  std::string api_key = demo_api_key;
  std::string user_id = demo_user_id;
  std::chrono::seconds token_time{600};
  std::uint64_t seed = 1;
};

class StellarCyber : public Vendor {
 public:
  StellarCyber(const StellarCyberOptions& options, Data data, Events events, Time start);

  Answer answer(const Request& request) override;
  std::optional<Answer> control(const Request& request, Time now) override;
  void time_is(Time now) override;
  void requests_were(std::uint64_t count, Time now) override { events_.requests_were(data_, count, now); }

  Data& data() { return data_; }

 private:
  Answer access_token(const Request& request);
  Answer case_answer(const Request& request, const std::string& key, const std::string& part);
  Answer changed(const Request& request, Case& c);
  Answer commented(const Request& request, Case& c);
  Answer apply_acts(const Request& request, Time now);

  std::string credentials_;  // the Authorization header of a request for a token
  std::string user_id_;
  BearerTokens tokens_;
  Data data_;
  Events events_;
  Time start_;
  Time now_;  // of the request under way
};

}  // namespace picket::sim::stellar_cyber
