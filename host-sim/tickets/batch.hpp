// A batch of change sets within one transaction: what they need is read in a few queries, each is decided on, and all writes follow
// together. Thread: that of the Database.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "host-sim/tickets/local_services.hpp"

namespace picket::tickets {

struct BatchResult {
  Status status = Status::ok;
  std::string ticket_id;
  std::string message;
};

// Applies them within the caller's transaction, in order. No two may concern the same finding. One that is refused leaves no trace; what is
// thrown concerns the transaction as a whole.
[[nodiscard]] std::vector<BatchResult> apply_batch(store::Database& db, const LocalConnection& connection, Time now,
                                                   std::span<const ChangeSet> change_sets);

}  // namespace picket::tickets
