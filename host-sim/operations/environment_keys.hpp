// Every environment key that `picket serve` and `picket check` read, for the commands and pages that list them. Thread: one.
#pragma once
#include <string>
#include <vector>

#include "host-sim/operations/host_context.hpp"

namespace picket::operations {

struct EnvironmentKey {
  std::string name;
  std::string default_value;  // empty: none
  std::string description;
  bool required = false;
};

// The keys of one owner: a remote PSA, a provider, or Picket itself.
struct EnvironmentKeys {
  std::string owner;  // an id: "halopsa", "huntress", "picket"
  std::string title;
  std::vector<EnvironmentKey> keys;
};

// The remote PSAs first, then the registered providers, then Picket.
[[nodiscard]] std::vector<EnvironmentKeys> environment_keys(HostContext&);

}  // namespace picket::operations
