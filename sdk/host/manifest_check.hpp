// Checks that a provider matches its manifest. Pure; any thread.
#pragma once
#include "sdk/host/loaded_provider.hpp"
#include "sdk/host/manifest.hpp"
#include "sdk/host/provider_session.hpp"

namespace picket::host {

// Throws Error(invalid) that names both files and the difference: the id, the category, the contract's major number.
void check_against_manifest(const LoadedProvider&, const Manifest&);

// Throws Error(invalid) that names a capability in the manifest that this instance does not offer.
void check_against_manifest(const ProviderSession&, const Manifest&);

}  // namespace picket::host
