// Leases: at most one process works on a connection at a time, and one that lost its turn writes nothing more.
// Thread: that of the Database.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "host-sim/store/database.hpp"
#include "sdk/host/clock.hpp"

namespace picket::store {

inline constexpr std::chrono::seconds lease_time_to_live{120};

struct LeaseHolder {
  std::string text;     // for people: "host7, process 4711"
  std::string purpose;  // what it does: "a poll"
  Time since;
  Time expires_at;
};

class Lease {
 public:
  // Takes the lease for a connection. `purpose` is what others are told: "a poll". Throws Error(conflict), "a poll is already running (who,
  // since when)", if another holds it. One that has expired, or whose holder is a process of this boot of this machine that has ended, is
  // taken over. Needs no open transaction on `db`.
  Lease(Database& db, const host::Clock& clock, std::string_view tenant, std::string_view integration_id,
        std::string_view purpose = "a poll");
  // Releases it, as far as the database can be reached.
  ~Lease();
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  // Within a transaction: keeps the lease for another 120 s and makes sure that it is ours until the transaction ends. Throws
  // Error(conflict) "lost the lease".
  void fence(Database& db);
  // To be called often while waiting: keeps the lease, with at most one write per quarter of the time to live and none while a transaction
  // is open on `db`. A database that cannot be reached is tried again later. False: the lease is lost.
  bool touch() noexcept;
  bool is_lost() const { return lost_; }
  void release();

 private:
  Database& db_;
  const host::Clock& clock_;
  std::string tenant_;
  std::string name_;
  std::string holder_;
  Time tried_at_;  // to renew it
  bool held_ = false;
  bool lost_ = false;
};

// Takes the lease away from whoever holds it: its next write fails.
void revoke_lease(Database& db, std::string_view tenant, std::string_view integration_id);

// Who holds the lease of a connection now; nothing if nobody does (expired ones and those of ended processes count as free).
std::optional<LeaseHolder> lease_holder(Database& db, const host::Clock& clock, std::string_view tenant, std::string_view integration_id);

}  // namespace picket::store
