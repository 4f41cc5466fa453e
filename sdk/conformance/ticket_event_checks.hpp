// The checks of validate.hpp on ticket events: each kind of event, against each kind of trouble, and whether the outcomes that the provider
// tells can be true. Internal to sdk/host.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "sdk/host/provider_session.hpp"
#include "sdk/conformance/fakes.hpp"

namespace picket::conformance {

// Runs one check; `work` answers what it saw, or throws.
using RunCheck = std::function<void(const std::string& name, const std::function<std::string()>& work)>;
using OpenSession = std::function<std::unique_ptr<host::ProviderSession>(fakes::Host&, const host::Call&)>;

// For a provider that takes ticket events.
void check_ticket_events(const RunCheck&, const OpenSession&, const std::string& settings);

}  // namespace picket::conformance
