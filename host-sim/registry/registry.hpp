// The providers that this host can offer: one per manifest, with its library, as far as the edition allows.
// Thread: made once, read from any thread.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/host/manifest.hpp"

namespace picket::registry {

enum class Edition { community, enterprise };

// "community" or "enterprise" (also for an empty text). Throws Error(invalid) for anything else.
Edition parse_edition(std::string_view text);

struct Entry {
  host::Manifest manifest;
  std::filesystem::path library;  // where the provider's shared object should be
  bool library_exists = false;
};

class Registry {
 public:
  // Reads every manifest of the folder. Throws Error(invalid) for a folder or manifest that cannot be used.
  Registry(const std::filesystem::path& manifests, const std::filesystem::path& plugins, Edition);

  // By category, then by id; without those that the edition does not include.
  const std::vector<Entry>& entries() const { return entries_; }

  // Throws Error(not_found) naming what exists, or Error(unsupported) when the edition does not include it.
  const Entry& find(std::string_view id) const;

 private:
  std::vector<Entry> entries_;
  std::vector<std::string> hidden_;
};

}  // namespace picket::registry
