#include "host-sim/registry/registry.hpp"

#include <algorithm>

#include "picket/error.hpp"
#include "sdk/common/list.hpp"
#include "sdk/common/text.hpp"
#include "sdk/host/manifest_file.hpp"

namespace picket::registry {

Edition parse_edition(std::string_view text) {
  if (text.empty() || text == "enterprise") return Edition::enterprise;
  if (text == "community") return Edition::community;
  throw Error(Status::invalid, "PICKET_EDITION is \"" + std::string(text) + "\"; expected community or enterprise", "PICKET_EDITION");
}

Registry::Registry(const std::filesystem::path& manifests, const std::filesystem::path& plugins, Edition edition) {
  for (host::Manifest& manifest : host::load_manifests(manifests)) {
    if (manifest.requires_enterprise && edition == Edition::community) {
      hidden_.push_back(manifest.id);
      continue;
    }
    Entry entry;
    entry.library = plugins / manifest.library;
    entry.library_exists = std::filesystem::is_regular_file(entry.library);
    entry.manifest = std::move(manifest);
    entries_.push_back(std::move(entry));
  }
  std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.manifest.category, a.manifest.id) < std::tie(b.manifest.category, b.manifest.id);
  });
}

const Entry& Registry::find(std::string_view id) const {
  std::vector<std::string> ids;
  for (const Entry& entry : entries_) {
    if (entry.manifest.id == id) return entry;
    ids.push_back(entry.manifest.id);
  }
  if (contains(hidden_, id))
    throw Error(Status::unsupported,
                "the provider \"" + std::string(id) + "\" needs the enterprise edition; this host runs as PICKET_EDITION=community");
  const std::string known = joined(ids);
  throw Error(Status::not_found, "there is no provider \"" + std::string(id) + "\"; " +
                                     (known.empty() ? "no manifest was found" : "registered are: " + known));
}

}  // namespace picket::registry
