// A PSA whose tickets live in another PSA. The tables of the local PSA hold what Picket wants the tickets to be, and the outbox what the
// PSA has still to be told; both are written in one transaction by the local PSA. This class carries the outbox out, and brings back what
// people did there: into the same tables, and into the queue of ticket events.
//
//   sync_directory   the PSA's clients, boards, statuses, priorities and categories -> the tables that mapping and routing work on
//   deliver          outbox -> PSA, in order per ticket, each thing exactly once whatever happened to the last attempt
//   pull             tickets changed since the last look -> tables and ticket events
//
// Thread: that of the Database, one call at a time.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "host-sim/psa/psa.hpp"
#include "host-sim/store/database.hpp"
#include "host-sim/store/leases.hpp"
#include "sdk/host/clock.hpp"
#include "sdk/host/services.hpp"

namespace picket::psa {

struct DeliveryReport {
  std::uint64_t tickets = 0;  // opened
  std::uint64_t adopted = 0;  // found by their token after an unknown outcome, or because they existed before
  std::uint64_t notes = 0;
  std::uint64_t updates = 0;
  std::uint64_t follow_ups = 0;     // linked tickets for notes whose ticket is closed and refuses them, or gone
  std::uint64_t failed = 0;         // attempts that failed; they are made again
  std::uint64_t waiting = 0;        // still in the outbox
  std::vector<std::string> errors;  // a sentence each, at most ten
};

struct PullReport {
  std::uint64_t listed = 0;   // tickets that changed, ours or not
  std::uint64_t changed = 0;  // of them ours, with something new
  std::uint64_t events = 0;   // queued for the vendor
  std::uint64_t failed = 0;   // tickets that could not be read; they are read again
  std::vector<std::string> errors;
};

// Rows of the local tables for RemoteDefaults: ids of ours. Empty = none.
struct PsaDefaults {
  std::string client_id, board_id, priority_id, category_id, closed_status_id;
};

class PsaSync {
 public:
  PsaSync(Psa& psa, store::Database& db, std::string tenant, host::Clock& clock, host::Log& log);

  // Writes the directory into the tables; what no longer exists becomes inactive where the table knows that, and else stays. Throws what
  // RemotePsa::directory throws.
  PsaDefaults sync_directory(const host::Call& call);

  // Until nothing is due. Never throws for one item's sake; the report tells. Writes are fenced by `lease` (may be null).
  DeliveryReport deliver(const host::Call& call, store::Lease* lease);

  // Throws when the list of changes cannot be read; then nothing is lost, the next look begins where this one did.
  PullReport pull(const host::Call& call, store::Lease* lease);

 private:
  Psa& psa_;
  store::Database& db_;
  std::string tenant_;
  host::Clock& clock_;
  host::Log& log_;
};

}  // namespace picket::psa
