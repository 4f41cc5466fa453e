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
  std::string sync_status;  // "never", "syncing", "completed", "error" or what set_sync_state was given
  std::string sync_error;   // empty = none
  boost::json::object settings;
  std::optional<Time> sweep_requested_at;  // a person or a webhook wants the next poll to compare all open findings
  std::optional<Time> connected_at;
  std::optional<Time> last_sync_at;
  std::optional<Time> last_full_sync_at;
  std::optional<Time> last_incremental_sync_at;
};

std::optional<Connection> find_connection(Database& db, std::string_view tenant, std::string_view provider);

// All connections (of a tenant, of a provider: empty = any), by tenant name and provider.
std::vector<Connection> list_connections(Database& db, std::string_view tenant = {}, std::string_view provider = {});

// Connects, or connects again: then id, history and settings stay, and only the members of `account` are replaced. Active afterwards,
// without a sync error.
Connection upsert_connection(Database& db, std::string_view tenant, std::string_view provider, std::string_view instance_url,
                             const boost::json::object& account, Time now);

// Inactive: nothing polls it until it is connected again. Settings, mappings, alerts and cursors stay.
void deactivate_connection(Database& db, std::string_view tenant, std::string_view integration_id, Time now);

// Reads the settings, lets `change` edit them and writes them back, under the row's lock: nobody else's change in between is lost. What
// `change` throws leaves everything as it was. Returns the new settings. Needs no open transaction on `db`.
boost::json::object update_settings(Database& db, std::string_view tenant, std::string_view integration_id, Time now,
                                    const std::function<void(boost::json::object&)>& change);

// As update_settings within the caller's transaction.
boost::json::object update_settings_in_transaction(Database& db, std::string_view tenant, std::string_view integration_id, Time now,
                                                   const std::function<void(boost::json::object&)>& change);

struct SyncState {
  std::string status;                                 // for sync_status
  std::string error;                                  // for sync_error; empty clears it
  std::optional<Time> last_incremental_sync_at = {};  // also last_sync_at; both stay as they are if it is absent
};
void set_sync_state(Database& db, std::string_view tenant, std::string_view integration_id, const SyncState& state, Time now);

// The organizations were read: last_full_sync_at and last_sync_at.
void set_full_sync(Database& db, std::string_view tenant, std::string_view integration_id, Time now);

// Asks the next poll to compare all open findings (a webhook came that told of no single one, an operator wants it).
void request_sweep(Database& db, std::string_view tenant, std::string_view integration_id, Time now);
// The request of that time was carried out; a later one stays.
void clear_sweep_request(Database& db, std::string_view tenant, std::string_view integration_id, Time requested_at);

}  // namespace picket::store
