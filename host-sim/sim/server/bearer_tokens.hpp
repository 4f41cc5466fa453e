// Access tokens: valid for a limited time, unless they are revoked. One thread.
#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "host-sim/sim/server/random.hpp"
#include "picket/time.hpp"

namespace picket::sim {

class BearerTokens {
 public:
  BearerTokens(std::chrono::seconds lifetime, std::uint64_t seed) : lifetime_(lifetime), random_(seed) {}

  std::string issue(Time now);                                // a new token; those before it stay good
  bool good(std::string_view authorization, Time now) const;  // the header's value: "Bearer <token>"
  std::size_t revoke_all();                                   // how many were good or had expired

  std::chrono::seconds lifetime() const { return lifetime_; }

 private:
  std::chrono::seconds lifetime_;
  Random random_;
  std::map<std::string, Time, std::less<>> expiry_;  // by token
};

}  // namespace picket::sim
