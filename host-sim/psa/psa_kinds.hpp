// The remote PSAs that this host knows: one folder and one line in PSAs.cpp each. Thread: one.
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

// A key of the configuration that belongs to a PSA.
struct PsaKey {
  std::string_view name;  // "HALOPSA_BASE_URL"
  std::string_view description;
  std::string_view default_value = {};
  bool required = false;
  bool secret = false;
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
  // What is wrong with the values by themselves, one sentence per problem that begins with the key.
  std::vector<std::string> (*problems)(const PsaEnvironment&);
  // Needs an environment without problems. `clock` and `log` outlive what is returned.
  std::unique_ptr<Psa> (*make)(const PsaEnvironment&, host::Clock& clock, host::Log& log);
};

std::span<const PsaKind> psa_kinds();
const PsaKind* find_psa_kind(std::string_view id);  // null if there is none

}  // namespace picket::PSA
