// What a kind of remote PSA offers the rest of the host: its keys, a check of their values, and a Psa configured by them.
// Thread: one.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host-sim/psa/psa.hpp"
#include "sdk/host/clock.hpp"
#include "sdk/host/services.hpp"

namespace picket::psa {

enum class KeyRole {
  value,          // has a meaning to the PSA alone
  secret,         // kept out of logs
  address,        // the site as opened in a browser; distinguishes one PSA from another
  verify_tls,     // whether its certificate is checked
  unlisted_name,  // a name that cannot be checked, because the PSA offers no list of them
};

// A key of the configuration that belongs to a PSA.
struct PsaKey {
  std::string_view name;  // "HALOPSA_BASE_URL"
  std::string_view description;
  std::string_view default_value = {};
  bool required = false;
  KeyRole role = KeyRole::value;
};

struct PsaEnvironment {
  std::map<std::string, std::string, std::less<>> values;  // the PSA's keys that are set (not empty), and no others
  std::string ca_file;                                     // empty: the system's
  std::function<std::string(std::string_view url)> proxy;  // for a URL; empty text: none
  bool allow_plain_http = false;                           // to other machines than this one
};

struct PsaKind {
  std::string_view id;     // "halopsa"
  std::string_view title;  // "HaloPSA"
  std::span<const PsaKey> keys;
  // What is wrong with the values by themselves.
  std::vector<Problem> (*problems)(const PsaEnvironment&);
  // Needs an environment without problems. `clock` and `log` outlive what is returned.
  std::unique_ptr<Psa> (*make)(const PsaEnvironment&, host::Clock& clock, host::Log& log);
};

}  // namespace picket::psa
