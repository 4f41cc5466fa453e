// Asks a vendor whether credentials work, without a database. Thread: one.
#pragma once
#include <string>

#include "host-sim/operations/host_context.hpp"
#include "host-sim/operations/provider_run.hpp"
#include "sdk/common/json.hpp"

namespace picket::operations {

// The account, as the provider reports it. Throws what the provider throws.
json::object check_credentials(HostContext&, const std::string& provider, const std::string& base_url, const json::object& settings,
                               const ConnectionSecrets&);

}  // namespace picket::operations
