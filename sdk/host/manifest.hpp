// A provider's registry entry: manifests/<id>.json, checked against manifests/manifest.schema.json. A host reads it before it loads
// the provider, and holds the provider to it: which origins, how many requests, which secrets, which settings.
//
// Pure apart from reading the files; any thread.
#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/common/json.hpp"

namespace picket::host {

struct SecretField {
  std::string name;   // as the provider asks for it: "api_key"
  std::string vault;  // as the vault stores it: "huntress_api_key"
  std::string title;  // for people: "API key"
  std::string env;    // the environment key that may give it: "HUNTRESS_API_KEY"; or empty
};

struct Manifest {
  std::filesystem::path file;
  std::string id;
  std::string title;
  std::string description;
  std::string category;
  bool requires_enterprise = false;
  std::string library;  // a file name: "huntress.so"
  std::uint32_t abi_major = 0;
  std::uint32_t abi_minor = 0;
  std::vector<std::string> capabilities;  // "check", "organizations", "poll", "ticket_events"
  std::string default_base_url;
  std::string base_url_env;               // the environment keys that may give the connection's base URL,
  std::string verify_tls_env;             // and whether the vendor's certificate is checked; or empty
  std::vector<std::string> origins;       // that requests may go to, besides the connection's base URL
  std::uint32_t concurrency = 1;          // requests at once
  std::uint32_t rate_limit_requests = 0;  // 0 = none
  std::chrono::seconds rate_limit_window{0};
  std::vector<SecretField> secrets;
  std::map<std::string, std::string> cursors;  // stream -> the settings key in which its value lives
  json::object settings;                       // the JSON Schema of a connection's settings, see settings.hpp
};

// Throws Error(invalid) that names the file, the field and what is expected there.
Manifest load_manifest(const std::filesystem::path& file, const std::filesystem::path& schema);

// Every *.json of the folder but the schema itself (manifest.schema.json), by id. Two with the same id are an error.
std::vector<Manifest> load_manifests(const std::filesystem::path& folder);

}  // namespace picket::host
