// A provider's registry entry, as manifest_file.hpp reads it. A host reads it before it loads the provider, and holds the provider to it:
// origins, request limits, secrets, settings.
#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "sdk/common/json.hpp"

namespace picket::host {

struct SecretField {
  std::string name;   // the provider's name for it: "api_key"
  std::string vault;  // the vault's name for it: "huntress_api_key"
  std::string title;  // for display: "API key"
  std::string env;    // the environment key that can set it: "HUNTRESS_API_KEY"; or empty
};

struct Manifest {
  std::filesystem::path file;
  std::string id;
  std::string title;
  std::string description;
  std::string category;
  bool requires_enterprise = false;
  bool replaces_container = false;  // the one that `picket serve` takes over from; its provider is the default there
  std::string library;              // a file name: "huntress.so"
  std::uint32_t abi_major = 0;
  std::uint32_t abi_minor = 0;
  std::vector<std::string> capabilities;  // "check", "organizations", "poll", "ticket_events"
  std::string default_base_url;
  std::string base_url_env;               // the environment keys that can set the connection's base URL
  std::string verify_tls_env;             // and whether to verify the vendor's certificate; or empty
  std::string transport_env;              // the environment key that can set how its polls are carried out; or empty
  std::vector<std::string> origins;       // allowed for requests, besides the connection's base URL
  std::uint32_t concurrency = 1;          // requests at once
  std::uint32_t rate_limit_requests = 0;  // 0 = none
  std::chrono::seconds rate_limit_window{0};
  std::vector<SecretField> secrets;
  std::map<std::string, std::string> cursors;  // stream -> the settings key in which its value lives
  json::object settings;                       // the JSON Schema of a connection's settings, see settings.hpp
};

}  // namespace picket::host
