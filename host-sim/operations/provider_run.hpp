// A provider opened for one connection of this host: library, HTTP with the shared rate limit, secrets, storage and tickets put together.
// Thread: one.
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "host-sim/operations/host_context.hpp"
#include "host-sim/store/connections.hpp"
#include "host-sim/store/leases.hpp"
#include "picket/error.hpp"
#include "sdk/host/call.hpp"
#include "sdk/host/manifest.hpp"
#include "sdk/host/provider_session.hpp"

namespace picket::operations {

struct RunSpec {
  const registry::Entry* entry = nullptr;
  std::string tenant;
  std::string integration_id;  // empty before the first connect: only check() can be called then
  std::string base_url;
  store::Lease* lease = nullptr;     // fences writes
  host::Secrets* secrets = nullptr;  // null: the vault's
  host::Tickets* tickets = nullptr;  // null: the local desk's
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

// The longest that any operation may take, waiting for rate limits included.
inline constexpr std::chrono::minutes operation_deadline{30};
// Waiting keeps the lease; a lost one ends the call.
host::Call make_call(HostContext&, store::Lease* = nullptr);
// Why such a call failed, for people: that the lease was lost looks like a cancellation.
std::string reason_of(const Error&, const store::Lease&);

}  // namespace picket::operations
