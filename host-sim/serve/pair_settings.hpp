// The settings of a connection that is configured by the environment: some from keys, the others from the PSA's defaults.
// Pure; any thread.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "host-sim/psa/psa_sync.hpp"
#include "host-sim/store/psa.hpp"
#include "sdk/common/json.hpp"
#include "sdk/host/manifest.hpp"

namespace picket::serve {

// What the PSA's directory gives; absent until it has been read.
struct PsaFacts {
  psa::PsaDefaults defaults;
  std::vector<store::Entity> priorities;
};

// `stored` with
//  - every setting that has a key as `configured` has it, or absent;
//  - required boards and clients, and the clients of `defaultClientId`, as the PSA's defaults; `categoryId` and `closedStatusId` likewise;
//  - priorities as the PSA's default, or, where it has none, by the manifest's names.
// Everything else stays, such as cursors and what the vendor reports about the account.
json::object pair_settings(const host::Manifest&, json::object stored, const json::object& configured, const std::optional<PsaFacts>& psa);

// A message about required settings that nothing sets.
std::string words_for_missing(const host::Manifest&, const std::vector<std::string>& paths, const std::string& psa);

}  // namespace picket::serve
