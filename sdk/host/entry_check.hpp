// The rules for a provider's exported symbol. Pure; any thread.
#pragma once
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "picket/abi/provider.h"

namespace picket::host {

// As in the schema of registry entries (manifests/manifest.schema.json).
inline constexpr std::array<std::string_view, 2> provider_categories{"security", "rmm"};

// Each returns what is wrong, or nothing. Check size and major number first: if they are wrong, the other members have no meaning.
[[nodiscard]] std::optional<std::string> entry_size_fault(const picket_entry_point&);
[[nodiscard]] std::optional<std::string> entry_abi_fault(const picket_entry_point&);
[[nodiscard]] std::optional<std::string> entry_id_fault(const picket_entry_point&);
[[nodiscard]] std::optional<std::string> entry_version_fault(const picket_entry_point&);
[[nodiscard]] std::optional<std::string> entry_category_fault(const picket_entry_point&);
[[nodiscard]] std::optional<std::string> entry_open_fault(const picket_entry_point&);

}  // namespace picket::host
