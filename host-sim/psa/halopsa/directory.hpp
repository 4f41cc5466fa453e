// What HaloPSA has to choose from, and what the configuration chooses of it.
// Thread: one. Errors: throws Error(invalid) that lists every name of the configuration that does not exist, and what lists throw.
#pragma once
#include "host-sim/psa/halopsa/client.hpp"
#include "host-sim/psa/halopsa/wire.hpp"

namespace picket::psa::halopsa {

struct Directory {
  RemoteDirectory entities;  // its defaults included
  TicketDefaults defaults;
};

// `warn` is told what is odd without being wrong.
Directory read_directory(Client&, const host::Call&, const Config&, const std::function<void(const std::string&)>& warn);

}  // namespace picket::psa::halopsa
