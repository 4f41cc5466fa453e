// Which keys exist: the runtime's, the libraries', those of the PSAs and of the providers. Pure; any thread.
#pragma once
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host-sim/psa/psa_kind.hpp"
#include "sdk/host/manifest.hpp"

namespace picket::config {

bool is_runtime_key(std::string_view key);
std::vector<std::string> keys_of(const psa::PsaKind&);
std::vector<std::string> keys_of(const host::Manifest&);
// Those that show that the provider is meant: not the runtime's, and none that begins as a PSA's keys do.
std::vector<std::string> distinctive_keys_of(const host::Manifest&, std::span<const psa::PsaKind>);

class KnownKeys {
 public:
  // `chosen` is the provider whose keys count; null: none.
  KnownKeys(std::span<const host::Manifest* const> manifests, const host::Manifest* chosen, std::span<const psa::PsaKind>);

  bool contains(std::string_view key) const { return known_.contains(key); }
  // Whether it begins as keys of a PSA or a provider do.
  bool begins_like_ours(std::string_view key) const;
  // The id of a provider that has the key and is not the chosen one; empty if there is none.
  std::string_view other_provider(std::string_view key) const;

  struct Near {
    std::string key;       // empty: none is near
    bool is_sure = false;  // the words in another order, or a slip of a letter or two
  };
  Near nearest(std::string_view key) const;

 private:
  std::set<std::string, std::less<>> known_;
  std::set<std::string, std::less<>> prefixes_;
  std::map<std::string, std::string, std::less<>> others_;  // key -> another provider's id
};

}  // namespace picket::config
