// What HaloPSA offers, and what the configuration chooses from it.
// Thread: one. Errors: throws WrongNames, and what lists throw.
#pragma once
#include "host-sim/psa/halopsa/client.hpp"
#include "host-sim/psa/halopsa/wire.hpp"

namespace picket::psa::halopsa {

struct Directory {
  RemoteDirectory entities;  // its defaults included
  TicketDefaults defaults;
};

// `warn` gets what is odd without being wrong.
Directory read_directory(Client&, const host::Call&, const Config&, const std::function<void(const std::string&)>& warn);

}  // namespace picket::psa::halopsa
