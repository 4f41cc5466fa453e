// Reads registry entries: manifests/<id>.json, checked against manifests/manifest.schema.json. Reads files, otherwise pure; any thread.
#pragma once
#include <filesystem>
#include <vector>

#include "sdk/host/manifest.hpp"

namespace picket::host {

// Throws Error(invalid) that names the file, the field and the expected value.
[[nodiscard]] Manifest load_manifest(const std::filesystem::path& file, const std::filesystem::path& schema);

// Every *.json in the folder except manifest.schema.json, sorted by id. Two with the same id are an error.
[[nodiscard]] std::vector<Manifest> load_manifests(const std::filesystem::path& folder);

}  // namespace picket::host
