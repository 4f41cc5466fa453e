// The remote desks that this host knows: one folder and one line in desks.cpp each. Thread: one.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host-sim/desk/remote/remote_psa.hpp"
#include "sdk/host/clock.hpp"
#include "sdk/host/services.hpp"

namespace picket::desk {

// A key of the configuration that belongs to a desk.
struct DeskKey {
  std::string_view name;  // "HALOPSA_BASE_URL"
  std::string_view description;
  std::string_view default_value = {};
  bool required = false;
  bool secret = false;
};

struct DeskEnvironment {
  std::map<std::string, std::string, std::less<>> values;  // the desk's keys that are set (not empty), and no others
  std::string ca_file;                                     // empty: the system's
  std::function<std::string(std::string_view url)> proxy;  // for a URL; empty text: none
  bool allow_plain_http = false;                           // to other machines than this one
};

struct DeskKind {
  std::string_view id;     // "halopsa"
  std::string_view title;  // "HaloPSA"
  std::span<const DeskKey> keys;
  // What is wrong with the values by themselves, one sentence per problem that begins with the key.
  std::vector<std::string> (*problems)(const DeskEnvironment&);
  // Needs an environment without problems. `clock` and `log` outlive what is returned.
  std::unique_ptr<RemotePsa> (*make)(const DeskEnvironment&, host::Clock& clock, host::Log& log);
};

std::span<const DeskKind> desk_kinds();
const DeskKind* find_desk_kind(std::string_view id);  // null if there is none

}  // namespace picket::desk
