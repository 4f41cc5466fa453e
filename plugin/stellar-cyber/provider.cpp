// The Stellar Cyber provider: cases become tickets, and what technicians do on the tickets becomes part of the cases. What it offers, and
// the order of events.
#include "sdk/provider/provider.hpp"

#include <map>

#include "plugin/stellar-cyber/api.hpp"
#include "plugin/stellar-cyber/events.hpp"
#include "plugin/stellar-cyber/poll.hpp"
#include "sdk/common/json.hpp"

namespace stellar {
namespace {

class StellarCyberProvider final : public picket::Provider {
 public:
  StellarCyberProvider(const picket::Services& services, const picket::Connection& connection)
      : services_(services), connection_(connection) {}

  std::string check(const picket::Call& call) override {
    Api api(services_, call, connection_.base_url, session_);
    api.check();
    boost::json::object account{{"accountName", api.user_name()}};
    if (const std::string id = api.user_id(); !id.empty()) account["apiUserId"] = id;
    return boost::json::serialize(account);
  }

  // There is no list of tenants that every API user may read; the cases name theirs.
  void organizations(const picket::Call& call, const std::function<void(std::string_view, std::string_view)>& visit) override {
    constexpr std::chrono::days look_back{30};
    constexpr std::size_t max_pages = 20;
    Api api(services_, call, connection_.base_url, session_);
    std::map<std::string, std::string> names;
    CaseQuery query{services_.now() - look_back, {}, 250, 0};
    for (std::size_t pages = 0; pages < max_pages; ++pages) {
      const CasePage page = api.cases(query);
      for (const picket::json::value& row : page.rows)
        if (const auto c = read_case(row); c && !c->tenant_id.empty()) names[c->tenant_id] = c->tenant_name;
      query.skip += page.rows.size();
      if (page.rows.empty() || (page.total && query.skip >= static_cast<std::size_t>(std::max<std::int64_t>(*page.total, 0)))) break;
    }
    for (const auto& [id, name] : names) visit(id, name.empty() ? "Stellar Cyber tenant " + id : name);
  }

  void poll(const picket::Call& call, std::uint32_t flags, picket::PollReport& report) override {
    Poll(services_, call, connection_, session_, report).run((flags & PICKET_POLL_SWEEP) != 0);
  }

  bool takes_ticket_events() const override { return true; }

  void ticket_events(const picket::Call& call, std::span<const picket::TicketEvent> events, const EventOutcome& outcome) override {
    Events(services_, call, connection_, session_, outcome).carry(events);
  }

 private:
  picket::Services services_;
  picket::Connection connection_;
  Session session_;
};

std::unique_ptr<picket::Provider> make(const picket::Services& services, const picket::Connection& connection) {
  constexpr std::string_view needed[] = {PICKET_CLOCK_1, PICKET_HTTP_1, PICKET_SECRETS_1, PICKET_STORAGE_1, PICKET_TICKETS_1};
  services.require(needed);
  return std::make_unique<StellarCyberProvider>(services, connection);
}

}  // namespace
}  // namespace stellar

PICKET_PROVIDER("stellar-cyber", "1.0.0", stellar::make);
