// Receives breaches of the contract; see provider_session.hpp.
#pragma once
#include <string>

namespace picket::host {

// Each breach of the contract, by either side, as text: what was called and which rule it broke.
// Thread: called on the thread of the session's call.
class Violations {
 public:
  virtual ~Violations() = default;
  virtual void add(std::string breach) = 0;
};

}  // namespace picket::host
