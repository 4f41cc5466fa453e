// The conformance checks on ticket events: each kind of event, against each kind of trouble, and whether the outcomes that the provider
// reports can be true. Internal to sdk/conformance.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "sdk/conformance/fakes.hpp"
#include "sdk/host/provider_session.hpp"

namespace picket::conformance {

// Runs one check; `work` returns what it saw, or throws.
using RunCheck = std::function<void(const std::string& name, const std::function<std::string()>& work)>;
using OpenSession = std::function<std::unique_ptr<host::ProviderSession>(fakes::Host&, const host::Call&)>;

// For a provider that takes ticket events.
void check_ticket_events(const RunCheck&, const OpenSession&, const std::string& settings);

}  // namespace picket::conformance
