#include "host-sim/psa/psa_sync.hpp"

#include "host-sim/psa/delivery.hpp"
#include "host-sim/psa/directory_sync.hpp"
#include "host-sim/psa/pull.hpp"

namespace picket::psa {

PsaSync::PsaSync(Psa& psa, store::Database& db, std::string tenant, host::Clock& clock, host::Log& log)
    : psa_(psa), db_(db), tenant_(std::move(tenant)), clock_(clock), log_(log) {}

PsaDefaults PsaSync::sync_directory(const host::Call& call) {
  const RemoteDirectory directory = psa_.directory(call);
  return write_directory(db_, tenant_, psa_.id(), directory, clock_.now());
}

DeliveryReport PsaSync::deliver(const host::Call& call, store::Lease* lease) {
  return deliver_outbox({psa_, db_, tenant_, clock_, log_, call, lease});
}

PullReport PsaSync::pull(const host::Call& call, store::Lease* lease) {
  return pull_changes({psa_, db_, tenant_, clock_, log_, call, lease});
}

}  // namespace picket::psa
