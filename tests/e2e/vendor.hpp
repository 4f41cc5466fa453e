// A running `picket-vendors huntress` and its controls. Thread: one.
#pragma once
#include "tests/e2e/side.hpp"

namespace picket::e2e {

class Vendor : public Side {
 public:
  explicit Vendor(std::vector<std::string> options) : Side("huntress", std::move(options)) {}

  // JSON text of a row or of a list of them; created or updated by id.
  void incident(const std::string& rows) { control("/_sim/incidents", rows); }
  void agent(const std::string& rows) { control("/_sim/agents", rows); }
  void organization(const std::string& rows) { control("/_sim/organizations", rows); }
  json::array incidents() { return show("/_sim/incidents").as_array(); }
};

}  // namespace picket::e2e
