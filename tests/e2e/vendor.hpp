// A running `picket-vendors huntress` and its controls (host-sim/vendors/README.md). Thread: one.
#pragma once
#include <string>
#include <vector>

#include "sdk/common/json.hpp"
#include "tests/e2e/process.hpp"

namespace picket::e2e {

class Vendor {
 public:
  // With the command's own options: {"--incidents", "100"}. Its rate limit is off unless given.
  explicit Vendor(std::vector<std::string> options);

  const std::string& url() const { return url_; }

  // JSON text of a row or of a list of them; created or updated by id.
  void incident(const std::string& rows) { control("/_sim/incidents", rows); }
  void agent(const std::string& rows) { control("/_sim/agents", rows); }
  void organization(const std::string& rows) { control("/_sim/organizations", rows); }
  json::array incidents();

  void fault(const std::string& fault);  // {"path":"/v1/agents","kind":"503","times":3}
  void clear_faults();

  json::object stats();
  void reset_stats();
  std::uint64_t requests() { return static_cast<std::uint64_t>(stats().at("requests").to_number<double>()); }

 private:
  json::value control(const std::string& path, const std::string& body) { return call("POST", path, body); }
  json::value call(const std::string& method, const std::string& path, const std::string& body = {});

  Process process_;
  std::string url_;
};

}  // namespace picket::e2e
