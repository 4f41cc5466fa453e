// Remote PSA -> our tables and ticket events: one look at what has changed since the last one. Thread: that of the Database.
#pragma once
#include "host-sim/desk/remote/remote_desk.hpp"
#include "host-sim/desk/remote/remote_work.hpp"

namespace picket::desk {

PullReport pull_changes(const RemoteWork& work);

}  // namespace picket::desk
