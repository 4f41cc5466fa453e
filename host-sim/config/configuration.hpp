// The configuration of one pair - a provider and a PSA - from an environment file and the process's environment, checked as far as that is
// possible without asking anybody. Everything that is wrong is collected, so that it is reported at once. Pure; any thread.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host-sim/config/env_file.hpp"
#include "host-sim/config/runtime_keys.hpp"
#include "host-sim/psa/psa_kind.hpp"
#include "sdk/common/json.hpp"
#include "sdk/host/manifest.hpp"

namespace picket::config {

using psa::Problem;
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
  std::string provider;  // the id of one; empty: the one that replaces the old container
  std::string ca_file;
  bool allow_plain_http = false;
  std::function<std::string(std::string_view url)> proxy;
};

struct Configuration {
  // False: no key of a PSA or of the provider is set. Then only `runtime` means something, and the database's own connections are served.
  bool has_pair = false;
  Runtime runtime;

  const host::Manifest* manifest = nullptr;  // of the provider; null if there is no such one, which is a problem of a pair
  bool replaces_old_container = false;       // whose database may be found at SQLITE_FILENAME
  std::string old_container_provider;        // the title of the provider that does; empty if none is known
  const psa::PsaKind* psa = nullptr;         // null if none is configured, which is a problem
  psa::PsaEnvironment psa_environment;
  std::string psa_address;                     // identifies the PSA
  std::string base_url;                        // the vendor's
  bool verify_tls = true;                      // of the vendor
  std::map<std::string, std::string> secrets;  // the provider's, by the manifest's names
  json::object settings;                       // the provider's, as far as keys give them, by their paths; entities by name

  std::map<std::string, Problem> transport_problems;  // by the id of every provider whose transport does not exist
  std::vector<std::string> secret_values;             // of both sides, to be kept out of logs
  std::vector<Problem> problems;
  std::vector<std::string> warnings;
};

[[nodiscard]] Configuration read_configuration(const ConfigurationSource&, const ConfigurationChoices&);

// What stays dangerous while it is configured: certificates that are not checked, a database that is wiped.
[[nodiscard]] std::vector<std::string> lasting_warnings(const Configuration&);

// Whether a problem is this key's; never for an empty key.
[[nodiscard]] bool is_wrong(const Configuration&, std::string_view key);

// All problems in one message.
std::string problems_text(const std::vector<Problem>&);

// true/false, yes/no, on/off, 1/0 in any case.
[[nodiscard]] std::optional<bool> parse_switch(std::string_view text);

}  // namespace picket::config
