// A provider opened for one connection of this host: library, HTTP with the shared rate limit, secrets, storage and tickets.
// Thread: one.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "host-sim/operations/host_context.hpp"
#include "host-sim/store/connections.hpp"
#include "host-sim/store/leases.hpp"
#include "picket/error.hpp"
#include "sdk/host/call.hpp"
#include "sdk/host/http/http_client.hpp"
#include "sdk/host/manifest.hpp"
#include "sdk/host/provider_session.hpp"

namespace picket::operations {

struct RunSpec {
  const registry::Entry* entry = nullptr;
  std::string tenant = {};
  std::string integration_id = {};  // empty before the first connect, when only check() can be called
  std::string base_url = {};
  json::object settings = {};        // as stored
  store::Lease* lease = nullptr;     // fences writes
  host::Secrets* secrets = nullptr;  // null: the vault's
  host::Tickets* tickets = nullptr;  // null: the local PSA's
  bool verify_tls = true;            // of the vendor's certificate
};

// Given by a host that is configured by its environment, in place of what is stored. The secrets outlive every use.
struct ConnectionSecrets {
  host::Secrets* secrets = nullptr;  // null: the vault's
  bool verify_tls = true;
};

// What a run on a stored connection needs. `lease` outlives the run.
[[nodiscard]] RunSpec run_spec(const registry::Entry&, const store::Connection&, const ConnectionSecrets&, store::Lease*);

// Secrets as they were given, under the names of the manifest.
class GivenSecrets final : public host::Secrets {
 public:
  explicit GivenSecrets(std::map<std::string, std::string> values) : values_(std::move(values)) {}
  std::optional<std::string> get(std::string_view name) override {
    const auto found = values_.find(std::string(name));
    return found == values_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  std::map<std::string, std::string> values_;
};

class ProviderRun {
 public:
  ProviderRun(HostContext&, const RunSpec&, const host::Call&);
  ~ProviderRun();
  ProviderRun(const ProviderRun&) = delete;
  ProviderRun& operator=(const ProviderRun&) = delete;

  host::ProviderSession& session();
  std::uint64_t requests_sent() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// How this host reaches a vendor: origins, certificates, proxy.
host::HttpOptions provider_http_options(const HostContext&, const host::Manifest&, const std::string& base_url, bool verify_tls);

// The longest that any operation may take, waiting for rate limits included.
inline constexpr std::chrono::minutes operation_deadline{30};
// Waiting keeps the lease; a lost one ends the call.
host::Call make_call(HostContext&, store::Lease* = nullptr);
// Why such a call failed, for a message: a lost lease looks like a cancellation.
std::string reason_of(const Error&, const store::Lease&);

}  // namespace picket::operations
