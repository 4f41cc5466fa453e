// Keeps Picket's own tickets and those of a remote PSA in step. Our tables hold what Picket wants the tickets to be, and the outbox what
// has still to be sent to the PSA; both are written in one transaction. PsaSync sends the outbox, and brings back what technicians did in
// the PSA: into our tables, and into the queue of ticket events.
//
//   sync_directory   the PSA's clients, boards, statuses, priorities and categories -> the tables that mapping and routing work on
//   deliver          outbox -> PSA, in order per ticket, each item exactly once whatever became of the last attempt
//   pull             tickets changed since the last pull -> tables and ticket events
//
// Thread: that of the Database, one call at a time.
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "host-sim/psa/psa.hpp"
#include "host-sim/store/database.hpp"
#include "host-sim/store/leases.hpp"
#include "sdk/host/clock.hpp"
#include "sdk/host/services.hpp"

namespace picket::psa {

struct DeliveryReport {
  std::uint64_t tickets = 0;  // opened
  std::uint64_t adopted = 0;  // found by their token after an unknown outcome, or from before the database was lost
  std::uint64_t notes = 0;
  std::uint64_t updates = 0;
  std::uint64_t follow_ups = 0;     // new tickets for notes whose ticket is closed and refuses them, or is gone
  std::uint64_t failed = 0;         // attempts that failed and will be repeated
  std::uint64_t waiting = 0;        // still in the outbox
  std::vector<std::string> errors;  // a sentence each, at most ten
};

struct PullReport {
  std::uint64_t listed = 0;   // tickets that changed, ours or not
  std::uint64_t changed = 0;  // of them ours, on which a technician did something
  std::uint64_t events = 0;   // queued for the vendor
  std::uint64_t failed = 0;   // tickets that could not be read and will be read again
  std::vector<std::string> errors;
};

// RemoteDefaults as ids of our tables. Empty = none.
struct PsaDefaults {
  std::string client_id, board_id, priority_id, category_id, closed_status_id;
};

class PsaSync {
 public:
  PsaSync(Psa& psa, store::Database& db, std::string tenant, host::Clock& clock, host::Log& log)
      : psa_(psa), db_(db), tenant_(std::move(tenant)), clock_(clock), log_(log) {}

  // Writes the PSA's directory into our tables. What no longer exists becomes inactive where the table has such a column, and stays
  // otherwise. Throws what Psa::directory throws.
  PsaDefaults sync_directory(const host::Call& call);

  // Runs until nothing is due. A failing item is reported and never throws. Writes are fenced by `lease` (may be null).
  [[nodiscard]] DeliveryReport deliver(const host::Call& call, store::Lease* lease);

  // Throws if the list of changes cannot be read; nothing is lost then, since the next pull begins where this one did.
  [[nodiscard]] PullReport pull(const host::Call& call, store::Lease* lease);

 private:
  Psa& psa_;
  store::Database& db_;
  std::string tenant_;
  host::Clock& clock_;
  host::Log& log_;
};

}  // namespace picket::psa
