// Connecting a tenant to a vendor, and disconnecting it. Thread: one.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "host-sim/operations/host_context.hpp"
#include "host-sim/operations/organizations.hpp"
#include "sdk/common/json.hpp"

namespace picket::operations {

struct ConnectRequest {
  std::string provider;
  std::string tenant;                          // id or name
  std::string base_url;                        // empty: as before, else the manifest's
  std::map<std::string, std::string> secrets;  // all, by the manifest's names
};

struct ConnectResult {
  std::string tenant_name;
  std::string account;                           // the vendor's name for it
  std::map<std::string, std::string> prefilled;  // setting -> name of its new value
  std::vector<std::string> missing;              // settings to be set before polling starts
  OrganizationSync organizations;
};

// Checks the credentials at the vendor; on success stores the secrets, makes or renews the connection, fills empty settings by name and
// reads the organizations. Throws Error: before anything is stored if the credentials do not work; with the connection made if only the
// organizations could not be read (the message says so).
ConnectResult connect(HostContext&, const ConnectRequest&);

// What a provider reports about the account (check()) as settings: only those that the manifest leaves to it. Others are logged.
json::object account_settings(HostContext&, const host::Manifest&, const json::object& account);

// Inactive from now on, secrets deleted, history kept. Throws Error(not_found) if there is no connection.
void disconnect(HostContext&, const std::string& provider, const std::string& tenant);

}  // namespace picket::operations
