// The configuration of one pair - a provider and a PSA - from an environment file and the process's environment, checked as far as that is
// possible without asking anybody. Everything that is wrong is collected, so that it can be told at once. Pure; any thread.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host-sim/psa/psa_kinds.hpp"
#include "host-sim/config/env_file.hpp"
#include "host-sim/config/runtime_keys.hpp"
#include "sdk/common/json.hpp"
#include "sdk/host/manifest.hpp"

namespace picket::config {

using Variables = std::map<std::string, std::string, std::less<>>;

struct ConfigurationSource {
  EnvFile file;
  std::string file_name;  // for messages; empty: there is none
  Variables environment;  // of the process; it wins over the file
};

// The value of a key; empty text where it is not set or set to nothing.
std::string value_of(const ConfigurationSource&, std::string_view key);

struct ConfigurationChoices {
  std::vector<const host::Manifest*> manifests;  // of all providers
  std::span<const psa::PsaKind> psas;
  std::string provider;         // which of them
  bool provider_given = false;  // asked for, not the default
  std::string ca_file;
  bool allow_plain_http = false;
  std::function<std::string(std::string_view url)> proxy;
};

struct Configuration {
  // False: no key of a PSA or of the provider is set. Then only `runtime` means something, and the database's own connections are served.
  bool has_pair = false;
  Runtime runtime;

  const host::Manifest* manifest = nullptr;
  bool replaces_old_container = false;   // whose database may be found at SQLITE_FILENAME
  const psa::PsaKind* psa = nullptr;  // null if none is configured, which is a problem
  psa::PsaEnvironment psa_environment;
  std::string psa_address;                    // for people, and to notice that it is another PSA than before
  std::string base_url;                        // the vendor's
  bool verify_tls = true;                      // of the vendor
  std::map<std::string, std::string> secrets;  // the provider's, by the manifest's names
  json::object settings;                       // the provider's, as far as keys give them, by their paths; entities by name

  std::vector<std::string> secret_values;  // of both sides, to be kept out of logs
  std::vector<std::string> problems;       // sentences that begin with the key
  std::vector<std::string> warnings;
};

Configuration read_configuration(const ConfigurationSource&, const ConfigurationChoices&);

// What is dangerous for as long as it is configured: certificates that are not checked, a database that is wiped.
std::vector<std::string> lasting_warnings(const Configuration&);

// One sentence with all problems, for an error.
std::string told(const std::vector<std::string>& problems);

// true/false, yes/no, on/off, 1/0 in any case.
std::optional<bool> parse_switch(std::string_view text);

}  // namespace picket::config
