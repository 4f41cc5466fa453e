// How polls are carried out: by this process itself. Another way, once there is one, is chosen by the same keys. Pure; any thread.
#pragma once
#include <array>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "host-sim/psa/psa_kind.hpp"
#include "sdk/host/manifest.hpp"

namespace picket::config {

inline constexpr std::string_view transport_key = "RMM_SYNC_TRANSPORT";  // of all providers that have no key of their own set
inline constexpr std::array<std::string_view, 1> transports{"direct"};   // the first is the default

using KeyValue = std::function<std::string(std::string_view key)>;  // empty text where it is not set

// What is wrong with the transport that the provider's own key, or else the common one, names; nothing if it exists.
[[nodiscard]] std::optional<psa::Problem> transport_problem(const host::Manifest&, const KeyValue&);

}  // namespace picket::config
