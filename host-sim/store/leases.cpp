#include "host-sim/store/leases.hpp"

#include "host-sim/store/process_identity.hpp"
#include "host-sim/store/uuid.hpp"
#include "sdk/common/time_text.hpp"

namespace picket::store {
namespace {

std::string name_for(std::string_view integration_id) { return "connection:" + std::string(integration_id); }

std::optional<ProcessIdentity> process_of(std::string_view holder) {
  const auto end = holder.rfind('|');
  return end == std::string_view::npos ? std::nullopt : ProcessIdentity::parse(holder.substr(0, end));
}

struct LeaseRow {
  std::string holder;
  LeaseHolder shown;
  bool free = false;
};

std::optional<LeaseRow> read_lease(Database& db, const host::Clock& clock, std::string_view tenant, std::string_view name) {
  const auto rows = db.query<4>(R"(SELECT holder, acquired_at, expires_at, purpose FROM picket_leases WHERE tenant = ? AND name = ?)",
                                {tenant, name});
  if (rows.empty()) return std::nullopt;
  LeaseRow row{rows[0][0].value(), {}, false};
  const auto process = process_of(row.holder);
  row.shown = {process ? process->for_people() : row.holder, rows[0][3].value(), *time_of(rows[0][1]), *time_of(rows[0][2])};
  row.free = row.shown.expires_at <= clock.now() || (process && has_ended(*process));
  return row;
}

}  // namespace

Lease::Lease(Database& db, const host::Clock& clock, std::string_view tenant, std::string_view integration_id, std::string_view purpose)
    : db_(db),
      clock_(clock),
      tenant_(tenant),
      name_(name_for(integration_id)),
      holder_(ProcessIdentity::of_this_process().to_text() + "|" + new_uuid()),
      tried_at_(clock.now()) {
  const std::string now = format_time(tried_at_);
  const std::string expires = format_time(tried_at_ + lease_time_to_live);
  Transaction transaction(db_);
  if (db_.execute(R"(INSERT INTO picket_leases (tenant, name, holder, purpose, acquired_at, expires_at)
                     VALUES (?, ?, ?, ?, ?, ?)
                     ON CONFLICT DO NOTHING)",
                  {tenant_, name_, holder_, purpose, now, expires}) == 0) {
    // Takes the row's lock on PostgreSQL, so that the holder cannot change from now on.
    db_.execute("UPDATE picket_leases SET name = name WHERE tenant = ? AND name = ?", {tenant_, name_});
    const auto row = read_lease(db_, clock_, tenant_, name_);
    if (row && !row->free)
      throw Error(Status::conflict, row->shown.purpose + " is already running (" + row->shown.text + ", since " +
                                        format_time_for_people(row->shown.since) + ")");
    if (!row) throw Error(Status::conflict, "another process has just finished working on this connection; try again");
    db_.execute("UPDATE picket_leases SET holder = ?, purpose = ?, acquired_at = ?, expires_at = ? WHERE tenant = ? AND name = ?",
                {holder_, purpose, now, expires, tenant_, name_});
  }
  transaction.commit();
  is_ours_ = true;
}

Lease::~Lease() {
  try {
    release();
  } catch (...) {
    // It expires by itself.
  }
}

void Lease::fence(Database& db) {
  tried_at_ = clock_.now();
  if (!is_ours_ || db.execute("UPDATE picket_leases SET expires_at = ? WHERE tenant = ? AND name = ? AND holder = ?",
                           {format_time(tried_at_ + lease_time_to_live), tenant_, name_, holder_}) == 0) {
    is_ours_ = false;
    lost_ = true;
    throw Error(Status::conflict, "lost the lease: another process has taken over the work on this connection");
  }
}

bool Lease::touch() noexcept {
  if (lost_ || db_.in_transaction() || clock_.now() - tried_at_ < lease_time_to_live / 4) return !lost_;
  try {
    fence(db_);
  } catch (...) {
    // Lost, or the database cannot be reached now.
  }
  return !lost_;
}

void Lease::release() {
  if (!is_ours_) return;
  is_ours_ = false;
  db_.execute("DELETE FROM picket_leases WHERE tenant = ? AND name = ? AND holder = ?", {tenant_, name_, holder_});
}

LeaseAttempt try_lease(Database& db, const host::Clock& clock, std::string_view tenant, std::string_view integration_id,
                       std::string_view purpose) {
  try {
    return {std::make_unique<Lease>(db, clock, tenant, integration_id, purpose), {}};
  } catch (const Error& e) {
    if (e.status() != Status::conflict) throw;
    return {nullptr, e.what()};
  }
}

void revoke_lease(Database& db, std::string_view tenant, std::string_view integration_id) {
  db.execute("DELETE FROM picket_leases WHERE tenant = ? AND name = ?", {tenant, name_for(integration_id)});
}

std::optional<LeaseHolder> lease_holder(Database& db, const host::Clock& clock, std::string_view tenant, std::string_view integration_id) {
  const auto row = read_lease(db, clock, tenant, name_for(integration_id));
  return row && !row->free ? std::optional(row->shown) : std::nullopt;
}

}  // namespace picket::store
