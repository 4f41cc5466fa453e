// The settings of a connection whose host is configured by its environment: keys give some, the PSA's defaults the others. Pure; any
// thread.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "host-sim/psa/psa_sync.hpp"
#include "host-sim/store/psa.hpp"
#include "sdk/common/json.hpp"
#include "sdk/host/manifest.hpp"

namespace picket::serve {

// What the PSA gives; absent as long as its directory has not been read.
struct PsaFacts {
  psa::PsaDefaults defaults;
  std::vector<store::Entity> priorities;
};

// `stored` with
//  - every setting that has a key as `configured` has it, or absent;
//  - required boards and clients, and the clients of `defaultClientId`, as the PSA's defaults; `categoryId` and `closedStatusId` likewise;
//  - priorities as the PSA's default, or, where it has none, by the manifest's names.
// What the vendor's account says, cursors and everything else stays.
json::object pair_settings(const host::Manifest&, json::object stored, const json::object& configured, const std::optional<PsaFacts>& psa);

// A message on settings that are required and that nothing gives.
std::string words_for_missing(const host::Manifest&, const std::vector<std::string>& paths, const std::string& psa);

}  // namespace picket::serve
