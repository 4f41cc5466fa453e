// Where breaches of the contract go. See provider_session.hpp.
#pragma once
#include <string>

namespace picket::host {

// Every breach of the contract that the guard saw, by either side, in words: what was called and which rule it broke.
// Thread: called on the thread of the session's call.
class Violations {
 public:
  virtual ~Violations() = default;
  virtual void add(std::string breach) = 0;
};

}  // namespace picket::host
