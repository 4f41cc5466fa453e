// Connections: one tenant's use of one provider, a row of rmm_integrations. Thread: that of the Database.
#pragma once
#include <boost/json/object.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host-sim/store/database.hpp"

namespace picket::store {

struct Connection {
  std::string tenant;
  std::string tenant_name;
  std::string integration_id;
  std::string provider;
  std::string instance_url;
  bool is_active = false;
  std::string sync_status;  // "never", "syncing", "completed", "error" or what set_sync_state wrote
  std::string sync_error;   // empty = none
  boost::json::object settings;
  std::optional<Time> sweep_requested_at;  // an operator or a webhook asked the next poll to compare all open findings
  std::optional<Time> connected_at;
  std::optional<Time> last_sync_at;
  std::optional<Time> last_full_sync_at;
  std::optional<Time> last_incremental_sync_at;
};

[[nodiscard]] std::optional<Connection> find_connection(Database& db, std::string_view tenant, std::string_view provider);

// All connections (of a tenant, of a provider: empty = any), by tenant name and provider.
std::vector<Connection> list_connections(Database& db, std::string_view tenant = {}, std::string_view provider = {});

// Connects. A connection that exists keeps its id, history and settings; only the members of `account` are replaced. Afterwards it is
// active and has no sync error.
Connection upsert_connection(Database& db, std::string_view tenant, std::string_view provider, std::string_view instance_url,
                             const boost::json::object& account, Time now);

// Makes it inactive: nothing polls it until it is connected again. Settings, mappings, alerts and cursors stay.
void deactivate_connection(Database& db, std::string_view tenant, std::string_view integration_id, Time now);

// Reads the settings, lets `change` edit them and writes them back under the row's lock, so that no concurrent change is lost. If `change`
// throws, nothing is changed. Returns the new settings. Must not be called within a transaction.
boost::json::object update_settings(Database& db, std::string_view tenant, std::string_view integration_id, Time now,
                                    const std::function<void(boost::json::object&)>& change);

// The same within the caller's transaction.
boost::json::object update_settings_in_transaction(Database& db, std::string_view tenant, std::string_view integration_id, Time now,
                                                   const std::function<void(boost::json::object&)>& change);

struct SyncState {
  std::string status;                                 // for sync_status
  std::string error;                                  // for sync_error; empty clears it
  std::optional<Time> last_incremental_sync_at = {};  // also sets last_sync_at; absent: both stay as they are
};
void set_sync_state(Database& db, std::string_view tenant, std::string_view integration_id, const SyncState& state, Time now);

// Records that the organizations were read: last_full_sync_at and last_sync_at.
void set_full_sync(Database& db, std::string_view tenant, std::string_view integration_id, Time now);

// Asks the next poll to compare all open findings: an operator wants it, or a webhook named no single finding.
void request_sweep(Database& db, std::string_view tenant, std::string_view integration_id, Time now);
// Clears the request of that time, which was carried out; a later one stays.
void clear_sweep_request(Database& db, std::string_view tenant, std::string_view integration_id, Time requested_at);

}  // namespace picket::store
