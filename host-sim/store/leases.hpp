// Leases: at most one process works on a connection at a time, and one that lost its turn writes nothing more.
// Thread: that of the Database.
#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "host-sim/store/database.hpp"
#include "sdk/host/clock.hpp"

namespace picket::store {

inline constexpr std::chrono::seconds lease_time_to_live{120};

struct LeaseHolder {
  std::string text;     // shown to users: "host7, process 4711"
  std::string purpose;  // what it does: "a poll"
  Time since;
  Time expires_at;
};

class Lease {
 public:
  // Takes the lease of a connection. `purpose` ("a poll") appears in the error of whoever comes second: Error(conflict), "a poll is already
  // running (who, since when)". A lease that has expired, or whose holder is a process of this boot of this machine that has ended, is
  // taken over. Must not be called within a transaction.
  Lease(Database& db, const host::Clock& clock, std::string_view tenant, std::string_view integration_id,
        std::string_view purpose = "a poll");
  // Releases it, as far as the database can be reached.
  ~Lease();
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  // Within a transaction: renews the lease for another 120 s and makes sure that it stays ours until the transaction ends. Throws
  // Error(conflict) "lost the lease".
  void fence(Database& db);
  // To be called often while waiting: renews the lease, with at most one write per quarter of the time to live and none while a transaction
  // is open on `db`. A database that cannot be reached is tried again later. False: the lease is lost.
  [[nodiscard]] bool touch() noexcept;
  [[nodiscard]] bool is_lost() const { return lost_; }
  void release();

 private:
  Database& db_;
  const host::Clock& clock_;
  std::string tenant_;
  std::string name_;
  std::string holder_;
  Time tried_at_;  // to renew it
  bool is_ours_ = false;
  bool lost_ = false;
};

// A lease that may be another's: then `lease` is null and `busy` says who is at work.
struct LeaseAttempt {
  std::unique_ptr<Lease> lease;
  std::string busy;
};
// As the constructor of Lease, for a caller who does something else when another process is at work.
[[nodiscard]] LeaseAttempt try_lease(Database& db, const host::Clock& clock, std::string_view tenant, std::string_view integration_id,
                                     std::string_view purpose);

// A transaction that can only be committed by who holds the lease. `lease` may be null where nobody else can be at work.
class FencedTransaction : public Transaction {
 public:
  FencedTransaction(Database& db, Lease* lease) : Transaction(db) {
    if (lease != nullptr) lease->fence(db);
  }
};

// Takes the lease away from whoever holds it: its next write fails.
void revoke_lease(Database& db, std::string_view tenant, std::string_view integration_id);

// Who holds the lease of a connection now; nothing if nobody does (expired ones and those of ended processes count as free).
std::optional<LeaseHolder> lease_holder(Database& db, const host::Clock& clock, std::string_view tenant, std::string_view integration_id);

}  // namespace picket::store
