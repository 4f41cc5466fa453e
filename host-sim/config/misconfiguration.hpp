// Which failures a person has to mend by changing the configuration; the others may pass. Pure; any thread.
#pragma once
#include "picket/error.hpp"

namespace picket::config {

[[nodiscard]] constexpr bool is_misconfiguration(Status status) {
  return status == Status::invalid || status == Status::not_found || status == Status::unsupported || status == Status::auth;
}

}  // namespace picket::config
