// The simulated HaloPSA site: its authorisation server (/auth), its API (/api) and its controls (/_sim). The server's one thread.
#pragma once
#include <string>

#include "host-sim/sim/halopsa/events.hpp"
#include "host-sim/sim/halopsa/site.hpp"
#include "host-sim/sim/halopsa/times.hpp"
#include "host-sim/sim/server/bearer_tokens.hpp"
#include "host-sim/sim/server/vendor.hpp"

namespace picket::sim::halopsa {

// Credentials of the simulation unless others are given; they open nothing else.
inline constexpr const char* demo_client_id = "halo_demo";
inline constexpr const char* demo_client_secret = "halo_secret";

struct HaloPsaOptions {
  std::string client_id = demo_client_id;
  std::string client_secret = demo_client_secret;
  std::chrono::seconds token_lifetime{3600};
  bool wrapped_lists = false;  // all lists as {record_count, <name>: [...]}
  std::uint64_t seed = 1;
  Rules rules = {};
};

class HaloPsa : public Vendor {
 public:
  HaloPsa(const HaloPsaOptions& options, Time start);

  Site& site() { return site_; }
  Events& events() { return events_; }

  Answer answer(const Request& request) override;
  std::optional<Answer> control(const Request& request, Time now) override;
  void time_is(Time now) override;
  std::chrono::microseconds clock_skew() const override { return site_.quirks().time(Quirk::clock_skew); }
  void requests_were(std::uint64_t count, Time now) override { events_.requests_were(site_, count, now); }

 private:
  Answer authorise(const Request& request, const std::string& path);
  Answer token(const Request& request);
  Caller caller(const Request& request) const;
  TimeForm times() const;
  Answer api(const Request& request, const std::string& path);
  Answer tickets(const Request& request) const;
  Answer ticket(const Request& request, std::int64_t id) const;
  Answer actions(const Request& request) const;
  Answer post_tickets(const Request& request);
  Answer post_actions(const Request& request);
  std::optional<Answer> directory_list(const Request& request, const std::string& path) const;
  std::optional<Answer> directory_row(const Request& request, const std::string& path) const;
  Answer rows_answer(json::array rows, std::string_view name, const Request& request, bool paged) const;
  Answer set_rules(const Request& request);
  Answer change_quirks(const Request& request);
  Answer show_quirks() const;
  Answer state() const;

  std::string client_id_;
  std::string client_secret_;
  bool wrapped_lists_;
  BearerTokens tokens_;
  std::uint64_t tokens_issued_ = 0;
  std::map<std::string, Rights, std::less<>> lacking_;  // by authorization header: the rights that were missing when it was issued
  Site site_;
  Events events_;
  Time start_;
  Time now_;
};

}  // namespace picket::sim::halopsa
