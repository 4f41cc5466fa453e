// What has still to be sent to a remote PSA or to a vendor, and what of it was given up: listed, sent again, dropped. Thread: that of the
// context.
#pragma once
#include <string>
#include <vector>

#include "host-sim/operations/host_context.hpp"
#include "host-sim/store/psa.hpp"
#include "host-sim/store/retry_queue.hpp"

namespace picket::operations {

enum class Direction { to_psa, to_vendor };
enum class QueuedState { waiting, failing, given_up };

struct QueuedChange {
  store::Tenant tenant;
  Direction direction = Direction::to_psa;
  std::string to;    // "HaloPSA", "stellar-cyber"
  std::string what;  // "note", "closing, priority High", "opening of the ticket"
  std::string text;  // the note's words; empty: there are none
  bool can_be_dropped = true;
  bool is_outdated = false;  // it was given up, and later changes decide all that it asks for: a retry drops it
  store::QueuedItem item;

  [[nodiscard]] QueuedState state() const;
};

// `tenant`, a name or id, may be empty: of all tenants. First what goes to the PSA, then what goes to the vendor, each oldest first.
[[nodiscard]] std::vector<QueuedChange> list_queued(HostContext&, const std::string& tenant);

// Makes one due, by its id or the beginning of it; `id` empty: all that fail or were given up. Throws Error(not_found), and Error(invalid)
// if several ids begin so.
[[nodiscard]] std::vector<QueuedChange> retry_queued(HostContext&, const std::string& tenant, const std::string& id);

// Takes one out of the queue: it is never sent, and our ticket stays as the PSA's is. Throws as retry_queued, and Error(invalid) for
// the opening of a ticket, without which the finding would be seen by nobody.
[[nodiscard]] QueuedChange drop_queued(HostContext&, const std::string& tenant, const std::string& id);

}  // namespace picket::operations
