// Remote PSA -> our tables and ticket events: one look at what has changed since the last one. Thread: that of the Database.
#pragma once
#include "host-sim/psa/psa_sync.hpp"
#include "host-sim/psa/sync_context.hpp"

namespace picket::psa {

PullReport pull_changes(const SyncContext& work);

}  // namespace picket::psa
