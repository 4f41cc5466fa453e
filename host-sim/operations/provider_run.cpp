#include "host-sim/operations/provider_run.hpp"

#include <openssl/evp.h>

#include <array>
#include <span>

#include "host-sim/config/network.hpp"
#include "host-sim/operations/redacting_log.hpp"
#include "host-sim/operations/settings.hpp"
#include "host-sim/operations/ticket_events.hpp"
#include "host-sim/store/rate_limits.hpp"
#include "host-sim/store/tenant_psa.hpp"
#include "host-sim/tickets/local_services.hpp"
#include "sdk/common/ascii.hpp"
#include "sdk/host/http/http_client.hpp"
#include "sdk/host/http/redact.hpp"
#include "sdk/host/manifest_check.hpp"
#include "sdk/host/offer.hpp"
#include "sdk/host/settings.hpp"

namespace picket::operations {
namespace {

// The vault's secrets under the names that the manifest gives them.
class ManifestSecrets final : public host::Secrets {
 public:
  ManifestSecrets(const vault::Vault& vault, std::string tenant, const host::Manifest& manifest)
      : vault_(vault), tenant_(std::move(tenant)), manifest_(manifest) {}

  std::optional<std::string> get(std::string_view name) override {
    for (const host::SecretField& field : manifest_.secrets)
      if (field.name == name) return vault_.get(tenant_, field.vault);
    return std::nullopt;
  }

 private:
  const vault::Vault& vault_;
  std::string tenant_;
  const host::Manifest& manifest_;
};

// The vendor limits requests per credentials and address. A digest of them, since it is stored.
std::string account_key(const host::Manifest& manifest, const std::string& base_url, host::Secrets& secrets) {
  std::string identity = manifest.id + "\n" + config::origin_of_base_url(base_url, "base URL") + "\n";
  if (!manifest.secrets.empty()) identity += secrets.get(manifest.secrets.front().name).value_or("");
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  if (EVP_Digest(identity.data(), identity.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1)
    throw Error(Status::internal, "SHA-256 is not available");
  return manifest.id + ":" + ascii::hex(std::span(digest).first(16));
}

std::vector<std::string> secret_values(const host::Manifest& manifest, host::Secrets& secrets) {
  std::vector<std::string> values;
  for (const host::SecretField& field : manifest.secrets)
    if (auto value = secrets.get(field.name)) values.push_back(std::move(*value));
  return values;
}

}  // namespace

host::HttpOptions provider_http_options(const HostContext& context, const host::Manifest& manifest, const std::string& base_url,
                                        bool verify_tls) {
  host::HttpOptions options;
  options.origins = manifest.origins;
  options.origins.push_back(config::origin_of_base_url(base_url, "base URL"));
  options.ca_file = context.options().ca_file;
  options.proxy = config::proxy_for(base_url, config::process_environment());
  options.max_concurrency = manifest.concurrency;
  options.verify_tls = verify_tls;
  return options;
}

struct ProviderRun::Parts {
  std::unique_ptr<host::Secrets> own_secrets;
  host::Secrets* secrets;
  std::unique_ptr<RedactingLog> log;
  std::unique_ptr<store::SharedRateLimiter> limiter;
  std::unique_ptr<host::HttpClient> http;
  std::unique_ptr<tickets::LocalStorage> storage;
  std::unique_ptr<tickets::LocalDirectory> directory;
  std::unique_ptr<tickets::LocalTickets> tickets;
  std::unique_ptr<host::ProviderSession> session;
};

RunSpec run_spec(const registry::Entry& entry, const store::Connection& connection, const ConnectionSecrets& given, store::Lease* lease) {
  return {.entry = &entry,
          .tenant = connection.tenant,
          .integration_id = connection.integration_id,
          .base_url = connection.instance_url,
          .settings = connection.settings,
          .lease = lease,
          .secrets = given.secrets,
          .verify_tls = given.verify_tls};
}

ProviderRun::ProviderRun(HostContext& context, const RunSpec& spec, const host::Call& call) : parts_(std::make_unique<Parts>()) {
  const host::Manifest& manifest = spec.entry->manifest;
  Parts& p = *parts_;
  if (spec.secrets == nullptr) p.own_secrets = std::make_unique<ManifestSecrets>(context.vault(), spec.tenant, manifest);
  p.secrets = spec.secrets ? spec.secrets : p.own_secrets.get();
  if (spec.secrets == nullptr && !manifest.secrets.empty() && secret_values(manifest, *p.secrets).empty() &&
      store::find_tenant_psa(context.db(), spec.tenant))
    throw Error(Status::invalid, "this connection is served by `picket serve` with its environment; run that", "connection");
  p.log = std::make_unique<RedactingLog>(context.log(), manifest.id + ": ", host::Redactor(secret_values(manifest, *p.secrets)));
  if (manifest.rate_limit_requests > 0) {
    context.db();  // migrated before the limiter opens its own session
    p.limiter = std::make_unique<store::SharedRateLimiter>(context.database_url(), account_key(manifest, spec.base_url, *p.secrets),
                                                           manifest.rate_limit_requests, manifest.rate_limit_window, context.clock());
  }
  p.http = std::make_unique<host::HttpClient>(provider_http_options(context, manifest, spec.base_url, spec.verify_tls), context.clock(),
                                              p.limiter.get());

  host::Offer offer;
  offer.log = p.log.get();
  offer.clock = &context.clock();
  offer.http = p.http.get();
  offer.request_limit = manifest.rate_limit_requests;
  offer.secrets = p.secrets;
  tickets::LocalConnection connection;
  connection.tenant = spec.tenant;
  connection.integration_id = spec.integration_id;
  connection.provider = manifest.id;
  connection.cursor_settings.insert(manifest.cursors.begin(), manifest.cursors.end());
  connection.complete_settings = [&context, tenant = spec.tenant, &manifest](json::object settings) {
    return usable_settings(context, manifest, tenant, host::with_defaults(manifest, std::move(settings)));
  };
  connection.has_outbox = store::find_tenant_psa(context.db(), spec.tenant).has_value();
  connection.takes_ticket_events = takes_ticket_events(manifest);
  connection.closed_tickets = tickets::closed_ticket_rules(host::with_defaults(manifest, spec.settings));
  p.storage = std::make_unique<tickets::LocalStorage>(context.db(), connection);
  p.directory = std::make_unique<tickets::LocalDirectory>(context.db(), spec.tenant);
  p.tickets = std::make_unique<tickets::LocalTickets>(context.db(), connection, context.clock(), spec.lease);
  offer.storage = p.storage.get();
  offer.directory = p.directory.get();
  offer.tickets = spec.tickets ? spec.tickets : p.tickets.get();

  const host::LoadedProvider provider = host::LoadedProvider::load(spec.entry->library);
  host::check_against_manifest(provider, manifest);
  p.session =
      std::make_unique<host::ProviderSession>(provider, host::ConnectionInfo{spec.tenant, spec.integration_id, spec.base_url}, offer, call);
  host::check_against_manifest(*p.session, manifest);
}

ProviderRun::~ProviderRun() = default;

host::ProviderSession& ProviderRun::session() { return *parts_->session; }

std::uint64_t ProviderRun::requests_sent() const { return parts_->http->sent(); }

host::Call make_call(HostContext& context, store::Lease* lease) {
  host::Call call{.clock = context.clock()};
  call.deadline_ns = context.clock().monotonic() + std::chrono::nanoseconds(operation_deadline).count();
  if (context.options().grace.count() == 0) {
    call.cancel = &context.cancel();
    if (lease != nullptr) call.heartbeat = [lease] { return lease->touch(); };
  } else {
    call.finish = &context.cancel();
    call.heartbeat = [&context, lease] { return !context.grace_is_over() && (lease == nullptr || lease->touch()); };
  }
  return call;
}

std::string reason_of(const Error& e, const store::Lease& lease) {
  if (e.status() == Status::cancelled && lease.is_lost())
    return "lost the lease: another process has taken over the work on this connection";
  return e.what();
}

}  // namespace picket::operations
