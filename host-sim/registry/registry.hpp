// The providers that this host offers: one per manifest, with its library, as far as the edition allows.
// Thread: constructed once, read from any thread.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/host/manifest.hpp"

namespace picket::registry {

enum class Edition { community, enterprise };

// "community" or "enterprise"; an empty text means enterprise. Throws Error(invalid) for anything else.
Edition parse_edition(std::string_view text);

struct Entry {
  host::Manifest manifest;
  std::filesystem::path library;  // where the provider's shared object should be
  bool library_exists = false;
};

class Registry {
 public:
  // Reads every manifest of the folder. Throws Error(invalid) for an unusable folder or manifest.
  Registry(const std::filesystem::path& manifests, const std::filesystem::path& plugins, Edition);

  // By category, then by id; without those that the edition does not include.
  const std::vector<Entry>& entries() const { return entries_; }

  // Throws Error(not_found), which lists the known ids, or Error(unsupported) if the edition does not include it.
  const Entry& find(std::string_view id) const;

 private:
  std::vector<Entry> entries_;
  std::vector<std::string> hidden_;
};

}  // namespace picket::registry
