#include "host-sim/desk/remote/remote_desk.hpp"

#include "host-sim/desk/remote/delivery.hpp"
#include "host-sim/desk/remote/directory_sync.hpp"
#include "host-sim/desk/remote/pull.hpp"

namespace picket::desk {

RemoteDesk::RemoteDesk(RemotePsa& psa, store::Database& db, std::string tenant, host::Clock& clock, host::Log& log)
    : psa_(psa), db_(db), tenant_(std::move(tenant)), clock_(clock), log_(log) {}

DeskDefaults RemoteDesk::sync_directory(const host::Call& call) {
  const RemoteDirectory directory = psa_.directory(call);
  return write_directory(db_, tenant_, psa_.id(), directory, clock_.now());
}

DeliveryReport RemoteDesk::deliver(const host::Call& call, store::Lease* lease) {
  return deliver_outbox({psa_, db_, tenant_, clock_, log_, call, lease});
}

PullReport RemoteDesk::pull(const host::Call& call, store::Lease* lease) {
  return pull_changes({psa_, db_, tenant_, clock_, log_, call, lease});
}

}  // namespace picket::desk
