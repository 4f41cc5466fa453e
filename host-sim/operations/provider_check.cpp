#include "host-sim/operations/provider_check.hpp"

#include "host-sim/config/network.hpp"
#include "host-sim/tickets/dry_run.hpp"
#include "sdk/host/http/http_client.hpp"
#include "sdk/host/http/window_rate_limiter.hpp"
#include "sdk/host/manifest_check.hpp"
#include "sdk/host/offer.hpp"
#include "sdk/host/settings.hpp"

namespace picket::operations {
namespace {

// A connection with settings and nothing else.
class NothingStored final : public host::Storage, public host::Directory {
 public:
  explicit NothingStored(std::string settings) : settings_(std::move(settings)) {}
  std::string settings() override { return settings_; }
  std::optional<std::string> cursor(std::string_view) override { return std::nullopt; }
  void find_alerts(std::span<const std::string_view>, const std::function<void(const Alert&)>&) override {}
  void list_alerts(std::int32_t, std::size_t, const std::function<void(const Alert&)>&) override {}
  void find_mappings(std::span<const std::string_view>, const std::function<void(const Mapping&)>&) override {}
  void assets(std::span<const std::string_view>, const std::function<void(const Asset&)>&) override {}

 private:
  std::string settings_;
};

}  // namespace

json::object check_credentials(HostContext& context, const std::string& provider, const std::string& base_url, const json::object& settings,
                               const ConnectionSecrets& connection) {
  const registry::Entry& entry = context.registry().find(provider);
  const host::Manifest& manifest = entry.manifest;
  std::unique_ptr<host::WindowRateLimiter> limiter;
  if (manifest.rate_limit_requests > 0)
    limiter = std::make_unique<host::WindowRateLimiter>(context.clock(), manifest.rate_limit_requests, manifest.rate_limit_window);
  host::HttpClient http(provider_http_options(context, manifest, base_url, connection.verify_tls), context.clock(), limiter.get());
  NothingStored nothing(json::to_string(host::with_defaults(manifest, settings)));
  tickets::DryRunTickets tickets;
  host::Offer offer;
  offer.log = &context.log();
  offer.clock = &context.clock();
  offer.http = &http;
  offer.request_limit = manifest.rate_limit_requests;
  offer.secrets = connection.secrets;
  offer.storage = &nothing;
  offer.directory = &nothing;
  offer.tickets = &tickets;
  const host::Call call = make_call(context);
  const host::LoadedProvider loaded = host::LoadedProvider::load(entry.library);
  host::check_against_manifest(loaded, manifest);
  host::ProviderSession session(loaded, {"", "", base_url}, offer, call);
  host::check_against_manifest(session, manifest);
  return json::parse_object(session.check(call), "the account");
}

}  // namespace picket::operations
