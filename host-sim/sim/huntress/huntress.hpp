// The simulated Huntress API (/v1) and its controls (/_sim/incidents, /_sim/organizations, /_sim/agents). The server's one thread.
#pragma once
#include <memory>
#include <string>

#include "host-sim/sim/huntress/data.hpp"
#include "host-sim/sim/huntress/events.hpp"
#include "host-sim/sim/huntress/page_token.hpp"
#include "host-sim/sim/server/vendor.hpp"

namespace picket::sim::huntress {

// Credentials of the simulation unless others are given; they open nothing else.
inline constexpr const char* demo_api_key = "hk_demo";
inline constexpr const char* demo_api_secret = "hs_demo";

struct HuntressOptions {
  std::string api_key = demo_api_key;
  std::string api_secret = demo_api_secret;
  TokenKind tokens = TokenKind::timestamp;
};

class Huntress : public Vendor {
 public:
  Huntress(const HuntressOptions& options, Data data, Events events, Time start);

  Answer answer(const Request& request) override;
  std::optional<Answer> control(const Request& request, Time now) override;
  void time_is(Time now) override { events_.time_is(data_, start_, now); }
  void requests_were(std::uint64_t count, Time now) override { events_.requests_were(data_, count, now); }

  Data& data() { return data_; }

 private:
  bool authentic(const std::string& authorization) const;
  Answer remediations(const std::string& incident, const Request& request) const;

  std::string credentials_;  // as they come in the Authorization header, base64
  TokenKind tokens_;
  Data data_;
  Events events_;
  Time start_;
};

}  // namespace picket::sim::huntress
