// The Huntress provider: incident reports of the Huntress SOC become tickets. What it offers, and the order of events.
#include "sdk/provider/provider.hpp"

#include "plugin/huntress/api.hpp"
#include "plugin/huntress/poll.hpp"
#include "sdk/common/json.hpp"

namespace huntress {
namespace {

class HuntressProvider final : public picket::Provider {
 public:
  HuntressProvider(const picket::Services& services, const picket::Connection& connection) : services_(services), connection_(connection) {}

  std::string check(const picket::Call& call) override {
    const Account account = Api(services_, call, connection_.base_url).account();
    return boost::json::serialize(boost::json::object{{"accountName", account.name}, {"accountSubdomain", account.subdomain}});
  }

  void organizations(const picket::Call& call, const std::function<void(std::string_view, std::string_view)>& visit) override {
    const std::size_t unreadable =
        Api(services_, call, connection_.base_url).each_organization([&](const Organization& o) { visit(o.id, o.name); });
    if (unreadable > 0)
      services_.log(call, picket::LogLevel::warning, std::to_string(unreadable) + " organizations without a readable id were left out");
  }

  void poll(const picket::Call& call, std::uint32_t flags, picket::PollReport& report) override {
    Poll(services_, call, connection_, report).run((flags & PICKET_POLL_SWEEP) != 0);
  }

 private:
  picket::Services services_;
  picket::Connection connection_;
};

std::unique_ptr<picket::Provider> make(const picket::Services& services, const picket::Connection& connection) {
  constexpr std::string_view needed[] = {PICKET_CLOCK_1,   PICKET_HTTP_1,      PICKET_SECRETS_1,
                                         PICKET_STORAGE_1, PICKET_DIRECTORY_1, PICKET_TICKETS_1};
  services.require(needed);
  return std::make_unique<HuntressProvider>(services, connection);
}

}  // namespace
}  // namespace huntress

PICKET_PROVIDER("huntress", "1.0.0", huntress::make);
