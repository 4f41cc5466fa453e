// The services that a host offers to one session of a provider.
#pragma once
#include <cstdint>

#include "sdk/host/clock.hpp"
#include "sdk/host/services.hpp"

namespace picket::host {

// Null pointers are services that are absent. All outlive the session.
struct Offer {
  Log* log = nullptr;
  Clock* clock = nullptr;
  Http* http = nullptr;
  std::uint32_t request_limit = 0;  // the manifest's, per account; 0 = none
  Secrets* secrets = nullptr;
  Storage* storage = nullptr;
  Directory* directory = nullptr;
  Tickets* tickets = nullptr;
};

}  // namespace picket::host
